import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import type { RuntimeEvent } from '../../../../infra/local/runtime.ts';
import { follow } from '../../../../services/faces/cli/follow.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { runEventfulDrill } from '../../../support/eventful-drill.ts';
import { parseDomainEvent } from '../../../../services/core/streams/domain-event.ts';

const hourMs = 3_600_000;
const startedAt = Date.parse('2026-01-01T00:00:00Z');
const executionId = 'exec-00000000000000000000';
const { events: drilled } = await runEventfulDrill();

/** An event as it was once said, now said at `at` as the first of its stream, with some of its data changed. */
const saidNow = (type: DomainEvent['type'], at: number, version: number, data: object = {}): RuntimeEvent => {
  const model = drilled.find((event) => event.type === type);
  if (model === undefined) throw new Error(`the drill has no ${type}`);
  const metadata = {
    ...model.metadata,
    ...{ eventId: `e-${version}`, executionId, stream: executionId, version },
    emittedAt: new Date(at).toISOString(),
  };
  const detail = { metadata, data: { ...(model.data as object), ...data } };
  expect(parseDomainEvent(type, detail)).toBeDefined();
  return { id: `e-${version}`, source: 'groundswell', 'detail-type': type, time: metadata.emittedAt, detail };
};

const fixture = () => {
  const clock = createManualClock(startedAt);
  const listeners: ((event: RuntimeEvent) => void)[] = [];
  const ended: string[] = [];
  const runtime = {
    now: () => clock.now(),
    after: (delayMs: number, run: () => void) => clock.after(delayMs, run),
    subscribe: (listener: (event: RuntimeEvent) => void) => {
      listeners.push(listener);
      return () => undefined;
    },
  };
  void follow({ runtime, executionId, attended: true, onEvent: () => undefined }).then((ending) =>
    ended.push(ending),
  );
  return { clock, ended, say: (event: RuntimeEvent) => listeners.forEach((listener) => listener(event)) };
};

describe('following an execution', () => {
  it('gives up after six hours in which nothing happens and nothing is due', async () => {
    const { clock, ended } = fixture();
    await clock.advance(6 * hourMs - 1_000);
    expect(ended).toEqual([]);
    await clock.advance(2_000);
    expect(ended).toEqual(['silent']);
  });

  it('waits out a wait or an approval of many hours, and then gives up', async () => {
    const { clock, ended, say } = fixture();
    const endsBy = new Date(startedAt + 20 * hourMs).toISOString();
    say(saidNow('ActionStarted', startedAt, 1, { endsBy }));
    await clock.advance(25 * hourMs);
    expect(ended).toEqual([]);
    await clock.advance(2 * hourMs);
    expect(ended).toEqual(['silent']);
  });

  it("waits out a wave's own time-out", async () => {
    const { clock, ended, say } = fixture();
    const model = drilled.find(({ type }) => type === 'WaveStarted');
    const definition = { ...(model!.data as { definition: object }).definition, timeoutMinutes: 1_440 };
    say(saidNow('WaveStarted', startedAt, 1, { definition }));
    await clock.advance(29 * hourMs);
    expect(ended).toEqual([]);
    await clock.advance(2 * hourMs);
    expect(ended).toEqual(['silent']);
  });
});
