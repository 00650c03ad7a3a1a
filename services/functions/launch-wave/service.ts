import { claimFact, nextLaunch, reversedFact } from '../../core/domain/wave/claim.ts';
import { isLive, type Wave } from '../../core/domain/wave/wave.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { allSettled } from '../../core/readiness/in-parallel.ts';
import { onReversed } from '../../core/readiness/on-reversed.ts';
import { openWave, type WaveSession } from '../../core/streams/wave-session.ts';
import { readWaveState } from '../../core/streams/wave-stream.ts';
import { callOnce } from './call-once.ts';
import { hasCapacity } from './capacity.ts';
import { refuse, settleOldClaim } from './claim-outcome.ts';
import { interlockOf } from './interlock.ts';
import { launchKnobs, type Launch, type LaunchKnobs, type LaunchPorts } from './launch.ts';

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
    let wave: Wave | undefined = await findReversed(ports, session, await session.read());
    const launch: Launch = {
      ports: { ...ports, recovery: onReversed(ports.recovery, wave) },
      knobs,
      session,
    };
    const found = nextLaunch(wave);
    if (found.step === 'none' && wave.state.jobs.some(isLive)) await readAhead(launch, wave);
    if (found.step === 'settle-claim') wave = await settleOldClaim(launch, wave, found.job, wake.endedWait);
    while (wave !== undefined) wave = await launchNext(launch, wave);
  };

/**
 * Of a launch at home: which servers there stand for those of the plan, as its reversal found them. Said once for each
 * attempt, so that every look at its jobs means the same servers.
 */
const findReversed = async ({ store }: LaunchPorts, session: WaveSession, wave: Wave): Promise<Wave> => {
  const { homeward } = wave.definition;
  if (homeward?.reversedIn === undefined || nextLaunch(wave).step !== 'find-reversed') return wave;
  const { results } = await readWaveState(store, session.executionId, homeward.reversedIn);
  const found = Object.fromEntries(
    Object.values(results).flatMap(({ sourceServerId, reversedId }) =>
      reversedId === undefined ? [] : [[sourceServerId, reversedId] as const],
    ),
  );
  return (await session.change((current) => reversedFact(current, found))).wave;
};

/**
 * While jobs run, a launch of what follows them may come to this sandbox: the quotas are read once in its life, with the
 * role of the target. Nothing is lost where they cannot be read now.
 */
const readAhead = ({ ports }: Launch, { definition: { target } }: Wave): Promise<unknown> =>
  ports.recovery.quotas(target).catch(() => undefined);

/** Claims, calls and records the next job. Gives the wave when another one may follow at once. */
const launchNext = async (launch: Launch, wave: Wave): Promise<Wave | undefined> => {
  const { session } = launch;
  const step = nextLaunch(wave);
  if (step.step !== 'claim' || session.execution.status !== 'RUNNING') {
    await session.change(() => []);
    return undefined;
  }
  const [hasPlace, forbidden] = await allSettled([
    hasCapacity(launch, wave, step),
    interlockOf(launch, wave, step.servers),
  ]);
  if (!hasPlace) return undefined;
  const claim = await session.change((current) => claimFact(current, step), 'later');
  if (claim.facts.length === 0) return undefined;
  const job = claim.wave.state.jobs.find((each) => each.job === step.job);
  if (job === undefined)
    throw new Error(`the claim of job ${step.job} of wave ${session.waveId} is not in its state`);
  return forbidden === undefined
    ? callOnce(launch, claim.wave, job)
    : refuse(launch, claim.wave, job, { status: 'interlock', message: forbidden });
};
