import type { CleanUpFact } from '../../../../contracts/clean-up-events.ts';
import { canonicalJson } from '../../kernel/canonical.ts';
import { decideCleanUp, decideOnDrill, type Drill, type DrillDecision } from '../clean-up/decide.ts';
import { claimFact, openTermination, queuedFact } from '../clean-up/work.ts';
import { beginActions, refersToServers } from '../clean-up/actions-first.ts';
import { runsActions, undoes, type CleanUpFactNamed, type CleanUpState } from '../clean-up/state.ts';
import { beginUndo } from '../clean-up/undo.ts';
import { isBeforeCleanUp, isUndo } from '../closing.ts';

/** What the audit knows of a drill from its other streams. */
export interface DrillRecord {
  readonly drill: Drill;
  /** The jobs that its waves claimed and that DRS confirmed. */
  readonly jobIds: ReadonlySet<string>;
  /** Those of the plan's actions before its clean-up that have succeeded, in any run. */
  readonly actionsDone: ReadonlySet<string>;
}

const unless = (legal: boolean, why: string): string | undefined => (legal ? undefined : why);

/** What time alone brings, if the state machine says exactly that. */
const due = (
  { drill }: DrillRecord,
  state: CleanUpState,
  fact: CleanUpFact,
  at: number,
): string | undefined => {
  const [said] = decideCleanUp(drill, state, at);
  return unless(
    canonicalJson(said) === canonicalJson({ type: fact.type, data: fact.data }),
    said === undefined ? 'nothing was due' : `${said.type} was due, or with other data`,
  );
};

/** What a person decided, if the state machine would have said the same to it. */
const decided = (
  { drill }: DrillRecord,
  state: CleanUpState,
  fact: CleanUpFactNamed<'DrillExtended' | 'DrillKept' | 'CleanUpStarted'>,
  asked: DrillDecision,
  at: number,
): string | undefined => {
  const [said] = decideOnDrill(drill, state, asked, new Set(asked.instances), at);
  if (said?.type === 'DecisionRefused') return said.data.reason;
  if (said?.type === 'CleanUpStarted' && fact.type === said.type && fact.data.actions !== said.data.actions)
    return 'it says otherwise of the actions before it than the plan and the request do';
  return unless(said?.type === fact.type, `decision ${asked.decisionId} was acted on before`);
};

const start = (
  record: DrillRecord,
  state: CleanUpState,
  fact: CleanUpFactNamed<'CleanUpStarted'>,
  at: number,
): string | undefined => {
  const { decidedBy, includesKept, run } = fact.data;
  if (run !== state.run + 1) return `run ${state.run + 1} was due`;
  if (decidedBy === undefined) return due(record, state, fact, at);
  const skipActions = fact.data.actions === 'skipped';
  const includeKept = includesKept === true;
  const asked = { ...decidedBy, decision: 'clean-up' as const, includeKept, skipActions };
  return decided(record, state, fact, asked, at);
};

const claim = (
  { jobIds }: DrillRecord,
  state: CleanUpState,
  { data }: CleanUpFactNamed<'TerminationClaimed'>,
): string | undefined => {
  const foreign = data.instances.find(({ jobId }) => !jobIds.has(jobId));
  if (foreign !== undefined)
    return `${foreign.instanceId} is of ${foreign.jobId}, which is no job of this drill`;
  if (state.jobs.some(({ account, region }) => account === data.account && region === data.region))
    return `a call was open in ${data.account}/${data.region}`;
  const [said] = claimFact(state, data);
  return unless(
    said?.type === 'TerminationClaimed' && said.data.run === data.run && said.data.job === data.job,
    'it was not due: the clean-up was not running, its actions had not succeeded, or the instances were claimed or kept',
  );
};

const actionsStart = (
  state: CleanUpState,
  { data }: CleanUpFactNamed<'CleanUpActionsStarted'>,
): string | undefined =>
  isBeforeCleanUp(data.waveId)
    ? unless(
        beginActions(state, data.definition, [], 0).length > 0 &&
          refersToServers(data.definition) === (data.instances !== undefined) &&
          data.instances?.some(({ instanceId }) => state.kept[instanceId] !== undefined) !== true &&
          data.run === state.run &&
          data.attempt === data.run,
        'no actions were due before an instance is ended',
      )
    : `${data.waveId} does not hold the actions before a clean-up`;

/** What the plan wants to succeed before an instance is ended, as the start of the actions says. */
const neededOf = ({ definition }: CleanUpFactNamed<'CleanUpActionsStarted'>['data']): readonly string[] =>
  definition.before
    .flat()
    .filter(({ optional, when }) => !optional && when !== 'RECOVERY')
    .map(({ actionId }) => actionId);

/** Why the actions of this run have not succeeded; undefined where they have. */
const actionsLacking = (
  { actionsDone }: DrillRecord,
  started: CleanUpFactNamed<'CleanUpActionsStarted'> | undefined,
): string | undefined => {
  if (started === undefined) return 'they never began';
  const lacking = neededOf(started.data).filter((actionId) => !actionsDone.has(actionId));
  return unless(lacking.length === 0, `${lacking.join(', ')} had not succeeded`);
};

const actionsEnd = (
  record: DrillRecord,
  state: CleanUpState,
  { data }: CleanUpFactNamed<'CleanUpActionsEnded'>,
  started: CleanUpFactNamed<'CleanUpActionsStarted'> | undefined,
): string | undefined => {
  if (!runsActions(state) || data.run !== state.run || data.attempt !== data.run)
    return `no actions of run ${data.run} went on`;
  return data.outcome === 'COMPLETED' ? actionsLacking(record, started) : undefined;
};

const inOpenJob = (
  state: CleanUpState,
  { data }: CleanUpFactNamed<'TerminationStarted' | 'InstanceTerminated' | 'TerminationEnded'>,
): string | undefined =>
  unless(openTermination(state, data.job) !== undefined, `job ${data.job} was not open`);

const gone = (state: CleanUpState, fact: CleanUpFactNamed<'InstanceTerminated'>): string | undefined =>
  inOpenJob(state, fact) ??
  unless(
    openTermination(state, fact.data.job)?.instances.some(
      ({ instanceId }) => instanceId === fact.data.instanceId,
    ) === true,
    `job ${fact.data.job} did not name ${fact.data.instanceId}, or it was gone before`,
  );

const end = (
  state: CleanUpState,
  { data }: CleanUpFactNamed<'CleanUpCompleted' | 'CleanUpFailed'>,
): string | undefined => {
  if (state.status !== 'RUNNING' || state.jobs.length > 0 || runsActions(state) || undoes(state))
    return 'the clean-up was not running, or a call was open, or actions went on';
  return unless(
    data.run === state.run && data.terminated === state.terminated,
    `run ${state.run} has ended ${state.terminated} instances`,
  );
};

const undoStart = (
  { drill }: DrillRecord,
  state: CleanUpState,
  { data }: CleanUpFactNamed<'CleanUpUndoStarted'>,
): string | undefined =>
  unless(
    isUndo(data.waveId) &&
      drill.direction === 'failback' &&
      beginUndo(state, data.definition).length > 0 &&
      data.run === state.run &&
      data.attempt === data.run,
    'nothing was to be taken back: the drill reversed nothing, or its instances were not ended',
  );

/** Why a clean-up in this state never says this; undefined for what it may say. `actionsStarted`: the last start of the actions before it. */
export const illegalInCleanUp = (
  record: DrillRecord,
  state: CleanUpState,
  fact: CleanUpFact,
  at: number,
  actionsStarted?: CleanUpFactNamed<'CleanUpActionsStarted'>,
): string | undefined => {
  switch (fact.type) {
    case 'CleanUpAwaited':
      return due(record, state, fact, at);
    case 'DrillExtended': {
      const minutes = Math.round((Date.parse(fact.data.dueAt) - Math.max(state.dueAt, at)) / 60_000);
      return decided(record, state, fact, { ...fact.data, decision: 'extend', minutes }, at);
    }
    case 'DrillKept': {
      const { instances, ...by } = fact.data;
      return decided(record, state, fact, { ...by, decision: 'keep', ...(instances && { instances }) }, at);
    }
    case 'CleanUpStarted':
      return start(record, state, fact, at);
    case 'CleanUpQueued':
      return unless(
        fact.data.run === state.run &&
          queuedFact(state, fact.data, fact.data.instances, fact.data.ahead).length > 0,
        `no call in ${fact.data.account}/${fact.data.region} was due, or it was waiting already`,
      );
    case 'CleanUpActionsStarted':
      return actionsStart(state, fact);
    case 'CleanUpActionsEnded':
      return actionsEnd(record, state, fact, actionsStarted);
    case 'CleanUpUndoStarted':
      return undoStart(record, state, fact);
    case 'CleanUpUndoEnded':
      return unless(
        undoes(state) && fact.data.run === state.run && fact.data.attempt === state.run,
        `nothing of run ${fact.data.run} was being taken back`,
      );
    case 'TerminationClaimed':
      return claim(record, state, fact);
    case 'TerminationStarted':
      return (
        inOpenJob(state, fact) ??
        unless(
          openTermination(state, fact.data.job)?.jobId === undefined,
          `job ${fact.data.job} was started before`,
        )
      );
    case 'InstanceTerminated':
      return gone(state, fact);
    case 'TerminationEnded':
      return inOpenJob(state, fact);
    case 'CleanUpCompleted':
    case 'CleanUpFailed':
      return end(state, fact);
    case 'DecisionRefused':
      return unless(
        !state.decisions.includes(fact.data.decisionId),
        `decision ${fact.data.decisionId} was acted on before`,
      );
    case 'TimeoutNear':
      return due(record, state, fact, at);
    case 'OperatorNeeded':
      return fact.data.about === 'clean-up-due' ? due(record, state, fact, at) : undefined;
  }
};
