import type { CleanUpFact } from '../../../../contracts/clean-up-events.ts';
import type { DecidedBy } from '../../../../contracts/decided-by.ts';
import type { CleanUp, CleanUpPolicy } from '../../../../contracts/plan.ts';
import { isTerminal, type ExecutionState } from '../execution-state.ts';
import type { CleanUpState } from './state.ts';

/** What of an execution decides on the clean-up of what it launched. */
export type Drill = Pick<
  ExecutionState,
  'status' | 'mode' | 'cleanUp' | 'beforeCleanUp' | 'endedAt' | 'direction'
>;

export const drillDecisionNames = ['clean-up', 'extend', 'keep'] as const;
export type DrillDecisionName = (typeof drillDecisionNames)[number];

/** What an operator wants of the instances of a drill. */
export interface DrillDecision extends DecidedBy {
  readonly decision: DrillDecisionName;
  /** Of `extend`. */
  readonly minutes?: number;
  /** Of `keep`; absent: all. */
  readonly instances?: readonly string[];
  /** Of `clean-up`. */
  readonly includeKept?: boolean;
  /** Of `clean-up`: without the plan's actions before it. */
  readonly skipActions?: boolean;
}

const minuteMs = 60_000;
const iso = (at: number): string => new Date(at).toISOString();

/** A drill that went wrong is kept for whoever looks into it, unless its plan says otherwise. */
const policyAfter = (status: Drill['status'], { policy, afterFailure }: CleanUp): CleanUpPolicy =>
  status === 'COMPLETED' || status === 'PARTIAL'
    ? policy
    : (afterFailure ?? (policy === 'auto' ? 'ask' : policy));

/** Whether it is a drill that has launched what it launches. */
export const isEndedDrill = ({ status, mode }: Drill): boolean =>
  mode === 'DRILL' && status !== 'REJECTED' && isTerminal(status);

/** What follows from the end of a drill, once. */
const awaiting = (drill: Drill): readonly CleanUpFact[] => {
  const { cleanUp, status, endedAt } = drill;
  const policy = cleanUp === undefined ? 'never' : policyAfter(status, cleanUp);
  if (cleanUp === undefined || policy === 'never') return [];
  const dueAt = iso(endedAt + cleanUp.afterMinutes * minuteMs);
  return [{ type: 'CleanUpAwaited', data: { policy, outcome: status, dueAt } }];
};

/** When an operator is told that the instances of a drill will be ended: four fifths on the way. */
export const warningAt = ({ awaitedAt, dueAt }: CleanUpState): number =>
  awaitedAt + Math.round((dueAt - awaitedAt) * 0.8);

/** What a run says of the actions that its plan has before the first instance is ended. */
const actionsOf = ({ beforeCleanUp }: Drill, skip = false) =>
  beforeCleanUp === true && { actions: skip ? ('skipped' as const) : ('first' as const) };

const whenDue = (drill: Drill, state: CleanUpState, now: number): readonly CleanUpFact[] => {
  if (state.policy === 'ask')
    return state.told || now < state.dueAt
      ? []
      : [
          {
            type: 'OperatorNeeded',
            data: {
              about: 'clean-up-due',
              why: 'The drill has ended, and its instances run on: end them, let them run for longer, or keep them.',
              choices: ['clean-up', 'extend', 'keep'],
            },
          },
        ];
  if (now >= state.dueAt)
    return [{ type: 'CleanUpStarted', data: { run: state.run + 1, ...actionsOf(drill) } }];
  if (state.told || now < warningAt(state)) return [];
  const consequence = 'The instances of the drill are terminated.';
  return [{ type: 'TimeoutNear', data: { about: 'clean-up', endsBy: iso(state.dueAt), consequence } }];
};

/** What is due of a clean-up by the passing of time alone. */
export const decideCleanUp = (drill: Drill, state: CleanUpState, now: number): readonly CleanUpFact[] => {
  if (!isEndedDrill(drill)) return [];
  if (state.status === 'NONE') return awaiting(drill);
  return state.status === 'AWAITED' ? whenDue(drill, state, now) : [];
};

/** Why there is nothing to decide on; undefined for the ended drill. */
const whyNone = ({ mode, status }: Drill): string | undefined => {
  if (mode === 'RECOVERY') return 'it is a real recovery, and only what a drill launched is ended';
  if (status === 'REJECTED') return 'the drill was refused, and launched nothing';
  return isTerminal(status) ? undefined : `the drill has not ended: it is ${status}`;
};

const refusalOf = (
  drill: Drill,
  state: CleanUpState,
  { decision, instances, includeKept }: DrillDecision,
  launched: ReadonlySet<string>,
): string | undefined => {
  const none = whyNone(drill);
  if (none !== undefined) return none;
  switch (decision) {
    case 'clean-up':
      if (state.status === 'RUNNING') return 'the clean-up is running already';
      return state.keptBy === undefined || includeKept === true
        ? undefined
        : `${state.keptBy} keeps the instances of the drill; say includeKept to end them all the same`;
    case 'extend':
      return state.status === 'AWAITED' ? undefined : `no clean-up is due: it is ${state.status}`;
    case 'keep': {
      if (state.status === 'COMPLETED') return 'the clean-up is done';
      if (state.status === 'KEPT') return `${state.keptBy ?? 'somebody'} keeps the instances already`;
      const foreign = (instances ?? []).filter((id) => !launched.has(id));
      return foreign.length === 0
        ? undefined
        : `the drill did not launch ${foreign.join(', ')}; it launched ${[...launched].slice(0, 20).join(', ') || 'nothing'}`;
    }
  }
};

/** Answers a decision in every state, with what follows or why nothing does. A repeat is ignored. */
export const decideOnDrill = (
  drill: Drill,
  state: CleanUpState,
  asked: DrillDecision,
  launched: ReadonlySet<string>,
  now: number,
): readonly CleanUpFact[] => {
  const { decisionId, decision, by, reason } = asked;
  if (drill.status === 'NONE' || state.decisions.includes(decisionId)) return [];
  const refusal = refusalOf(drill, state, asked, launched);
  if (refusal !== undefined)
    return [{ type: 'DecisionRefused', data: { decisionId, decision, by, reason: refusal } }];
  const decidedBy = { decisionId, by, reason };
  switch (decision) {
    case 'clean-up': {
      const more = asked.includeKept === true && { includesKept: true as const };
      const actions = actionsOf(drill, asked.skipActions);
      return [{ type: 'CleanUpStarted', data: { run: state.run + 1, decidedBy, ...more, ...actions } }];
    }
    case 'extend': {
      const dueAt = iso(Math.max(state.dueAt, now) + (asked.minutes ?? 0) * minuteMs);
      return [{ type: 'DrillExtended', data: { ...decidedBy, dueAt } }];
    }
    case 'keep':
      return [
        {
          type: 'DrillKept',
          data: { ...decidedBy, ...(asked.instances && { instances: [...asked.instances] }) },
        },
      ];
  }
};
