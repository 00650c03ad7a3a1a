import { boundedList, boundedText } from '../kernel/bounded-texts.ts';

/** So many outputs, and so many characters of each, fit any event; SSM keeps the whole of them. */
const outputsMax = 25;
const charactersMax = 2_000;

/** A runbook's outputs as an event carries them: what is left out is noted in its place. */
export const boundedOutputs = (
  outputs: Readonly<Record<string, readonly string[]>>,
): Record<string, string[]> => {
  const entries = Object.entries(outputs).map(([name, values]): [string, string[]] => [
    boundedText(name, 200),
    [
      ...boundedList(
        values.map((value) => boundedText(value, charactersMax)),
        charactersMax,
        (count) => `… (cut, ${count} more values)`,
      ),
    ],
  ]);
  const left = entries.length - outputsMax;
  return Object.fromEntries(
    left <= 0 ? entries : [...entries.slice(0, outputsMax), ['…', [`(cut, ${left} more outputs)`]]],
  );
};
