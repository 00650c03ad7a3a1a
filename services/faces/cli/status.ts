import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionSummary } from '../../../contracts/api.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { listExecutions, openExecutions } from '../../core/streams/list-executions.ts';
import { readDecisions } from '../../core/streams/read-decisions.ts';
import { decisionsOf } from '../../core/view/decisions.ts';
import { counted } from '../../core/view/words.ts';
import { decisionLines } from './decisions.ts';
import { connect, nowThere } from './connect.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { frameOf } from './frame.ts';
import { createViewReader } from './current-view.ts';
import { unknownExecution } from './named-execution.ts';
import { untoldText } from './notices.ts';
import { aside, createPatience } from './patience.ts';
import { summaryOf } from './summary.ts';
import type { ExecutionView } from '../../core/view/execution-view.ts';
import { isOver } from '../../core/view/fold.ts';

export interface StatusOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly state?: string;
  readonly mode?: Mode;
  readonly plan?: string;
  readonly by?: string;
  readonly text?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
}

const shownMax = 20;
const pollMs = 1_000;

const isNarrowed = ({ state, mode, plan, by, text, from, to }: StatusOptions): boolean =>
  [state, mode, plan, by, text, from, to].some((each) => each !== undefined);

/** All that have not ended, however old, unless others are asked for; and the newest, newest first. */
const listed = async (store: RecordStore, options: StatusOptions): Promise<readonly ExecutionSummary[]> => {
  const { state: status, limit = shownMax } = options;
  const { executions } = await listExecutions(store, { ...options, status, limit });
  const open = isNarrowed(options) ? [] : await openExecutions(store);
  const ids = new Set(executions.map(({ executionId }) => executionId));
  return [...executions, ...open.toReversed().filter(({ executionId }) => !ids.has(executionId))];
};

const listText = (executions: readonly ExecutionSummary[], options: StatusOptions): string => {
  if (executions.length > 0)
    return tableText([
      ['execution', 'plan', 'mode', 'state', 'requested by', 'started'],
      ...executions.map(({ executionId, planId, mode, status, requestedBy, startedAt }) => [
        ...[executionId, planId, mode, status, requestedBy, startedAt],
      ]),
    ]).join('\n');
  return isNarrowed(options)
    ? 'No execution matches.'
    : `There are no executions yet. Start one: ${commandLine('request three-tier --mode drill', options)}`;
};

const show = async (view: ExecutionView, options: StatusOptions, console: Console): Promise<void> => {
  const { screen, colors } = console;
  const now = view.endedAt ?? (await nowThere(options));
  const width = screen?.width ?? 120;
  const frame = (height: number) => frameOf(view, { now, width, height, colors });
  if (options.json === true) console.print(JSON.stringify(view));
  else if (screen !== undefined && options.watch === true) screen.draw(frame(screen.height));
  else if (!isOver(view)) {
    const due = decisionsOf(view).flatMap((decision) => ['', ...decisionLines(decision, now, options)]);
    console.print([...frame(Number.POSITIVE_INFINITY), ...due].join('\n'));
  }
  if (options.json !== true && isOver(view)) console.print(summaryOf(view, screen?.width).join('\n'));
};

const showOne = async (
  store: RecordStore,
  executionId: string,
  options: StatusOptions,
  console: Console,
): Promise<number> => {
  const read = createViewReader(store);
  const patiently = createPatience({ say: aside(console) });
  for (;;) {
    const view = await patiently(async () => read(executionId, await nowThere(options)));
    if (view === undefined) {
      console.warn(await unknownExecution(store, executionId, options));
      return 2;
    }
    await patiently(() => show(view, options, console));
    if (options.watch !== true || isOver(view)) return 0;
    await sleep(pollMs);
  }
};

const remindOfDecisions = async (
  store: RecordStore,
  options: StatusOptions,
  console: Console,
): Promise<void> => {
  const due = await readDecisions(store, await nowThere(options));
  if (due.length > 0)
    console.warn(`${counted(due.length, 'decision')} due. See: ${commandLine('decisions', options)}`);
};

/** Shows one execution, or the newest ones. `--watch` follows one, the newest if none is named. */
export const status = async (
  executionId: string | undefined,
  options: StatusOptions,
  console: Console,
): Promise<number> => {
  const { store } = connect(options);
  if (executionId !== undefined) return showOne(store, executionId, options, console);
  const executions = await listed(store, options);
  const latest = executions.find((each) => !isOver(each)) ?? executions[0];
  if (options.watch === true && latest !== undefined)
    return showOne(store, latest.executionId, options, console);
  console.print(options.json === true ? JSON.stringify(executions) : listText(executions, options));
  if (options.json !== true) await remindOfDecisions(store, options, console);
  const untold = await untoldText(store, options);
  if (untold !== undefined) console.warn(untold);
  return 0;
};
