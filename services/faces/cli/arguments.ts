import { InvalidArgumentError, Option } from 'commander';
import { pointAt } from '../../../contracts/plan.ts';

/** A number within bounds, as an option takes it. */
export const numberBetween =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Valid: a number from ${least} to ${most}.`);
  };

export const portNumber = (text: string): number => {
  const value = numberBetween(0, 65_535)(text);
  if (Number.isInteger(value)) return value;
  throw new InvalidArgumentError('Valid: a whole number from 0 to 65535.');
};

export const extensionMinutes = (text: string): number => {
  const value = numberBetween(1, 43_200)(text);
  if (Number.isInteger(value)) return value;
  throw new InvalidArgumentError('Valid: a whole number from 1 to 43200.');
};

/** How a mode is written on the command line. */
export const modeNamed = (text: string): 'DRILL' | 'RECOVERY' => {
  const mode = text.toUpperCase();
  if (mode === 'DRILL' || mode === 'RECOVERY') return mode;
  throw new InvalidArgumentError('Valid: drill or recovery.');
};

const patienceSeconds = numberBetween(1, 3_600);

/** How long what was asked for may take to be seen; an intake that starts cold on AWS takes a few seconds. */
export const patienceOption = (): Option =>
  new Option('--patience <seconds>', 'how long to wait for Groundswell to respond')
    .argParser(patienceSeconds)
    .default(60);

/** By what a grave step is confirmed where there is no terminal to ask. */
export const confirmOption = (): Option =>
  new Option('--confirm <plan>', "confirm with the plan's name, which a terminal asks for");

/** An instant or a date, as ISO 8601 in UTC. */
export const instantOf = (text: string): string => {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError('Valid: a date or an instant such as 2026-11-23T09:00:00Z.');
};

/** Which data all servers of an execution are launched from. */
export const pointOption = (): Option =>
  new Option(
    '--point-in-time <point>',
    'launch all servers from the latest data, or from their newest snapshot before an instant, ISO 8601 (default: as the plan says)',
  ).argParser((text) => pointAt(text, instantOf));
