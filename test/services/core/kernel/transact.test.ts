import { describe, expect, it } from 'vitest';
import type { Fact, Recorded } from '../../../../contracts/envelope.ts';
import {
  append,
  emptyStream,
  EventTooLargeError,
  type StreamRecord,
} from '../../../../services/core/kernel/stream.ts';
import { createTransact, type StreamKind } from '../../../../services/core/kernel/transact.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { RecordTooLargeError, type RecordStore } from '../../../../services/core/ports/record-store.ts';
import type { Decider } from '../../../../contracts/services.ts';
import type { Wake } from '../../../../services/core/ports/timers.ts';
import { deepFreeze } from '../../../support/freeze.ts';

const now = 5_000;
const key = { kind: 'stream', id: 's' } as const;
const fact = (type: string): Fact => ({ type, data: {} });
/** Said by `advance-execution`, by `launch-wave`, by anybody, and by a later version of the product. */
const [waveStarted, jobClaimed, operatorNeeded, fromTheFuture] = [
  'WaveStarted',
  'DRSJobClaimed',
  'OperatorNeeded',
  'WaveDreamt',
].map(fact);

const kind: StreamKind<readonly string[], Fact> = {
  initialState: [],
  evolve: (state, { type }, at) => [...state, `${type} at ${at}`],
};

interface World {
  readonly store: RecordStore;
  readonly published: (readonly string[])[];
  readonly woken: (readonly [Wake, number])[];
  readonly transact: ReturnType<typeof createTransact<readonly string[], Fact>>;
  readonly stored: () => Promise<{ revision: number; body: StreamRecord<readonly string[]> } | undefined>;
}

const world = (speaker: Decider = 'advance-execution', changes: Partial<RecordStore> = {}): World => {
  const memory = createMemoryRecordStore();
  const store = { ...memory, ...changes };
  const published: (readonly string[])[] = [];
  const woken: (readonly [Wake, number])[] = [];
  const ports = {
    store,
    bus: {
      publish: async (events: readonly Recorded[]) =>
        void published.push(events.map(({ metadata }) => metadata.eventId)),
    },
    timers: {
      set: () => Promise.reject(new Error('nothing is replaced')),
      setIfSooner: () => Promise.reject(new Error('nothing is replaced')),
      ensure: async (wake: Wake, delayMs: number) => void woken.push([wake, delayMs]),
    },
    clock: { now: () => now },
  };
  return {
    store,
    published,
    woken,
    transact: createTransact(speaker, ports, kind),
    stored: () => memory.read(key),
  };
};

const address = { stream: 's', executionId: 'exec-1' };
const say =
  (...facts: readonly (Fact | undefined)[]) =>
  (state: readonly string[]): readonly Fact[] =>
    Object.isFrozen(deepFreeze(state)) ? facts.flatMap((each) => each ?? []) : [];

describe('a transition', () => {
  it('saves state and events in one write, then publishes them, and keeps nothing more for the bus', async () => {
    const { transact, stored, published, woken } = world();
    const transition = await transact(address, 'the cause', (state, at) => {
      expect([state, at]).toEqual([[], now]);
      return say(waveStarted, operatorNeeded)(state);
    });
    const state = ['WaveStarted at 5000', 'OperatorNeeded at 5000'];
    expect(transition).toEqual({ state, revision: 1, facts: [waveStarted, operatorNeeded] });
    expect(published).toEqual([['s@1', 's@2']]);
    expect(await stored()).toMatchObject({
      revision: 2,
      body: { stream: 's', executionId: 'exec-1', version: 2, state, outbox: [] },
    });
    expect(woken).toEqual([]);
  });

  it('writes nothing where there is nothing to decide and nothing to publish', async () => {
    const { transact, stored, published } = world();
    expect(await transact(address, 'the cause', () => [])).toEqual({ state: [], revision: 0, facts: [] });
    expect([await stored(), published]).toEqual([undefined, []]);
  });

  it('decides on what is stored, and goes on from there', async () => {
    const { transact, stored, published } = world();
    await transact(address, 'one', say(waveStarted));
    const second = await transact(address, 'two', (state) => {
      expect(state).toEqual(['WaveStarted at 5000']);
      return [fact('WaveCompleted')];
    });
    expect(second.revision).toBe(3);
    expect(published).toEqual([['s@1'], ['s@2']]);
    expect(await stored()).toMatchObject({ revision: 4, body: { version: 2 } });
  });

  it('is found under the index that its kind gives it', async () => {
    const index = { executionId: 'exec-1', planId: 'p', status: 'S', startedAt: 'then', open: true };
    const { store } = world();
    const ports = {
      store,
      bus: { publish: () => Promise.resolve() },
      timers: {
        set: () => Promise.resolve(),
        ensure: () => Promise.resolve(),
        setIfSooner: () => Promise.resolve(),
      },
      clock: { now: () => now },
    };
    const indexed = createTransact<readonly string[], Fact>('advance-execution', ports, {
      ...kind,
      indexOf: (executionId, state) => ({ ...index, executionId, status: state.join() }),
    });
    await indexed(address, 'the cause', say(waveStarted));
    expect(await store.openExecutions()).toEqual([{ ...index, status: 'WaveStarted at 5000' }]);
  });

  it('publishes what a crash before the publication left, under the same ids', async () => {
    const { transact, stored, published } = world();
    await transact(address, 'the cause', say(waveStarted), 'later');
    expect(published).toEqual([]);
    expect((await stored())?.body.outbox.map(({ metadata }) => metadata.eventId)).toEqual(['s@1']);
    await transact(address, 'again', () => []);
    expect(published).toEqual([['s@1']]);
    expect(await stored()).toMatchObject({ revision: 2, body: { version: 1, outbox: [] } });
  });

  it('leaves the events of other services to them, and has each looked after once', async () => {
    const { transact, stored, published, woken } = world();
    const facts = [jobClaimed, waveStarted, fact('DRSJobStarted'), fact('ActionStarted')];
    await transact({ ...address, waveId: 'web' }, 'the cause', say(...facts));
    expect(published).toEqual([['s@2']]);
    expect((await stored())?.body.outbox.map(({ type }) => type)).toEqual([
      'DRSJobClaimed',
      'DRSJobStarted',
      'ActionStarted',
    ]);
    expect(woken).toEqual([
      [{ service: 'launch-wave', executionId: 'exec-1', waveId: 'web' }, 20_000],
      [{ service: 'run-actions', executionId: 'exec-1', waveId: 'web' }, 20_000],
    ]);
  });

  it('names no wave in the wake of an execution', async () => {
    const { transact, woken } = world('launch-wave');
    await transact(address, 'the cause', say(waveStarted));
    expect(woken.map(([wake]) => Object.keys(wake))).toEqual([['service', 'executionId']]);
  });

  it('writes once where every event is somebody else’s', async () => {
    const { transact, stored, published } = world('launch-wave');
    await transact(address, 'the cause', say(waveStarted));
    expect(published).toEqual([]);
    expect((await stored())?.revision).toBe(1);
  });

  it('keeps an event of a later version for those who know it', async () => {
    const { transact, stored, published, woken } = world();
    await transact(address, 'the cause', say(fromTheFuture));
    expect([published, woken]).toEqual([[], []]);
    expect((await stored())?.body.outbox).toHaveLength(1);
  });

  it('decides anew when somebody else was faster', async () => {
    const { transact, store, published } = world();
    const seen: (readonly string[])[] = [];
    const transition = await transact(address, 'the cause', (state) => {
      seen.push(state);
      if (seen.length === 1) void store.write(key, { ...emptyStream('s', 'exec-1', ['theirs']) }, 0);
      return [waveStarted!];
    });
    expect(seen).toEqual([[], ['theirs']]);
    expect(transition).toMatchObject({ revision: 2, state: ['theirs', 'WaveStarted at 5000'] });
    expect(published).toHaveLength(1);
  });

  it('gives up after 25 conflicts, so that the delivery comes back later, and has published nothing', async () => {
    let tries = 0;
    const { transact, published } = world('advance-execution', { write: async () => 'conflict' });
    const endless = transact(address, 'the cause', () => {
      tries++;
      return [waveStarted!];
    });
    await expect(endless).rejects.toThrow('s changed 25 times under this handler');
    expect([tries, published]).toEqual([25, []]);
  });

  it('takes it for no harm when the outbox was emptied by somebody faster', async () => {
    const memory = createMemoryRecordStore();
    let writes = 0;
    const { transact, published } = world('advance-execution', {
      write: async (...given) => (++writes === 1 ? memory.write(...given) : 'conflict'),
    });
    expect(await transact(address, 'the cause', say(waveStarted))).toMatchObject({ revision: 1 });
    expect(published).toEqual([['s@1']]);
  });
});

describe('what is too large to be saved', () => {
  const asking: StreamKind<readonly string[], Fact> = {
    ...kind,
    tooLarge: (_address, why) => ({ type: 'OperatorNeeded', data: { why } }),
  };
  const withLimit = () => {
    const memory = createMemoryRecordStore();
    const store: RecordStore = {
      ...memory,
      write: async (at, body, expected, index) => {
        const bytes = JSON.stringify(body).length;
        if (bytes > 2_000) throw new RecordTooLargeError(at.id, bytes, 2_000);
        return memory.write(at, body, expected, index);
      },
    };
    const published: Recorded[] = [];
    const ports = {
      store,
      bus: { publish: async (events: readonly Recorded[]) => void published.push(...events) },
      timers: {
        set: async () => undefined,
        ensure: async () => undefined,
        setIfSooner: async () => undefined,
      },
      clock: { now: () => now },
    };
    const saying = (length: number) => [{ type: 'WaveStarted', data: { text: 'x'.repeat(length) } }];
    const transact = createTransact('advance-execution', ports, asking);
    const say = (length: number) => transact(address, 'cause', () => saying(length));
    return { say, published, read: () => memory.read<StreamRecord<readonly string[]>>(key) };
  };

  it('asks an operator at once, with the reason, and fails no delivery', async () => {
    const { say, published, read } = withLimit();
    expect((await say(3_000)).facts.map(({ type }) => type)).toEqual(['OperatorNeeded']);
    expect(published.map(({ type }) => type)).toEqual(['OperatorNeeded']);
    expect(published[0]?.data).toEqual({
      why: expect.stringMatching(/^Record s has \d+ bytes; at most 2000/),
    });
    expect((await read())?.body.state).toEqual(['OperatorNeeded at 5000']);
  });

  it('asks once, and again only after something was saved meanwhile', async () => {
    const { say, published } = withLimit();
    for (const length of [3_000, 3_000, 10, 3_000]) await say(length);
    const asked = ['OperatorNeeded', 'WaveStarted', 'OperatorNeeded'];
    expect(published.map(({ type }) => type)).toEqual(asked);
  });

  it('is told of an event that no subscriber could be told', async () => {
    const { say, published } = withLimit();
    const many = Array.from({ length: 60 }, () => 'é'.repeat(4_000));
    expect(() =>
      append(emptyStream('s', 'exec-1', ''), () => '', [{ type: 'X', data: many }], 'c', 1),
    ).toThrow(EventTooLargeError);
    await say(10);
    expect(published).toHaveLength(1);
  });
});
