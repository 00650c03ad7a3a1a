import type { DueDecision } from '../../../contracts/api.ts';
import { readDecisions } from '../../core/streams/read-decisions.ts';
import { dateTimeAndLocal, durationText } from '../../core/view/time-text.ts';
import { connect, nowThere } from './connect.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { exitCodes } from './help.ts';

export interface DecisionsOptions extends ConnectionOptions {
  readonly json?: boolean;
}

/** As it has to be typed here: the core knows a command by the product's name alone. */
const typed = (command: string, options: ConnectionOptions): string =>
  commandLine(command.replace(/^groundswell /, ''), options);

/** What is asked, until when, what silence means, and the commands that answer it. */
export const decisionLines = (
  decision: DueDecision,
  now: number,
  options: ConnectionOptions,
): readonly string[] => {
  const { asked, until, silence, who, since, choices } = decision;
  const deadline =
    until === undefined
      ? 'no deadline'
      : `until ${dateTimeAndLocal(Date.parse(until))}, in ${durationText(Date.parse(until) - now)}`;
  return [
    asked,
    `  waits for ${durationText(now - Date.parse(since))}; ${deadline}. ${silence} May answer: ${who}.`,
    ...choices.map(({ command }) => `  ${typed(command, options)}`),
  ];
};

const headOf = ({ planId, mode, executionId, waveId }: DueDecision): string =>
  `${planId}  ${mode}  ${executionId}${waveId === undefined ? '' : `  wave ${waveId}`}`;

/** Tells what waits for people in all executions that have not ended, oldest first. */
export const decisions = async (options: DecisionsOptions, console: Console): Promise<number> => {
  const now = await nowThere(options);
  const due = await readDecisions(connect(options).store, now);
  if (options.json === true) console.print(JSON.stringify(due));
  else if (due.length === 0) console.print('Nothing needs a decision.');
  else
    console.print(
      due
        .map((decision) => [headOf(decision), ...decisionLines(decision, now, options)].join('\n'))
        .join('\n\n'),
    );
  return exitCodes.done;
};
