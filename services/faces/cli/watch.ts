import { byText } from '../../core/kernel/by-text.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { readSaid } from '../../core/streams/read-verified.ts';
import type { DomainEvent } from '../../../contracts/catalogue.ts';
import type { ExecutionView } from '../../core/view/execution-view.ts';
import { isOver } from '../../core/view/fold.ts';
import { connect, nowThere } from './connect.ts';
import { unendedExecutions } from '../../core/streams/list-executions.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { createViewReader } from './current-view.ts';
import { eventLine } from './event-line.ts';
import { lastWords } from './follow.ts';
import { frameOf } from './frame.ts';
import { exitCodes } from './help.ts';
import { isExecutionId, unknownExecution } from './named-execution.ts';
import { aside, createPatience } from './patience.ts';
import { createSequencer } from './sequencer.ts';
import { summaryOf } from './summary.ts';

export interface WatchOptions extends ConnectionOptions {
  readonly json?: boolean;
}

const pollMs = 1_000;
/** A request that was published a moment ago is on record a moment later. */
const appearsWithinMs = 5_000;
/** The audit hears of the last events a little after the execution has ended. */
const lastWordsWithinMs = 15_000;

/** What shows the execution: called at every look; true once there is nothing more to show. */
type Presenter = (view: ExecutionView) => Promise<boolean>;

const picture = ({ screen, colors, print }: Console, options: WatchOptions): Presenter | undefined =>
  screen === undefined
    ? undefined
    : async (view) => {
        const now = view.endedAt ?? (await nowThere(options));
        screen.draw(frameOf(view, { now, width: screen.width, height: screen.height, colors }));
        if (!isOver(view)) return false;
        screen.close();
        print(`\n${summaryOf(view, screen.width).join('\n')}`);
        return true;
      };

/** Every event once, each stream in its order, from the first on. */
const lines = (store: RecordStore, json: boolean, { print, warn }: Console): Presenter => {
  const give = (event: DomainEvent): void => print(json ? JSON.stringify(event) : eventLine(event));
  const sequence = createSequencer(give);
  let overSince: number | undefined;
  return async (view) => {
    if (isOver(view)) overSince ??= Date.now();
    const events = await readSaid(store, view.executionId);
    const told = events.toSorted((a, b) => byText(a.metadata.emittedAt, b.metadata.emittedAt));
    for (const event of told) sequence(event);
    if (overSince === undefined) return false;
    const isComplete = events.some(({ type }) => lastWords.includes(type));
    if (!isComplete && Date.now() - overSince < lastWordsWithinMs) return false;
    if (!isComplete) warn(`${view.executionId} is ${view.status}; the audit has not recorded all of it yet.`);
    return true;
  };
};

const exitCodeOf = ({ status }: ExecutionView): number => {
  if (status === 'COMPLETED') return exitCodes.done;
  return status === 'REJECTED' ? exitCodes.invalid : exitCodes.failed;
};

/** What an operator means who names none. */
const newestOpen = async (store: RecordStore): Promise<string | undefined> =>
  (await unendedExecutions(store)).at(-1)?.executionId;

/** Follows an execution to its end: a picture in place on a terminal, otherwise a line per event. */
export const watch = async (
  named: string | undefined,
  options: WatchOptions,
  console: Console,
): Promise<number> => {
  const { store } = connect(options);
  const executionId = named ?? (await newestOpen(store));
  if (executionId === undefined) {
    console.warn(`No execution runs. Those that have ended: ${commandLine('status', options)}`);
    return exitCodes.invalid;
  }
  const read = createViewReader(store);
  const json = options.json === true;
  const present = (json ? undefined : picture(console, options)) ?? lines(store, json, console);
  const patiently = createPatience({ say: aside(console) });
  const startedAt = Date.now();
  for (;;) {
    const view = await patiently(async () => read(executionId, await nowThere(options)));
    const isGivenUp = !isExecutionId(executionId) || Date.now() - startedAt > appearsWithinMs;
    if (view === undefined && isGivenUp) {
      console.warn(await unknownExecution(store, executionId, options));
      return exitCodes.invalid;
    }
    if (view !== undefined && (await patiently(() => present(view)))) return exitCodeOf(view);
    await sleep(pollMs);
  }
};
