import { describe, expect, it } from 'vitest';
import { planSchema, type Plan } from '../../../contracts/plan.ts';
import { executionIdOf } from '../../../services/core/kernel/canonical.ts';
import type { RecordKey } from '../../../services/core/ports/record-store.ts';
import type { Wake } from '../../../services/core/ports/timers.ts';
import { explore, type Actor, type Scene } from './explore.ts';
import { createSmallWorld, serverOf, type SmallWorld } from './small-world.ts';

const executionId = executionIdOf('r');
const request = { requestId: 'r', requestedBy: 'somebody', planId: 'p', mode: 'DRILL' as const };

const planOf = (dependsOn: readonly string[]): Plan =>
  planSchema.parse({
    planId: 'p',
    waves: [
      { waveId: 'a', servers: [{ sourceServerId: serverOf('a') }] },
      { waveId: 'b', servers: [{ sourceServerId: serverOf('b') }], dependsOn },
    ],
  });
const apart = planOf([]);
const inTurn = planOf(['a']);

type Services = SmallWorld['services'];
type Act = (services: Services) => Promise<void>;

const on = (waveId?: string): Wake => ({ service: 'reconcile', executionId, ...(waveId && { waveId }) });
const launch =
  (waveId: string): Act =>
  ({ launch: act }) =>
    act(on(waveId), 'event');
const watch =
  (waveId: string): Act =>
  ({ watch: act }) =>
    act([on(waveId)], 'event');
const advance =
  (waveId?: string): Act =>
  ({ advance: service }) =>
    service.advance(on(waveId), 'event');
const accept: Act = ({ accept: service }) => service.accept(request, 'event');
const reconcile: Act = ({ reconcile: service }) => service.reconcile(on());
const cancel: Act = ({ advance: service }) =>
  service.decide(
    executionId,
    { decision: 'cancel', decisionId: 'd', by: 'operator', reason: 'enough' },
    'decision',
  );

const isFrozen = ({ kind }: RecordKey): boolean =>
  kind === 'frozen' || kind === 'plan' || kind === 'durations';
/** Where no handler of a scene writes the execution, reading it commutes with everything. */
const isFrozenOrExecution = (key: RecordKey): boolean =>
  isFrozen(key) || (key.kind === 'stream' && key.id === executionId);

interface Setting {
  readonly plan: Plan;
  /** What has happened before, without any trouble. */
  readonly before: readonly Act[];
  /** The deliveries that come at once. */
  readonly at: Readonly<Record<string, Act>>;
  readonly still?: (key: RecordKey) => boolean;
  readonly endsAs: readonly string[];
  /** Plants a mistake: whoever writes last wins. */
  readonly isCareless?: boolean;
}

/** Time passes and reconciliation comes round as often as this at the most until an execution has ended. */
const roundsMax = 12;

const sceneIn = (world: SmallWorld, { at, still = isFrozen, endsAs, isCareless = false }: Setting): Scene => {
  const assertSafe = (): void => {
    for (const waveId of ['a', 'b']) {
      const launches = world.jobs.filter(({ servers }) => servers[0]?.sourceServerId === serverOf(waveId));
      expect(launches.length, `launches of ${waveId}`).toBeLessThanOrEqual(1);
    }
  };
  return {
    actors: Object.entries(at).map(([name, step]): Actor => ({
      name,
      body: (gate) => step(world.servicesThrough(gate, still, isCareless)),
    })),
    describe: world.describe,
    assertSafe,
    async assertRecovers() {
      for (let round = 0; round < roundsMax; round++) {
        await reconcile(world.services);
        await world.fireTimers();
        assertSafe();
      }
      const { status, waves } = await world.execution(executionId);
      expect(endsAs).toContain(status);
      const isLaunched = (waveId: string): boolean =>
        world.jobs.some(({ servers }) => servers[0]?.sourceServerId === serverOf(waveId));
      if (status === 'COMPLETED') expect(['a', 'b'].filter(isLaunched)).toEqual(['a', 'b']);
      for (const waveId of ['a', 'b'])
        if (waves[waveId]?.status === 'SKIPPED') expect(isLaunched(waveId), waveId).toBe(false);
    },
  };
};

/** Explores a setting, says how much that was, and holds it to have been more than so many states. */
const exploring = async (setting: Setting, deathsMax: number, statesMin: number): Promise<void> => {
  const begun = performance.now();
  const world = await createSmallWorld(setting.plan);
  for (const step of setting.before) await step(world.services);
  const { states, ends, ways, deepest } = await explore(() => sceneIn(world.copy(), setting), deathsMax);
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  process.stdout.write(
    `  ${states} states, ${ends} ends, ${ways} interleavings, ${deepest} steps deep, ${seconds} s\n`,
  );
  expect(states).toBeGreaterThan(statesMin);
};

const started: readonly Act[] = [accept, advance()];
const recovered = (waveId: string): readonly Act[] => [launch(waveId), watch(waveId)];
const isFull = process.env['CI'] === 'true';
const completes = { plan: apart, before: started, still: isFrozenOrExecution, endsAs: ['COMPLETED'] };

describe('in every order of calls, and with a death at any of them', { timeout: 120_000 }, () => {
  it('two starters launch a wave once', () =>
    exploring({ ...completes, at: { one: launch('a'), two: launch('a') } }, 1, 1_000));

  it('a starter and a reconciler launch a wave once', () =>
    exploring({ ...completes, at: { one: launch('a'), reconcile } }, 1, 200));

  it('two waves share the only job that may run', () =>
    exploring({ ...completes, at: { a: launch('a'), b: launch('b') } }, 1, 200));

  it('two watchers see a job end once', () =>
    exploring(
      {
        ...completes,
        before: [...started, launch('a')],
        at: { one: watch('a'), two: watch('a') },
        still: ({ kind, id }) => kind === 'frozen' || kind === 'plan' || id === executionId,
      },
      1,
      200,
    ));

  it('two advances start the next wave once', () =>
    exploring(
      {
        ...{ plan: inTurn, before: [...started, ...recovered('a')], endsAs: ['COMPLETED'] },
        at: { one: advance('a'), two: advance('a') },
      },
      1,
      200,
    ));

  it('would find a store whose writes are not conditional', async () => {
    const careless = { ...completes, at: { one: launch('a'), two: launch('a') }, isCareless: true };
    await expect(exploring(careless, 0, 0)).rejects.toThrow('launches of a');
  });
});

// These have more interleavings than a quick run has time for.
if (isFull)
  describe('in every order of calls', { timeout: 600_000 }, () => {
    it('a cancellation leaves a wave out or comes too late for it', () =>
      exploring(
        {
          ...{ plan: inTurn, before: [...started, ...recovered('a')], endsAs: ['CANCELLED', 'COMPLETED'] },
          at: { advance: advance('a'), cancel },
        },
        1,
        200,
      ));

    it('two starters and a reconciler launch a wave once', () =>
      exploring({ ...completes, at: { one: launch('a'), two: launch('a'), reconcile } }, 0, 10_000));
  });
