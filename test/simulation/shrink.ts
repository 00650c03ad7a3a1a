import type { Workload } from './workload.ts';
import type { FaultKind } from './faults.ts';
import { runSeed } from './run-seed.ts';

export interface SmallCase {
  readonly faults: readonly FaultKind[];
  readonly waves: readonly string[];
  readonly requests: number;
  /** What happened, up to the violation. */
  readonly lines: readonly string[];
}

interface Cut {
  readonly faults: readonly FaultKind[];
  readonly requests: readonly string[] | undefined;
  readonly withoutWaves: ReadonlySet<string>;
}

const cutting =
  ({ requests, withoutWaves }: Cut) =>
  (workload: Workload): Workload => ({
    ...workload,
    requests: workload.requests.filter(({ requestId }) => requests?.includes(requestId) ?? true),
    plans: workload.plans.map((plan) => {
      const isKept = (waveId: string): boolean => !withoutWaves.has(`${plan.planId}/${waveId}`);
      const waves = plan.waves
        .filter((wave) => isKept(wave.waveId))
        .map((wave) => ({ ...wave, dependsOn: wave.dependsOn.filter(isKept) }));
      return waves.length === 0 ? plan : { ...plan, waves };
    }),
  });

/** Leaves out faults, requests and waves one by one while the same invariant is still violated. */
export const shrinkSeed = async (
  seed: bigint,
  faults: readonly FaultKind[],
  invariant: string,
): Promise<SmallCase> => {
  let cut: Cut = { faults, requests: undefined, withoutWaves: new Set() };
  const isViolated = async (tried: Cut): Promise<boolean> => {
    const result = await runSeed(seed, { allowed: new Set(tried.faults), shrink: cutting(tried) });
    return result.violation?.invariant === invariant;
  };
  const attempt = async (tried: Cut): Promise<void> => {
    if (await isViolated(tried)) cut = tried;
  };
  for (const kind of faults) await attempt({ ...cut, faults: cut.faults.filter((each) => each !== kind) });
  let workload: Workload | undefined;
  const look = (drawn: Workload): Workload => (workload = cutting(cut)(drawn));
  const first = await runSeed(seed, { allowed: new Set(cut.faults), shrink: look });
  const all = workload?.requests.map(({ requestId }) => requestId) ?? [];
  for (const requestId of all)
    await attempt({ ...cut, requests: (cut.requests ?? all).filter((each) => each !== requestId) });
  for (const plan of workload?.plans ?? [])
    for (const { waveId } of plan.waves)
      await attempt({ ...cut, withoutWaves: new Set([...cut.withoutWaves, `${plan.planId}/${waveId}`]) });
  const last = await runSeed(seed, { allowed: new Set(cut.faults), shrink: look, keepTrace: true });
  return {
    faults: cut.faults.filter((kind) => first.faults.has(kind)),
    waves: workload?.plans.flatMap((plan) => plan.waves.map((wave) => `${plan.planId}/${wave.waveId}`)) ?? [],
    requests: workload?.requests.length ?? 0,
    lines: last.lines,
  };
};
