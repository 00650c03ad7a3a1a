import { describe, expect, it } from 'vitest';
import { createLaunchWave } from '../../services/launch-wave/service.ts';
import { launchKnobs } from '../../services/launch-wave/launch.ts';
import { createReconcile } from '../../services/reconcile/service.ts';
import { append, emptyStream } from '../../services/kernel/stream.ts';
import type { FrozenWave } from '../../contracts/execution-events.ts';
import { evolveExecution, initialExecution } from '../../services/domain/execution-state.ts';
import { writeFrozenPlan } from '../../services/streams/frozen-plan.ts';
import { createMemoryRecordStore } from '../../services/ports/memory/record-store.ts';
import type { RecoveryJob, RecoveryService, StartAnswer } from '../../services/ports/recovery-service.ts';
import type { RecordStore } from '../../services/ports/record-store.ts';
import type { Timers, Wake } from '../../services/ports/timers.ts';

const executionId = 'exec-00000000000000000001';
const target = { account: '111122223333', region: 'eu-west-1' };
const log = { info: () => undefined, warn: () => undefined };

const wave = (waveId: string, server: number): FrozenWave => ({
  waveId,
  dependsOn: [],
  target,
  servers: [{ sourceServerId: `s-${String(server).padStart(17, '0')}`, name: waveId, critical: true }],
  success: 'all',
  onFailure: 'stop',
  timeoutMinutes: 240,
  before: [],
  after: [],
  onFailureActions: [],
  onCancelActions: [],
});
const waves = [wave('a', 1), wave('b', 2)];

/** An execution whose two waves have started, as the services would have saved it. */
const startedStore = async (): Promise<RecordStore> => {
  const store = createMemoryRecordStore();
  const frozenHash = await writeFrozenPlan(store, waves, 240);
  const record = append(
    emptyStream(executionId, executionId, initialExecution),
    evolveExecution,
    [
      {
        type: 'ExecutionStarted',
        data: {
          requestId: 'r',
          planId: 'p',
          planVersion: 1,
          planHash: 'h',
          frozenHash,
          mode: 'DRILL',
          requestedBy: 'x',
          reason: '',
          waveCount: 2,
          serverCount: 2,
          overrides: [],
        },
      },
      ...waves.map((definition) => ({
        type: 'WaveStarted' as const,
        data: { waveId: definition.waveId, attempt: 1, mode: 'DRILL' as const, definition },
      })),
    ],
    'test',
    0,
  );
  await store.write({ kind: 'stream', id: executionId }, record, 0);
  return store;
};

/** One actor is a handler that goes on call by call; it may die at any of them. */
interface Actor {
  /** Makes the next call; false when it has no more. */
  step: (dies: 'no' | 'before' | 'after') => Promise<boolean>;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const createScene = async () => {
  const store = await startedStore();
  const launched: string[] = [];
  const wakes: Wake[] = [];
  const jobs: RecoveryJob[] = [];
  const effects = {
    start: (servers: readonly string[], tags: Readonly<Record<string, string>>): StartAnswer => {
      launched.push(...servers);
      const jobId = `drsjob-${String(jobs.length + 1).padStart(17, '0')}`;
      const job = { type: 'LAUNCH', isDrill: true, status: 'COMPLETED' as const, createdAt: 0, tags };
      // The job has ended at once: DRS's own guard stands in nobody's way.
      jobs.push({
        ...job,
        jobId,
        servers: servers.map((sourceServerId) => ({ sourceServerId, launchStatus: 'LAUNCHED' })),
      });
      return { status: 'accepted', jobId };
    },
  };

  const actor = (body: (gate: <T>(call: () => Promise<T>) => Promise<T>) => Promise<void>): Actor => {
    let pending: { run: () => void } | undefined;
    let over = false;
    const gate = <T>(call: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        const run = (): void => void call().then(resolve, reject);
        pending = { run };
      });
    let begun = false;
    return {
      async step(dies) {
        if (!begun) {
          begun = true;
          void body(gate).finally(() => (over = true));
          await settle();
        }
        if (over || pending === undefined) return false;
        const { run } = pending;
        pending = undefined;
        if (dies === 'before') return ((over = true), false);
        if (dies === 'after') {
          over = true;
          run();
          await settle();
          pending = undefined;
          return false;
        }
        run();
        await settle();
        return true;
      },
    };
  };

  const portsThrough = (gate: <T>(call: () => Promise<T>) => Promise<T>) => {
    const timers: Timers = {
      set: (wake) => gate(async () => void wakes.push(wake)),
      ensure: (wake) => gate(async () => void wakes.push(wake)),
    };
    const gated: RecordStore = {
      ...store,
      read: (key) => gate(() => store.read(key)),
      write: (key, body, expected, index) => gate(() => store.write(key, body, expected, index)),
    };
    const unused = async (): Promise<never> => Promise.reject(new Error('not in this model'));
    const recovery: RecoveryService = {
      startRecovery: (_target, { servers, tags }) =>
        gate(async () =>
          effects.start(
            servers.map((server) => server.sourceServerId),
            tags,
          ),
        ),
      describeJobsSince: () => gate(async () => jobs),
      describeJobs: unused,
      describeJobLog: unused,
      describeSourceServers: unused,
      describeRecoveryInstances: () => gate(async () => []),
      describeRecoverySnapshots: unused,
      hasLaunchConfiguration: unused,
      quotas: () => gate(async () => ({ jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 })),
      describeInstances: unused,
    };
    return {
      store: gated,
      timers,
      recovery,
      log,
      clock: { now: () => 0 },
      bus: { publish: () => gate(async () => undefined) },
    };
  };
  const launcher = (waveId: string): Actor =>
    actor((gate) =>
      createLaunchWave(portsThrough(gate), launchKnobs)(
        { service: 'launch-wave', executionId, waveId },
        'test',
      ),
    );
  const reconciler = (): Actor =>
    actor((gate) => createReconcile(portsThrough(gate)).reconcile({ service: 'reconcile', executionId }));
  return { launched, launcher, reconciler };
};

type Scene = Awaited<ReturnType<typeof createScene>>;
const runOut = async (actor: Actor): Promise<number> => {
  let steps = 0;
  while (await actor.step('no')) steps += 1;
  return steps;
};
const launchesOf = (scene: Scene): number => scene.launched.length;

describe('the launch of a wave, exhaustively', () => {
  it('happens once wherever one of two launchers stops and lets the other run', async () => {
    for (let first = 0; first < 40; first++) {
      for (let second = 0; second < 40; second++) {
        const scene = await createScene();
        const [one, two] = [scene.launcher('a'), scene.launcher('a')];
        for (let step = 0; step < first; step++) await one.step('no');
        let others = 0;
        while (others < second && (await two.step('no'))) others += 1;
        await runOut(one);
        await runOut(two);
        expect(launchesOf(scene)).toBe(1);
        if (others < second) break;
      }
    }
  }, 60_000);

  it.each(['before', 'after'] as const)(
    'never happens twice when a launcher dies %s any of its calls',
    async (dies) => {
      for (let at = 0; at < 40; at++) {
        const scene = await createScene();
        const one = scene.launcher('a');
        for (let step = 0; step < at; step++) await one.step('no');
        await one.step(dies);
        await runOut(scene.reconciler());
        await runOut(scene.launcher('a'));
        await runOut(scene.launcher('a'));
        expect(launchesOf(scene)).toBeLessThanOrEqual(1);
      }
    },
    60_000,
  );

  it('leaves the other wave alone', async () => {
    for (let at = 0; at < 40; at++) {
      const scene = await createScene();
      const [one, two, reconciler] = [scene.launcher('a'), scene.launcher('b'), scene.reconciler()];
      for (let step = 0; step < at; step++) await one.step('no');
      await runOut(two);
      await runOut(reconciler);
      await runOut(one);
      expect([...scene.launched].sort()).toEqual(waves.map(({ servers }) => servers[0]!.sourceServerId));
    }
  }, 60_000);
});
