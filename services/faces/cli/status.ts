import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionIndex, RecordStore } from '../../core/ports/record-store.ts';
import { connect, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
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
import { executionStatusSchema } from '../../../contracts/orders.ts';

export interface StatusOptions extends ConnectionOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

const shownMax = 20;
const pollMs = 1_000;

/** The newest executions of every state, newest first. */
const newest = async (store: RecordStore): Promise<readonly ExecutionIndex[]> => {
  const found = await Promise.all(
    executionStatusSchema.options.map((status) => store.executionsByStatus(status, shownMax)),
  );
  return found
    .flat()
    .toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
    .slice(0, shownMax);
};

const listText = (executions: readonly ExecutionIndex[]): string =>
  executions.length === 0
    ? 'There are no executions yet. Start one: groundswell request three-tier --mode drill'
    : tableText([
        ['execution', 'plan', 'state', 'started'],
        ...executions.map(({ executionId, planId, status, startedAt }) => [
          ...[executionId, planId, status, startedAt],
        ]),
      ]).join('\n');

const show = async (view: ExecutionView, options: StatusOptions, console: Console): Promise<void> => {
  const { screen, colors } = console;
  const now = view.endedAt ?? (await nowThere(options));
  const width = screen?.width ?? 120;
  const frame = (height: number) => frameOf(view, { now, width, height, colors });
  if (options.json === true) console.print(JSON.stringify(view));
  else if (screen !== undefined && options.watch === true) screen.draw(frame(screen.height));
  else if (!isOver(view)) console.print(frame(Number.POSITIVE_INFINITY).join('\n'));
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
      console.warn(await unknownExecution(store, executionId));
      return 2;
    }
    await patiently(() => show(view, options, console));
    if (options.watch !== true || isOver(view)) return 0;
    await sleep(pollMs);
  }
};

/** Shows one execution, or the newest ones. `--watch` follows one, the newest if none is named. */
export const status = async (
  executionId: string | undefined,
  options: StatusOptions,
  console: Console,
): Promise<number> => {
  const { store } = connect(options);
  if (executionId !== undefined) return showOne(store, executionId, options, console);
  const executions = await newest(store);
  const [latest] = executions;
  if (options.watch === true && latest !== undefined)
    return showOne(store, latest.executionId, options, console);
  console.print(options.json === true ? JSON.stringify(executions) : listText(executions));
  const untold = await untoldText(store);
  if (untold !== undefined) console.warn(untold);
  return 0;
};
