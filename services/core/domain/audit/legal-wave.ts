import type { WaveFact } from '../../../../contracts/wave-events.ts';
import { canonicalJson } from '../../kernel/canonical.ts';
import { kindOf } from '../actions/kinds.ts';
import { dueAction, tryNumberOf } from '../wave/actions.ts';
import { isAnswered, mayAnswer } from '../wave/answers.ts';
import { endedCallOf, type HomewardFact } from '../failback/homeward-state.ts';
import { illegalClaim, illegalEnd, phaseInHand } from '../failback/homeward-wave.ts';
import { awaitedCapacity, claimFact, openClaim, reversedFact, startedFact } from '../wave/claim.ts';
import type { ActionFact, WaveFactNamed } from '../wave/evolve.ts';
import { actionKey } from '../wave/state.ts';
import { isSameValue } from '../wave/traffic-moves.ts';
import { pointText } from '../../../../contracts/traffic-order.ts';
import { stopFact } from '../wave/stop.ts';
import { actionOf, isWatched, type Wave } from '../wave/wave.ts';

const unless = (legal: boolean, why: string): string | undefined => (legal ? undefined : why);

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((member, index) => member === b[index]);

const claim = (wave: Wave, { data }: WaveFactNamed<'DRSJobClaimed'>): string | undefined => {
  const [due] = claimFact(wave, data);
  if (due === undefined) return `claim ${data.tryNumber} of job ${data.job} was not due`;
  return unless(same(due.data.servers, data.servers), 'it names other servers than the plan');
};

const refusal = (wave: Wave, { data }: WaveFactNamed<'DRSJobRefused' | 'DRSJobStarted'>) =>
  unless(openClaim(wave, data) !== undefined, `job ${data.job} was not claimed in try ${data.tryNumber}`);

const start = (wave: Wave, fact: WaveFactNamed<'DRSJobStarted'>): string | undefined => {
  const { jobId, account, region, servers, adopted } = fact.data;
  const [due] = startedFact(wave, fact.data, jobId, adopted);
  if (due === undefined) return refusal(wave, fact);
  if (wave.state.jobIds.includes(jobId)) return `the wave had ${jobId} before`;
  if (due.data.account !== account || due.data.region !== region)
    return `the plan's target is ${due.data.account}/${due.data.region}`;
  return unless(same(due.data.servers, servers), 'it has other servers than its claim');
};

const running = (wave: Wave, jobId: string): string | undefined =>
  unless(
    wave.state.jobs.some((job) => job.jobId === jobId && job.status === 'STARTED'),
    `${jobId} was not running in this wave`,
  );

/** A job that has ended is reported while launch actions of its servers continue. */
const watched = (wave: Wave, jobId: string): string | undefined =>
  unless(
    wave.state.jobs.some((job) => job.jobId === jobId && isWatched(job)),
    `${jobId} was not running in this wave`,
  );

/** Whatever is launched counts only after its launch actions, so that no result names a server twice. */
const launchActionsEnd = (wave: Wave, { data }: WaveFactNamed<'LaunchActionsEnded'>): string | undefined => {
  const awaiting = wave.state.jobs.find((job) => job.jobId === data.jobId)?.awaiting ?? [];
  const other = data.servers.find(({ sourceServerId }) => !awaiting.includes(sourceServerId));
  return unless(other === undefined, `the launch actions of ${other?.sourceServerId} were not awaited`);
};

const jobEnd = (
  wave: Wave,
  { data }: WaveFactNamed<'DRSJobCompleted' | 'DRSJobResultsListed' | 'ServerLaunchesEnded'>,
): string | undefined => {
  const servers = wave.state.jobs.find((job) => job.jobId === data.jobId)?.servers ?? [];
  const named = [
    ...data.servers.map(({ sourceServerId }) => sourceServerId),
    ...(('awaiting' in data && data.awaiting) || []),
  ];
  const foreign = named.find((id) => !servers.includes(id));
  return running(wave, data.jobId) ?? unless(foreign === undefined, `it had no server ${foreign}`);
};

/** The results of all of a job's servers at once, while it runs: no later event but its end says more of it. */
const launchesEnd = (wave: Wave, fact: WaveFactNamed<'ServerLaunchesEnded'>): string | undefined => {
  const { data } = fact;
  if (wave.definition.endsWith === 'job') return 'its wave ends with its jobs';
  const known = wave.state.jobs.find((job) => job.jobId === data.jobId);
  if (known?.settled === true) return `the results of ${data.jobId} were known already`;
  const named = new Set(data.servers.map(({ sourceServerId }) => sourceServerId));
  const { attempt, results } = wave.state;
  const missing = known?.servers.find((id) => !named.has(id) && results[id]?.attempt !== attempt);
  return jobEnd(wave, fact) ?? unless(missing === undefined, `it has no result of ${missing}`);
};

/** Once the results of its servers are known, nothing more is said of a job but its end. */
const progress = (wave: Wave, { data: { jobId } }: WaveFactNamed<'DRSJobProgressed'>): string | undefined =>
  watched(wave, jobId) ??
  unless(
    wave.state.jobs.find((job) => job.jobId === jobId)?.settled !== true,
    `the results of ${jobId} were known already`,
  );

const beginning = (wave: Wave, { data }: ActionFact): string | undefined => {
  const due = dueAction(wave, data);
  if (due === undefined) return `action ${data.actionId} was not due`;
  if (due.state?.status === 'RUNNING') return `action ${data.actionId} was running already`;
  if (due.state?.status === 'CLAIMED') return `action ${data.actionId} was claimed already`;
  const next = tryNumberOf(due);
  return unless(data.tryNumber === next, `try ${next} of action ${data.actionId} was due`);
};

/** What stood there before the first change stays on record through all tries and attempts. */
const keepsOldValues = (
  { state }: Wave,
  { stage, actionId, moves = [] }: WaveFactNamed<'ActionClaimed'>['data'],
): boolean => {
  const earlier = state.moves?.[actionKey(stage, actionId)] ?? [];
  return moves.every(({ point, before }) => {
    const known = earlier.find((move) => pointText(move.point) === pointText(point));
    return known === undefined || isSameValue(known.before, before);
  });
};

/** What SSM has been asked for counts also when its wave was stopped meanwhile. */
const claimedAction = (wave: Wave, { data }: ActionFact): string | undefined => {
  const known = wave.state.actions[actionKey(data.stage, data.actionId)];
  return unless(
    known?.tryNumber === data.tryNumber,
    `try ${data.tryNumber} of action ${data.actionId} was not claimed`,
  );
};

const isClaimed = ({ state }: Wave, { data }: ActionFact): boolean =>
  state.actions[actionKey(data.stage, data.actionId)]?.status === 'CLAIMED';

/** What asks nobody outside begins without a claim, and so did every automation before there were claims. */
const actionStart = (wave: Wave, fact: ActionFact): string | undefined =>
  isClaimed(wave, fact) ? claimedAction(wave, fact) : beginning(wave, fact);

/** Not begun, or not known to have: neither is tried again. */
const endsClaim = (fact: ActionFact): boolean =>
  fact.type === 'ActionFailed' &&
  fact.data.final &&
  ['refused', 'stopped', 'failed'].includes(fact.data.cause);

const actionEnd = (wave: Wave, fact: ActionFact): string | undefined => {
  const { data } = fact;
  const known = wave.state.actions[actionKey(data.stage, data.actionId)];
  // What SSM refuses never ran: its failure stands in the place of its start.
  if (isClaimed(wave, fact) && endsClaim(fact)) return claimedAction(wave, fact);
  if (fact.type === 'ActionFailed' && fact.data.cause === 'refused') return beginning(wave, fact);
  if (known?.status !== 'RUNNING' || known.tryNumber !== data.tryNumber)
    return `try ${data.tryNumber} of action ${data.actionId} was not running`;
  const claimed = wave.state.moves?.[actionKey(data.stage, data.actionId)];
  if ('moves' in data && canonicalJson(data.moves) !== canonicalJson(claimed))
    return `action ${data.actionId} says of traffic what it has not claimed`;
  const action = actionOf(wave, data.stage, data.actionId);
  const by = 'by' in data ? data.by : undefined;
  const question = action && kindOf(action).question(action);
  return unless(
    by === undefined || question === undefined || mayAnswer(question, by),
    `${by} is none of its approvers`,
  );
};

/** A sign of life of a worker, or a report that was refused, is of an action's own try. */
const aboutTry = (wave: Wave, { data }: ActionFact, isRunning: boolean): string | undefined => {
  const known = wave.state.actions[actionKey(data.stage, data.actionId)];
  const isIts = known?.tryNumber === data.tryNumber && (!isRunning || known.status === 'RUNNING');
  return unless(
    isIts,
    `try ${data.tryNumber} of action ${data.actionId} was not ${isRunning ? 'running' : 'begun'}`,
  );
};

const callsEnd = (wave: Wave, { data }: WaveFactNamed<'HomewardCallsEnded'>): string | undefined => {
  const open = wave.state.homeward?.open ?? [];
  const foreign = data.calls
    .map(endedCallOf)
    .find(
      (call) =>
        !open.some(
          (each) =>
            each.sourceServerId === call.sourceServerId &&
            each.operation === call.operation &&
            each.id === call.id,
        ),
    );
  return unless(foreign === undefined, `${foreign?.operation} of ${foreign?.id} was not claimed`);
};

const ofPhase = (wave: Wave, ids: readonly string[]): string | undefined => {
  if (phaseInHand(wave) === undefined) return 'no phase of a failback was under way';
  const known = new Set(wave.definition.servers.map(({ sourceServerId }) => sourceServerId));
  const foreign = ids.find((id) => !known.has(id));
  return unless(foreign === undefined, `the wave has no server ${foreign}`);
};

const illegalHomeward = (
  wave: Wave,
  fact: HomewardFact | WaveFactNamed<'ReversedServersFound'>,
): string | undefined => {
  switch (fact.type) {
    case 'ReversedServersFound':
      return unless(
        canonicalJson(reversedFact(wave, fact.data.reversed)[0]?.data) === canonicalJson(fact.data),
        'no reversed servers were to be found, or it names other servers than the plan',
      );
    case 'HomewardCallsClaimed':
      return illegalClaim(wave, fact.data.calls);
    case 'HomewardCallsEnded':
      return callsEnd(wave, fact);
    case 'HomewardServersEnded':
      return illegalEnd(wave, fact.data.servers);
    case 'HomewardProgressed':
      return ofPhase(wave, Object.keys(fact.data.servers));
    case 'ReplicationStalled':
      return ofPhase(
        wave,
        fact.data.servers.map(({ sourceServerId }) => sourceServerId),
      );
  }
};

/** Why a wave in this state never says this; undefined for what it may say. */
export const illegalInWave = (wave: Wave, fact: WaveFact): string | undefined => {
  switch (fact.type) {
    case 'CapacityAwaited':
      return unless(
        awaitedCapacity(wave, fact.data.job, fact.data.ahead).length > 0,
        'the wave was waiting for capacity already',
      );
    case 'DRSJobClaimed':
      return claim(wave, fact);
    case 'DRSJobStarted':
      return start(wave, fact);
    case 'DRSJobRefused':
      return refusal(wave, fact);
    case 'DRSJobProgressed':
      return progress(wave, fact);
    case 'DRSJobStuck':
      return running(wave, fact.data.jobId);
    case 'DRSJobResultsListed':
    case 'DRSJobCompleted':
      return jobEnd(wave, fact);
    case 'ServerLaunchesEnded':
      return launchesEnd(wave, fact);
    case 'LaunchActionsEnded':
      return launchActionsEnd(wave, fact);
    case 'ReversedServersFound':
    case 'HomewardCallsClaimed':
    case 'HomewardCallsEnded':
    case 'HomewardServersEnded':
    case 'HomewardProgressed':
    case 'ReplicationStalled':
      return illegalHomeward(wave, fact);
    case 'ActionClaimed':
      return (
        beginning(wave, fact) ??
        unless(
          keepsOldValues(wave, fact.data),
          `action ${fact.data.actionId} has another old value on record than it had before`,
        )
      );
    case 'ActionStarted':
      return actionStart(wave, fact);
    case 'ActionProgressed':
      return aboutTry(wave, fact, true);
    case 'TaskReportRefused':
      return aboutTry(wave, fact, false);
    case 'ActionCompleted':
    case 'ActionFailed':
      return actionEnd(wave, fact);
    case 'WaveStopped':
      return unless(
        stopFact(wave.state, fact.data, fact.data.reason).length > 0,
        'the wave was stopped already',
      );
    case 'DecisionRefused':
      return unless(!isAnswered(wave.state, fact.data), `answer ${fact.data.decisionId} was acted on before`);
    case 'TimeoutNear':
    case 'OperatorNeeded':
      return undefined;
  }
};
