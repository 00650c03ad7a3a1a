import type { LaunchAction } from '../../../../contracts/wave-events.ts';
import type { LaunchActionsState } from './state.ts';
import { boundedText } from '../../kernel/bounded-texts.ts';
import type { LaunchActionRun, PlannedLaunchAction } from '../recovery-job.ts';

/** This many are reported; a server may have 200. */
const toldMax = 20;
const nameMax = 64;
const reasonMax = 300;

/** A reason, whose end says how much of it is left out. */
export const clipped = (text: string, max = reasonMax): string => boundedText(text, max);

/** A name, which is known by its beginning. */
export const shortName = (name: string): string =>
  name.length > nameMax ? `${name.slice(0, nameMax - 1)}…` : name;

const toldOf = (
  { name, document, optional }: PlannedLaunchAction,
  state: Pick<LaunchAction, 'status' | 'failureReason'>,
): LaunchAction => ({
  name: shortName(name),
  ...(document !== '' && document !== name && { document: shortName(document) }),
  ...state,
  ...(optional && { optional }),
});

/** Those that are planned and have not begun: runs carry names that may be there twice. */
export const pendingOf = (
  runs: readonly LaunchActionRun[],
  planned: readonly PlannedLaunchAction[],
): readonly PlannedLaunchAction[] => {
  const begun = runs.map(({ name }) => name);
  return planned.filter(({ name }) => {
    const at = begun.indexOf(name);
    if (at < 0) return true;
    begun.splice(at, 1);
    return false;
  });
};

const weight = ({ status, optional }: LaunchAction): number => {
  if (status === 'FAILED') return optional ? 2 : 0;
  return status === 'SUCCEEDED' ? 3 : 1;
};

/** A server's launch actions as they are reported: all in order, or of many those that matter most. */
export const toldActions = (
  runs: readonly LaunchActionRun[],
  planned: readonly PlannedLaunchAction[] = [],
): LaunchAction[] => {
  const all = [
    ...runs.map((run) =>
      toldOf(run, {
        status: run.status,
        ...(run.failureReason !== undefined && { failureReason: clipped(run.failureReason) }),
      }),
    ),
    ...pendingOf(runs, planned).map((action) => toldOf(action, { status: 'PENDING' })),
  ];
  return all.length <= toldMax ? all : all.toSorted((a, b) => weight(a) - weight(b)).slice(0, toldMax);
};

/** Whether one that is not optional has failed; whether any has still to end; else all is well. */
export type Verdict = 'failed' | 'open' | 'good';

export const verdictOf = (
  runs: readonly LaunchActionRun[],
  known: LaunchActionsState | undefined,
  planned: readonly PlannedLaunchAction[] | undefined,
): Verdict => {
  if (runs.some(({ status, optional }) => status === 'FAILED' && !optional)) return 'failed';
  const expected = planned?.length ?? known?.expected ?? 0;
  return runs.some(({ status }) => status === 'IN_PROGRESS') || runs.length < expected ? 'open' : 'good';
};

/** What is recorded for a server whose launch actions are no longer awaited: a failure, or for optional ones a warning. */
export const overdueText = (
  runs: readonly LaunchActionRun[],
  known: LaunchActionsState | undefined,
  planned: readonly PlannedLaunchAction[] | undefined,
  minutes: number,
): { readonly failure?: string; readonly warning?: string } => {
  const running = runs.filter(({ status }) => status === 'IN_PROGRESS');
  const pending = pendingOf(runs, planned ?? []);
  const unnamed = planned === undefined ? (known?.expected ?? 0) - runs.length : 0;
  const said = (actions: readonly PlannedLaunchAction[], what: string): readonly string[] =>
    actions.map(({ name }) => `launch action ${shortName(name)} has not ${what} within ${minutes} minutes`);
  const textOf = (isOptional: boolean): string =>
    clipped(
      [
        ...said(
          running.filter(({ optional }) => optional === isOptional),
          'ended',
        ),
        ...said(
          pending.filter(({ optional }) => optional === isOptional),
          'begun',
        ),
        ...(unnamed > 0 && !isOptional
          ? [
              `${unnamed} launch ${unnamed === 1 ? 'action has' : 'actions have'} not begun within ${minutes} minutes`,
            ]
          : []),
      ].join('; '),
    );
  const [failure, warning] = [textOf(false), textOf(true)];
  return { ...(failure !== '' && { failure }), ...(warning !== '' && { warning: `optional ${warning}` }) };
};
