import { nextLaunch, type LaunchStep, type Wave } from '../../core/domain/wave.ts';
import type { JobState } from '../../core/domain/wave-state.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { holdIdOf, takeCapacity } from '../../core/streams/capacity.ts';
import { openWave } from '../../core/streams/wave-session.ts';
import { budgetOf } from './budget.ts';
import { adopt, callOnce, claimIdOf, jobsSince, refuse } from './call-once.ts';
import { afterQuarantine, claimFact, couldBeOurs } from './claim.ts';
import { interlockOf } from './interlock.ts';
import { launchKnobs, type Launch, type LaunchKnobs, type LaunchPorts } from './launch.ts';

type ClaimStep = Extract<LaunchStep, { step: 'claim' }>;

/**
 * Launches a wave's jobs, at most once each. StartRecovery has no client token, and a repeat after the
 * first job has ended destroys the machines just recovered. So a claim is saved first; only the handler
 * that saved it calls, once; an outcome that is not known is never called again but looked up in DRS,
 * and the claim is opened again only after a quarantine that no handler outlives.
 */
export const createLaunchWave =
  (ports: LaunchPorts, knobs: LaunchKnobs = launchKnobs) =>
  async (wake: Wake, causationId: string): Promise<void> => {
    const session = await openWave(ports, 'launch-wave', wake, causationId);
    if (session === undefined) return;
    const launch: Launch = { ports, knobs, session };
    let wave: Wave | undefined = await session.read();
    const found = nextLaunch(wave);
    if (found.step === 'settle-claim') wave = await settleOldClaim(launch, wave, found.job, wake);
    while (wave !== undefined) wave = await launchNext(launch, wave);
  };

/**
 * A claim found at the start was made by somebody else, who may still be calling, or dead. Gives the
 * wave when the claim's outcome is known, so that the launch can go on.
 */
const settleOldClaim = async (
  launch: Launch,
  wave: Wave,
  job: JobState,
  wake: Wake,
): Promise<Wave | undefined> => {
  const { session, ports, knobs } = launch;
  const jobs = await jobsSince(launch, wave, job);
  const adopted = await adopt(launch, wave, job, jobs);
  if (adopted !== undefined) return adopted;
  const endedWait = claimIdOf(wave, job);
  if (wake.endedWait === endedWait) {
    const lookAlike = jobs.find((each) => couldBeOurs(wave, job, each))?.jobId;
    return (await session.change((current) => afterQuarantine(current, job, lookAlike))).wave;
  }
  await ports.timers.ensure({ ...session.wakeFor('launch-wave'), endedWait }, knobs.quarantineMs);
  await ports.timers.ensure(session.wakeFor('launch-wave'), knobs.lookAgainMs);
  return undefined;
};

/** Claims, calls and records the next job. Gives the wave when another one may follow at once. */
const launchNext = async (launch: Launch, wave: Wave): Promise<Wave | undefined> => {
  const { session } = launch;
  const step = nextLaunch(wave);
  if (step.step !== 'claim' || session.execution.status !== 'RUNNING') {
    await session.change(() => []);
    return undefined;
  }
  if (!(await hasCapacity(launch, wave, step))) return undefined;
  const forbidden = await interlockOf(launch, wave, step.servers);
  const claim = await session.change((current) => claimFact(current, step), 'later');
  if (claim.facts.length === 0) return undefined;
  const job = claim.wave.state.jobs.find((each) => each.job === step.job);
  if (job === undefined)
    throw new Error(`the claim of job ${step.job} of wave ${session.waveId} is not in its state`);
  return forbidden === undefined
    ? callOnce(launch, claim.wave, job)
    : refuse(launch, claim.wave, job, { status: 'interlock', message: forbidden });
};

const hasCapacity = async (
  { ports, knobs, session }: Launch,
  wave: Wave,
  step: ClaimStep,
): Promise<boolean> => {
  const { executionId, waveId } = session;
  const { target } = wave.definition;
  const holdId = holdIdOf(executionId, waveId, wave.state.attempt, step.job);
  const hold = { holdId, executionId, waveId, servers: step.servers.length };
  const budget = await budgetOf(ports, target, knobs.limits);
  const place = await takeCapacity(ports.store, ports.timers, target, hold, budget);
  if (place === 'held') return true;
  await session.change(({ state: { attempt, awaitingCapacity } }) => {
    const { account, region } = target;
    const { others } = budget;
    const data = {
      ...{ waveId, attempt, job: step.job, account, region, ahead: place },
      ...(others && { others }),
    };
    return awaitingCapacity ? [] : [{ type: 'CapacityAwaited', data }];
  });
  return false;
};
