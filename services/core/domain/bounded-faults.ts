import type { Fault } from '../../../contracts/execution-events.ts';

/** An event holds 256 KB and a record 400; a refusal of thousands of servers says the same over and over. */
const faultsMax = 200;
const textMax = 300;

const shortened = (text: string): string => (text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text);

/** As many faults as a refusal can carry, and how many more there are. */
export const boundedFaults = (faults: readonly Fault[]): readonly Fault[] => {
  const kept = faults.slice(0, faultsMax).map(({ path, message, expected }) => ({
    path: shortened(path),
    message: shortened(message),
    ...(expected !== undefined && { expected: shortened(expected) }),
  }));
  const more = faults.length - kept.length;
  return more === 0
    ? kept
    : [
        ...kept,
        { path: '', message: `${more} more faults are not listed here; a check of the plan lists all` },
      ];
};
