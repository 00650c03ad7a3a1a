import type { Recorded } from '../../../contracts/envelope.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { isTerminal } from '../../../services/core/domain/execution-state.ts';
import { executionIdOf } from '../../../services/core/kernel/canonical.ts';
import { readCleanUp } from '../../../services/core/streams/clean-up-stream.ts';
import { hasEnded, readExecution } from '../../../services/core/streams/execution-stream.ts';
import { putPlan } from '../../../services/core/streams/plan-store.ts';
import type { Counts } from '../coverage.ts';
import type { Prng } from '../prng.ts';
import { allWarnings } from '../world.ts';
import { away, drawFailback, type Drawn } from './draw.ts';
import { drawRates, noRates } from './faults.ts';
import { createOperator } from './operator.ts';
import { checkAudit, checkRest } from './rest.ts';
import { createFailbackWorld, type FailbackMutant, type FailbackWorld } from './world.ts';

const minute = 60_000;
const hour = 60 * minute;

export interface FailbackOptions {
  readonly mutant?: FailbackMutant;
  readonly isFaultFree?: boolean;
  readonly keepTrace?: boolean;
}

export interface FailbackResult {
  readonly violation?: { readonly invariant: string; readonly what: string; readonly atMs: number };
  readonly counts: Counts;
  readonly lines: readonly string[];
  readonly runs: number;
  readonly simulatedMs: number;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Asked once more, after the forward execution that had the servers has ended. */
const requests = { homeward: 'homeward', again: 'homeward-again', outward: 'outward' } as const;
const ids = {
  homeward: executionIdOf(requests.homeward),
  again: executionIdOf(requests.again),
  outward: executionIdOf(requests.outward),
} as const;

const inEarnest = 'failback: asked for in earnest after its drill';

const statusOf = async ({ store }: FailbackWorld, executionId: string) =>
  (await readExecution(store, executionId)).status;

/** Whoever asks and hears nothing asks again, under the same id. */
const keepAsking = (
  world: FailbackWorld,
  { planId }: Plan,
  mode: Mode,
  name: keyof typeof requests,
  isDue: () => Promise<boolean> = async () => true,
): void => {
  const requestId = requests[name];
  const executionId = ids[name];
  const asked = { requestId, planId, mode, requestedBy: 'somebody', acceptWarnings: allWarnings };
  const ask = async (): Promise<void> => {
    if ((await statusOf(world, executionId)) !== 'NONE') return;
    if (await isDue()) world.say('ExecutionRequested', requestId, asked, { executionId });
    world.agenda.after(15 * minute, () => void ask());
  };
  void ask();
};

/** What the two directions make of each other, as their refusals say. */
const countRefusals = (world: FailbackWorld, { type, metadata, data }: Recorded): void => {
  if (type !== 'ExecutionRejected') return;
  const { faults } = data as { readonly faults: readonly { readonly message: string }[] };
  if (faults.some(({ message }) => message.includes('being cleaned up')))
    return world.count('failback: refused for the clean-up of its drill');
  if (!faults.some(({ message }) => message.includes('held by execution'))) return;
  world.count(
    metadata.executionId === ids.outward
      ? 'failback: has servers that a forward plan wants'
      : 'failback: refused for a forward plan',
  );
};

/** The last failback that came about: of a second request, unless nobody made it or it was refused. */
const homewardId = async (world: FailbackWorld): Promise<string> =>
  ['NONE', 'REJECTED'].includes(await statusOf(world, ids.again)) ? ids.homeward : ids.again;

/** Whether nothing goes on any more of all that was asked for. */
const isOver = async (world: FailbackWorld, drawn: Drawn): Promise<boolean> => {
  const executionId = await homewardId(world);
  const { status, mode } = await readExecution(world.store, executionId);
  if (!isTerminal(status)) return false;
  const outward = await readExecution(world.store, ids.outward);
  if (outward.status !== 'NONE' && !hasEnded(outward)) return false;
  const isAskedAgain =
    drawn.realAfterMs !== undefined || (drawn.forward?.isFirst === true && status === 'REJECTED');
  if (isAskedAgain && (await statusOf(world, ids.again)) === 'NONE') return false;
  if (mode === 'RECOVERY' || status === 'REJECTED') return true;
  return (await readCleanUp(world.store, executionId)).status === 'COMPLETED';
};

const askForAll = (world: FailbackWorld, { plan, isDrill, forward, cancelAtMs }: Drawn, prng: Prng): void => {
  const mode = isDrill ? 'DRILL' : 'RECOVERY';
  const isUnderWay = async (): Promise<boolean> =>
    !isTerminal(await statusOf(world, await homewardId(world)));
  const afterMs = forward?.isFirst === true ? minute + prng.int(40 * minute) : 0;
  world.agenda.after(afterMs, () => keepAsking(world, plan, mode, 'homeward'));
  if (forward !== undefined)
    world.agenda.after(forward.atMs, () =>
      keepAsking(world, forward.plan, forward.mode, 'outward', forward.isFirst ? undefined : isUnderWay),
    );
  if (forward?.isFirst === true)
    world.agenda.after(afterMs, () =>
      keepAsking(
        world,
        plan,
        mode,
        'again',
        async () =>
          (await statusOf(world, ids.homeward)) === 'REJECTED' &&
          hasEnded(await readExecution(world.store, ids.outward)),
      ),
    );
  if (cancelAtMs !== undefined)
    world.agenda.after(cancelAtMs, () => {
      const decided = {
        executionId: ids.homeward,
        decisionId: 'cancel',
        by: 'operator',
        reason: 'not today',
      };
      world.say('CancelRequested', 'cancel', decided);
    });
};

/** Whoever has drilled a way home goes it, be the clean-up of the drill over or not. */
const askInEarnest = (world: FailbackWorld, { plan, realAfterMs }: Drawn): void => {
  if (realAfterMs === undefined || world.counts[inEarnest] !== undefined) return;
  world.count(inEarnest);
  world.agenda.after(realAfterMs, () => keepAsking(world, plan, 'RECOVERY', 'again'));
};

/** Runs one failback, drawn apart from all else of a seed: what is to be kept in it is checked call by call. */
export const runFailback = async (prng: Prng, options: FailbackOptions = {}): Promise<FailbackResult> => {
  const drawn = drawFailback(prng.fork());
  const healAtMs = prng.pick([2 * hour, 6 * hour]);
  const operate = createOperator(prng.fork());
  // Whether nobody else had the servers since the failback began.
  const course = { isAlone: true, isBegun: false };
  const events: Recorded[] = [];
  const ends = ['ExecutionCompleted', 'ExecutionFailed', 'ExecutionCancelled'];
  const world: FailbackWorld = createFailbackWorld({
    ...{ prng: prng.fork(), away, home: drawn.home, serverIds: drawn.serverIds },
    ...{ rates: options.isFaultFree === true ? noRates : drawRates(prng), healAtMs },
    executionIds: Object.values(ids),
    ...(options.mutant && { mutant: options.mutant }),
    ...(options.keepTrace === true && { keepTrace: true }),
    onEvent: (event) => {
      events.push(event);
      if (event.type === 'ExecutionStarted') {
        if (event.metadata.executionId !== ids.outward) course.isBegun = true;
        else if (course.isBegun) course.isAlone = false;
      }
      if (ends.includes(event.type) && event.metadata.executionId === ids.homeward)
        askInEarnest(world, drawn);
      countRefusals(world, event);
      operate(world, event);
    },
  });
  const { agenda, store } = world;
  const since = new Date(world.since).toISOString();
  for (const plan of [drawn.plan, drawn.forward?.plan])
    if (plan !== undefined) await putPlan(store, plan, since);
  askForAll(world, drawn, prng.fork());
  agenda.after(minute, world.sweep);
  const until = world.since + healAtMs + 60 * hour;
  let steps = 0;
  for (; world.violation() === undefined && agenda.now() < until && agenda.step(); steps++) {
    await settle();
    if (steps % 128 === 0 && world.isHealed() && (await isOver(world, drawn))) break;
  }
  if (world.violation() === undefined) {
    const { status, mode } = await readExecution(world.store, await homewardId(world));
    if (!isTerminal(status))
      world.fail('L6', `a failback is ${status} ${(until - world.since) / hour} hours on`);
    else {
      checkRest(world, drawn, course.isAlone ? { status, mode } : undefined);
      for (const id of Object.values(ids)) await checkAudit(world, id, events);
    }
  }
  const violation = world.violation();
  const kind = drawn.isDrill ? 'failback: drill' : 'failback: recovery';
  return {
    ...{ counts: { ...world.counts, [kind]: 1 }, lines: world.lines, runs: world.runs() },
    ...{ simulatedMs: agenda.now() - world.since, ...(violation && { violation }) },
  };
};
