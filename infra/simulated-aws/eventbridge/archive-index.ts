import type { Archive } from './archive.ts';
import type { Core } from './core.ts';
import { readPattern } from './pattern-input.ts';
import { compilePattern, type Leaves, type Predicate } from './pattern-match.ts';

interface CompiledArchive {
  readonly name: string;
  readonly matches: Predicate;
}

export interface ArchiveIndex {
  /** The names of a bus's archives that keep an event. */
  keeping(bus: string, leaves: Leaves): readonly string[];
  changed(): void;
}

const compile = ({ name, eventPattern }: Archive): CompiledArchive => ({
  name,
  matches: eventPattern === undefined ? () => true : compilePattern(readPattern(eventPattern)),
});

/** Archives with their patterns compiled, listed anew only after one of them changed. */
export const createArchiveIndex = (core: Core): ArchiveIndex => {
  const byBus = new Map<string, readonly CompiledArchive[]>();
  const archivesOn = (bus: string): readonly CompiledArchive[] => {
    const known =
      byBus.get(bus) ??
      [...core.tables.archive.values()].filter((archive) => archive.bus === bus).map(compile);
    byBus.set(bus, known);
    return known;
  };
  return {
    // AWS's archives ask for events without `replay-name`: a replay is not archived again.
    keeping: (bus, leaves) =>
      leaves.has('replay-name')
        ? []
        : archivesOn(bus)
            .filter((archive) => archive.matches(leaves))
            .map((archive) => archive.name),
    changed: () => byBus.clear(),
  };
};
