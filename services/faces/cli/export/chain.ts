import type { Fault } from '../../../../contracts/execution-events.ts';
import type { PlanWave } from '../../../../contracts/plan.ts';

/** Waves in the order in which they run, and what keeps them from running in a single row. */
export const chainOf = (
  waves: readonly PlanWave[],
  pathOf: (wave: PlanWave) => string,
): { readonly chain: readonly PlanWave[]; readonly faults: readonly Fault[] } => {
  const chain: PlanWave[] = [];
  for (let rest = [...waves]; rest.length > 0;) {
    const done = new Set(chain.map(({ waveId }) => waveId));
    const ready = rest.filter(({ dependsOn }) => dependsOn.every((id) => done.has(id)));
    const [next] = ready;
    if (next === undefined) break;
    if (ready.length > 1) {
      const message = `${ready.map(({ waveId }) => waveId).join(' and ')} could run side by side`;
      const expected = 'a row in which each wave waits for the one before it';
      return { chain: waves, faults: [{ path: ready.map(pathOf)[1] ?? 'waves', message, expected }] };
    }
    chain.push(next);
    rest = rest.filter((wave) => wave !== next);
  }
  return { chain, faults: [] };
};
