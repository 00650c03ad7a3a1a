import type { Recorded } from '../../../contracts/envelope.ts';
import { planSchema, type Plan, type Target } from '../../../contracts/plan.ts';
import { isTerminal } from '../../../services/core/domain/execution-state.ts';
import { executionIdOf } from '../../../services/core/kernel/canonical.ts';
import { readCleanUp } from '../../../services/core/streams/clean-up-stream.ts';
import { readExecution } from '../../../services/core/streams/execution-stream.ts';
import { putPlan } from '../../../services/core/streams/plan-store.ts';
import type { Counts } from '../coverage.ts';
import type { Prng } from '../prng.ts';
import { createFailbackWorld, type FailbackMutant, type FailbackWorld, type Rates } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;
const account = '111122223333';
const away: Target = { account, region: 'eu-west-1' };

export interface FailbackResult {
  readonly violation?: { readonly invariant: string; readonly what: string };
  readonly counts: Counts;
}

interface Drawn {
  readonly plan: Plan;
  readonly isDrill: boolean;
  readonly home: Target;
  readonly serverIds: readonly string[];
}

const draw = (prng: Prng): Drawn => {
  // A failback between Availability Zones has both directions in one place.
  const region = prng.chance(0.2) ? away.region : 'us-east-1';
  const home: Target = { account, region };
  const waveCount = prng.between(1, 3);
  let made = 0;
  const waves = Array.from({ length: waveCount }, (_, at) => ({
    waveId: `w${at}`,
    dependsOn: at > 0 && prng.chance(0.7) ? [`w${prng.int(at)}`] : [],
    servers: Array.from({ length: prng.between(1, 3) }, () => ({
      sourceServerId: `s-${String(++made).padStart(17, '8')}`,
    })),
    ...(prng.chance(0.2) && { success: { atLeast: 1 } }),
  }));
  const phase = () => ({ begins: prng.chance(0.5) ? 'by-itself' : 'after-approval' });
  const plan = planSchema.parse({
    ...{ planId: 'homeward', direction: 'failback', home: 'home', targets: { home }, waves },
    phases: { reverse: phase(), launch: phase(), protect: phase(), retire: phase() },
    cleanUp: { policy: 'auto', afterMinutes: prng.int(30), afterFailure: 'auto' },
  });
  const serverIds = waves.flatMap(({ servers }) => servers.map(({ sourceServerId }) => sourceServerId));
  return { plan, isDrill: prng.chance(0.35), home, serverIds };
};

const drawRates = (prng: Prng): Rates => ({
  crash: prng.pick([0, 0.005, 0.02]),
  lostEvent: prng.pick([0, 0.1, 0.3]),
  duplicate: prng.pick([0, 0.2]),
  lostAnswer: prng.pick([0, 0.1, 0.4]),
  error: prng.pick([0, 0.02, 0.1]),
});

const noRates: Rates = { crash: 0, lostEvent: 0, duplicate: 0, lostAnswer: 0, error: 0 };

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** People answer approvals, and have what is held tried again. */
const createOperator = (prng: Prng, executionId: string) => {
  let said = 0;
  return (world: FailbackWorld, event: Recorded): void => {
    const decide = (type: string, afterMs: number, data: object): void => {
      const decisionId = `decision-${++said}`;
      const asked = { executionId, decisionId, by: 'operator', reason: 'as planned', ...data };
      world.agenda.after(afterMs, () => world.say(type, decisionId, asked));
    };
    if (event.type === 'ActionStarted') {
      const { waveId, actionId } = event.data as { waveId: string; actionId: string };
      for (const afterMs of [prng.int(2 * hour), 12 * hour])
        decide('ApproveRequested', afterMs, { waveId, actionId });
    }
    const { about, waveId } = event.data as { readonly about?: string; readonly waveId?: string };
    if (event.type === 'OperatorNeeded' && about === 'clean-up-failed')
      for (const afterMs of [prng.int(30 * minute), 10 * hour]) decide('CleanUpRequested', afterMs, {});
    if (event.type === 'OperatorNeeded' && about === 'wave-failed' && waveId !== undefined)
      for (const afterMs of [prng.int(30 * minute), 10 * hour, 20 * hour])
        decide('RetryWaveRequested', afterMs, { waveId });
  };
};

/** Everything that may go wrong has healed: what the product brings about from now on, it brings to an end. */
const checkRest = async (world: FailbackWorld, drawn: Drawn, executionId: string): Promise<void> => {
  const { status } = await readExecution(world.store, executionId);
  const { away: running, home, reversed, protected: safe } = world.drs.rest();
  const all = drawn.serverIds.toSorted();
  const same = (a: readonly string[], b: readonly string[]): boolean =>
    a.toSorted().join(' ') === b.toSorted().join(' ');
  if (drawn.isDrill) {
    const isAsBefore = same(running, all) && home.length === 0 && reversed.length === 0 && safe.length === 0;
    if (!isAsBefore)
      world.fail(
        'S49',
        `a drill left ${JSON.stringify({ running, home, reversed, safe })}, and is ${status}`,
      );
  } else if (status === 'COMPLETED') {
    const isHome =
      running.length === 0 &&
      reversed.length === 0 &&
      same(safe, all) &&
      home.every(({ isDrill }) => !isDrill);
    if (!isHome || home.length !== all.length)
      world.fail('S49', `a failback left ${JSON.stringify({ running, home, reversed, safe })}`);
  }
  // Whatever became of it, each server runs somewhere.
  for (const id of all)
    if (!running.includes(id) && !safe.includes(id)) world.fail('S44', `${id} runs nowhere`);
};

/** Runs one failback, drawn apart from all else of a seed: what is to be kept in it is checked call by call. */
export const runFailback = async (
  prng: Prng,
  mutant?: FailbackMutant,
  isFaultFree = false,
): Promise<FailbackResult> => {
  const drawn = draw(prng.fork());
  const requestId = 'homeward';
  const executionId = executionIdOf(requestId);
  const healAtMs = prng.pick([2 * hour, 6 * hour]);
  const operate = createOperator(prng.fork(), executionId);
  const world: FailbackWorld = createFailbackWorld({
    ...{ prng: prng.fork(), plan: drawn.plan, isDrill: drawn.isDrill, away, home: drawn.home },
    ...{ serverIds: drawn.serverIds, rates: isFaultFree ? noRates : drawRates(prng), healAtMs },
    ...(mutant && { mutant }),
    onEvent: (event) => operate(world, event),
  });
  const { agenda, store } = world;
  await putPlan(store, drawn.plan, new Date(world.since).toISOString());
  const mode = drawn.isDrill ? 'DRILL' : 'RECOVERY';
  const asked = { requestId, planId: 'homeward', mode, requestedBy: 'somebody', executionId };
  const { executionId: _named, ...request } = asked;
  for (const atMs of [0, healAtMs + minute])
    agenda.after(atMs, () =>
      world.say('ExecutionRequested', requestId, Object.assign({ executionId }, request)),
    );
  agenda.after(minute, world.sweep);
  if (prng.chance(0.12))
    agenda.after(prng.int(8 * hour), () =>
      world.say('CancelRequested', 'cancel', {
        ...{ executionId, decisionId: 'cancel', by: 'operator', reason: 'not today' },
      }),
    );
  const until = world.since + healAtMs + 60 * hour;
  let steps = 0;
  for (; world.violation() === undefined && agenda.now() < until && agenda.step(); steps++) {
    await settle();
    if (steps % 128 === 0 && world.isHealed() && (await isOver(world, executionId))) break;
  }
  if (world.violation() === undefined) {
    const { status } = await readExecution(store, executionId);
    if (!isTerminal(status))
      world.fail('L6', `a failback is ${status} ${(until - world.since) / hour} hours on`);
    else await checkRest(world, drawn, executionId);
  }
  const violation = world.violation();
  const kind = drawn.isDrill ? 'failback: drill' : 'failback: recovery';
  return { counts: { ...world.counts, [kind]: 1 }, ...(violation && { violation }) };
};

const isOver = async ({ store }: FailbackWorld, executionId: string): Promise<boolean> => {
  const { status, mode } = await readExecution(store, executionId);
  if (!isTerminal(status)) return false;
  return mode === 'RECOVERY' || (await readCleanUp(store, executionId)).status === 'COMPLETED';
};
