import type { LaunchActionRun, PlannedLaunchAction } from '../../services/core/domain/recovery-job.ts';
import type { FaultForm } from './faults.ts';
import { plainEstate, serversMeant } from './estate.ts';
import type { Prng } from './prng.ts';
import type { Workload } from './workload.ts';

/** A launch action with its whole future, in ms from the launch of its server. Infinity: never. */
export interface SimulatedAction extends PlannedLaunchAction {
  readonly beginsAfterMs: number;
  readonly endsAfterMs: number;
  readonly fails: boolean;
}

const second = 1_000;
const minute = 60 * second;

/** Names may be there twice: DRS does not mind. */
const names = ['CloudWatch agent', 'Volume check', 'Join the domain', 'Process status'];

const drawPlanned = (prng: Prng): readonly PlannedLaunchAction[] =>
  Array.from({ length: prng.pick([1, 1, 2, 3]) }, () => {
    const name = prng.pick(names);
    return { name, document: `Sim-${name.replaceAll(' ', '')}`, optional: prng.chance(0.35) };
  });

/** Most places have no launch actions. Its numbers are its own. */
export const withLaunchActions = (prng: Prng, workload: Workload): Workload => {
  if (prng.chance(0.75)) return workload;
  const estate = workload.estate ?? plainEstate(workload.plans);
  const ids = new Set(
    workload.plans.flatMap(({ waves }) => waves.flatMap((wave) => [...serversMeant(estate, wave)])),
  );
  const rate = prng.pick([0.2, 0.6, 1]);
  const of = new Map([...ids].filter(() => prng.chance(rate)).map((id) => [id, drawPlanned(prng)] as const));
  return { ...workload, launchActions: { of, isDenied: prng.chance(0.08) } };
};

export interface Trouble {
  /** That one of a server's launch actions does not go as it should. */
  readonly rate: number;
  readonly count: (form: FaultForm) => void;
}

const durationMs = (prng: Prng): number =>
  prng.chance(0.7) ? prng.between(second, 40 * second) : prng.between(40 * second, 3 * minute);

/** How the launch actions of a server go, one after the other. */
export const drawActions = (
  prng: Prng,
  planned: readonly PlannedLaunchAction[],
  { rate, count }: Trouble,
): readonly SimulatedAction[] => {
  let atMs = 0;
  return planned.map((action) => {
    const never = { ...action, beginsAfterMs: Infinity, endsAfterMs: Infinity, fails: false };
    const trouble = prng.chance(rate)
      ? prng.pick(['fails', 'fails', 'fails', 'is late', 'never begins', 'never ends'] as const)
      : undefined;
    const lateMs = trouble === 'is late' ? prng.between(minute, 40 * minute) : prng.int(15 * second);
    const lastsMs = durationMs(prng);
    if (atMs === Infinity) return never;
    if (trouble === 'fails')
      count(action.optional ? 'job-shape: optional launch action fails' : 'job-shape: launch action fails');
    else if (trouble !== undefined) count(`job-shape: launch action ${trouble}`);
    if (trouble === 'never begins') {
      atMs = Infinity;
      return never;
    }
    const beginsAfterMs = atMs + lateMs;
    const endsAfterMs = trouble === 'never ends' ? Infinity : beginsAfterMs + lastsMs;
    const fails = trouble === 'fails';
    // What follows on one that failed may never begin.
    atMs = fails && !action.optional && prng.chance(0.5) ? Infinity : endsAfterMs;
    return { ...action, beginsAfterMs, endsAfterMs, fails };
  });
};

/** What DRS shows of them, so long after the launch. */
export const runsShown = (actions: readonly SimulatedAction[], sinceMs: number): readonly LaunchActionRun[] =>
  actions
    .filter(({ beginsAfterMs }) => beginsAfterMs <= sinceMs)
    .map(({ name, document, optional, endsAfterMs, fails }) => ({
      ...{ name, document, optional },
      status: endsAfterMs > sinceMs ? 'IN_PROGRESS' : fails ? 'FAILED' : 'SUCCEEDED',
      ...(fails && endsAfterMs <= sinceMs && { failureReason: 'the script gave 1' }),
    }));

/** Whether the server of this action does not count as recovered: it is needed and has failed or not ended. */
export const isWithheld = ({ optional, fails, endsAfterMs }: SimulatedAction, sinceMs: number): boolean =>
  !optional && (fails || endsAfterMs > sinceMs);

export const hasFailed = ({ optional, fails, endsAfterMs }: SimulatedAction, sinceMs: number): boolean =>
  !optional && fails && endsAfterMs <= sinceMs;

/** When the last of them has ended, of those that ever do; 0 where there is none. */
export const lastEndMs = (actions: readonly SimulatedAction[]): number =>
  actions.reduce(
    (last, { endsAfterMs }) => (endsAfterMs === Infinity ? last : Math.max(last, endsAfterMs)),
    0,
  );
