import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../../infra/simulated-aws/clock.ts';
import type { AwsPorts, CorePorts, Parked } from '../../../../../services/core/ports/aws/composition.ts';
import {
  onDeliveries,
  onEvents,
  onLiveEvents,
  onOwnEventsAndHints,
  onQueuedEvents,
  onTimers,
} from '../../../../../services/core/ports/aws/delivery.ts';
import {
  calendarWatchKey,
  noteWatcher,
  noteWatcherOf,
} from '../../../../../services/core/ports/alarm-watch.ts';
import { MalformedTimerError, type FiredTimer } from '../../../../../services/core/ports/aws/timers.ts';
import { UnprocessableEvent } from '../../../../../services/core/ports/aws/wake-of-event.ts';
import { createMemoryEventBus } from '../../../../memory/event-bus.ts';
import { createMemoryRecordStore } from '../../../../memory/record-store.ts';
import type { Wake } from '../../../../../services/core/ports/timers.ts';

const executionId = 'exec-0123456789abcdef0123';
const context = { awsRequestId: 'request-1' };
const jobId = 'drsjob-00000000000000001';

const envelope = (changes: Record<string, unknown> = {}) => ({
  version: '0',
  id: 'event-1',
  source: 'groundswell',
  'detail-type': 'WaveStarted',
  account: '111122223333',
  region: 'eu-west-1',
  time: '2026-11-23T10:00:00Z',
  resources: [],
  detail: { metadata: { eventId: `${executionId}@3`, executionId }, data: { waveId: 'app', attempt: 1 } },
  ...changes,
});

const drsHint = envelope({
  source: 'aws.drs',
  'detail-type': 'DRS Source Server Launch Result',
  detail: { state: 'RECOVERY_LAUNCH_SUCCEEDED', 'job-id': jobId, 'is-drill': 'FALSE' },
});

const ssmHint = envelope({
  source: 'aws.ssm',
  'detail-type': 'EC2 Automation Execution Status-change Notification',
  detail: { ExecutionId: 'automation-1', Status: 'Success' },
});

const calendarHint = envelope({
  source: 'aws.ssm',
  'detail-type': 'Calendar State Change',
  resources: ['arn:aws:ssm:eu-west-1:111122223333:document/freeze'],
  detail: { state: 'OPEN', atTime: '2026-11-23T10:00:00Z' },
});

const instanceHint = envelope({
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  resources: ['arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0'],
  detail: { 'instance-id': 'i-0123456789abcdef0', state: 'terminated' },
});

const alarmHint = envelope({
  source: 'aws.cloudwatch',
  'detail-type': 'CloudWatch Alarm State Change',
  detail: { alarmName: 'errors', state: { value: 'OK' } },
});
const alarmPlace = { account: '111122223333', region: 'eu-west-1' };

/** Handlers of one service over twins, and everything that they do to the world. */
const openHandler = () => {
  const store = createMemoryRecordStore();
  const seen: (readonly [Wake, string])[] = [];
  const lines: (readonly [string, unknown])[] = [];
  const parked: Parked[] = [];
  const completed: FiredTimer[] = [];
  const control: { fail: Error | undefined; receive: (body: string) => Promise<FiredTimer | undefined> } = {
    fail: undefined,
    receive: async () => undefined,
  };
  const core = (executionOfLog?: string): CorePorts => ({
    store,
    bus: createMemoryEventBus(() => undefined),
    timers: {
      set: async () => undefined,
      ensure: async () => undefined,
      setIfSooner: async () => undefined,
      fireNow: async () => undefined,
    },
    clock: createManualClock(0),
    log: {
      info: (message) => void lines.push([message, executionOfLog]),
      warn: (message) => void lines.push([message, executionOfLog]),
    },
  });
  const ports: AwsPorts = Object.assign((_: unknown, executionOfLog?: string) => core(executionOfLog), {
    receiver: {
      receive: (body: string) => control.receive(body),
      complete: async (fired: FiredTimer) => void completed.push(fired),
    },
    park: async (message: Parked) => void parked.push(message),
  });
  const look = (own: CorePorts) => async (wake: Wake, causationId: string) => {
    own.log.info('looks');
    if (control.fail !== undefined) throw control.fail;
    seen.push([wake, causationId]);
  };
  const handler = onDeliveries(onEvents(ports, 'watch-jobs', look), onTimers(ports, 'watch-jobs', look));
  return {
    store,
    seen,
    lines,
    parked,
    completed,
    control,
    ports,
    handle: (event: unknown) => handler(event, context),
  };
};

const wake: Wake = { service: 'watch-jobs', executionId, waveId: 'app' };

describe('an event of the product', () => {
  it('wakes the service for its wave, caused by the event', async () => {
    const { handle, seen, lines } = openHandler();
    expect(await handle(envelope())).toBeUndefined();
    expect(seen).toEqual([[wake, `${executionId}@3`]]);
    expect(lines).toEqual([['looks', executionId]]);
  });

  it('wakes the service for its execution where it names no wave', async () => {
    const { handle, seen } = openHandler();
    await handle(envelope({ detail: { metadata: { eventId: 'e', executionId }, data: { requestId: 'x' } } }));
    expect(seen).toEqual([[{ service: 'watch-jobs', executionId }, 'e']]);
  });

  it('acts on nothing when it is replayed', async () => {
    const { handle, seen, parked, lines } = openHandler();
    await handle(envelope({ 'replay-name': 'audit' }));
    expect([seen, parked]).toEqual([[], []]);
    expect(lines).toEqual([['A replayed event was ignored', undefined]]);
  });

  it('fails the invocation when the service fails, so that it comes again', async () => {
    const { handle, control, parked } = openHandler();
    control.fail = new Error('crash');
    await expect(handle(envelope())).rejects.toThrow('crash');
    expect(parked).toEqual([]);
  });
});

describe('a service to which hints say something else', () => {
  it.each([
    ['an event of the product', envelope(), 'own'],
    ['a hint of DRS', drsHint, 'hint'],
    ['what claims no source', { hello: 'world' }, 'hint'],
    ['nothing', null, 'hint'],
  ])('is given %s as such, and once', async (_, event, as) => {
    const seen: (readonly [string, unknown])[] = [];
    const take = (kind: string) => async (given: unknown) => void seen.push([kind, given]);
    await onOwnEventsAndHints(take('own'), take('hint'))(event, context);
    expect(seen).toEqual([[as, event]]);
  });
});

describe('an event that cannot be handled', () => {
  it.each([
    ['without an envelope', { hello: 'world' }],
    ['that is nothing', null],
    ['without metadata', envelope({ detail: { data: {} } })],
    [
      'with a made-up execution',
      envelope({ detail: { metadata: { eventId: 'e', executionId: 'x' }, data: {} } }),
    ],
    ['of an unknown source', envelope({ source: 'somebody' })],
    ['of DRS without a job', { ...drsHint, detail: { state: 'x' } }],
    ['of SSM without a calendar', { ...calendarHint, resources: [] }],
    ['of EC2 with a made-up instance', { ...instanceHint, detail: { 'instance-id': '../x', state: 'y' } }],
    ['of CloudWatch without an alarm', { ...alarmHint, detail: { state: { value: 'OK' } } }],
  ])('%s is parked with its reason and not retried', async (_, event) => {
    const { handle, seen, parked } = openHandler();
    await handle(event);
    expect(seen).toEqual([]);
    expect(parked).toEqual([
      { service: 'watch-jobs', reason: expect.stringMatching(/\w{3}/), delivery: event },
    ]);
  });

  it('is parked when the service itself says so', async () => {
    const { handle, control, parked } = openHandler();
    control.fail = new UnprocessableEvent('an unknown version');
    await handle(envelope());
    expect(parked).toMatchObject([{ reason: 'an unknown version' }]);
  });

  it('comes again when it could not be parked', async () => {
    const { handle, ports } = openHandler();
    Object.assign(ports, { park: () => Promise.reject(new Error('no queue')) });
    await expect(handle(null)).rejects.toThrow('no queue');
  });
});

describe('a hint', () => {
  it('of DRS wakes the service for the wave whose job it is about', async () => {
    const { handle, store, seen } = openHandler();
    await store.write({ kind: 'job', id: jobId }, { executionId, waveId: 'app' }, 0);
    await handle(drsHint);
    expect(seen).toEqual([[wake, 'event-1']]);
  });

  it('of SSM wakes the service for the wave whose automation it is about', async () => {
    const { handle, store, seen } = openHandler();
    await store.write({ kind: 'automation', id: 'automation-1' }, { executionId, waveId: 'app' }, 0);
    await handle(ssmHint);
    expect(seen).toEqual([[wake, 'event-1']]);
  });

  it.each(['freeze', 'arn:aws:ssm:eu-west-1:111122223333:document/freeze'])(
    'of a calendar wakes the service for the drill that %s holds up',
    async (name) => {
      const { handle, store, seen } = openHandler();
      await noteWatcherOf(store, [calendarWatchKey(name)], { executionId, until: 60_000 }, 0);
      await noteWatcherOf(store, [calendarWatchKey('another')], { executionId, until: 60_000 }, 0);
      await handle(calendarHint);
      expect(seen).toEqual([[{ service: 'watch-jobs', executionId }, 'event-1']]);
    },
  );

  it('of EC2 wakes the service for the drill whose clean-up ends the instance', async () => {
    const { handle, store, seen } = openHandler();
    await store.write({ kind: 'instance', id: 'i-0123456789abcdef0' }, { executionId }, 0);
    await handle(instanceHint);
    expect(seen).toEqual([[{ service: 'watch-jobs', executionId }, 'event-1']]);
  });

  it('of CloudWatch wakes the service for each wave or execution that watches the alarm, until it no longer does', async () => {
    const { handle, store, seen } = openHandler();
    const note = (subject: { readonly waveId?: string }, until: number) =>
      noteWatcher(store, alarmPlace, ['errors'], { executionId, ...subject, until }, -1);
    await note({ waveId: 'app' }, 60_000);
    await note({}, 60_000);
    await note({ waveId: 'database' }, 0);
    await handle(alarmHint);
    await handle({ ...alarmHint, region: 'us-east-1' });
    expect(seen).toEqual([
      [wake, 'event-1'],
      [{ service: 'watch-jobs', executionId }, 'event-1'],
    ]);
  });

  it('of an alarm wakes the last twenty who watch it, each once', async () => {
    const { handle, store, seen } = openHandler();
    const note = (index: number) =>
      noteWatcher(store, alarmPlace, ['errors'], { executionId, waveId: `wave-${index}`, until: 60_000 }, 0);
    for (let index = 0; index < 25; index++) {
      await note(index);
      await note(index);
    }
    await handle(alarmHint);
    expect(seen.map(([{ waveId }]) => waveId)).toEqual(
      Array.from({ length: 20 }, (_, index) => `wave-${index + 5}`),
    );
  });

  it.each([drsHint, ssmHint, alarmHint, instanceHint, calendarHint])(
    "about somebody else's work is ignored",
    async (hint) => {
      const { handle, seen, parked, lines } = openHandler();
      await handle(hint);
      expect([seen, parked]).toEqual([[], []]);
      expect(lines).toEqual([['A hint about something unknown was ignored', undefined]]);
    },
  );
});

describe('readers of events', () => {
  const read = (names: string[]) => () => async (event: { readonly id: string }) => void names.push(event.id);

  it('of live ones are spared replays', async () => {
    const { ports } = openHandler();
    const names: string[] = [];
    const handler = onLiveEvents({ ports, name: 'notify' }, read(names));
    await handler(envelope({ 'replay-name': 'audit' }), context);
    await handler(envelope(), context);
    expect(names).toEqual(['event-1']);
  });
});

describe('a batch of queued events', () => {
  const batch = (...bodies: readonly string[]) => ({
    Records: bodies.map((body, index) => ({ messageId: `message-${index}`, body })),
  });
  const openReader = () => {
    const { ports, parked } = openHandler();
    const read: string[] = [];
    const handler = onQueuedEvents({ ports, name: 'record-audit' }, () => async ({ id }) => {
      if (id === 'bad') throw new Error('the table is away');
      read.push(id);
    });
    return { handle: (event: unknown) => handler(event, context), read, parked };
  };
  const saying = (id: string, more = {}): string => JSON.stringify(envelope({ id, ...more }));

  it('is read to its end, replays too', async () => {
    const { handle, read } = openReader();
    const answer = await handle(batch(saying('replayed', { 'replay-name': 'audit' }), saying('live')));
    expect([answer, read]).toEqual([{ batchItemFailures: [] }, ['replayed', 'live']]);
  });

  it('reports only those as failed that failed', async () => {
    const { handle, read } = openReader();
    const answer = await handle(batch(saying('first'), saying('bad'), saying('last')));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
    expect(read).toEqual(['first', 'last']);
  });

  it('parks what is no event, and does not ask for it again', async () => {
    const { handle, read, parked } = openReader();
    const answer = await handle(batch('no JSON', '{"id":1}', saying('event')));
    expect([answer, read]).toEqual([{ batchItemFailures: [] }, ['event']]);
    expect(parked.map(({ delivery }) => delivery)).toEqual(['no JSON', '{"id":1}']);
  });
});

describe('a batch of timers', () => {
  const records = (...bodies: readonly string[]) => ({
    Records: bodies.map((body, index) => ({ messageId: `message-${index}`, body })),
  });
  const fired = (body: string): FiredTimer => ({ wake: { ...wake, waveId: body }, token: body });

  it('wakes the service for each, and then forgets them', async () => {
    const { handle, control, seen, completed } = openHandler();
    control.receive = async (body) => fired(body);
    expect(await handle(records('a', 'b'))).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([
      [fired('a').wake, 'timer:message-0'],
      [fired('b').wake, 'timer:message-1'],
    ]);
    expect(completed).toEqual([fired('a'), fired('b')]);
  });

  it('leaves alone what is stale', async () => {
    const { handle, seen, completed } = openHandler();
    expect(await handle(records('a'))).toEqual({ batchItemFailures: [] });
    expect([seen, completed]).toEqual([[], []]);
  });

  it('reports only those as failed that failed, and forgets none of them', async () => {
    const { handle, control, completed } = openHandler();
    control.receive = async (body) => {
      if (body === 'bad') throw new Error('no table');
      return fired(body);
    };
    expect(await handle(records('a', 'bad', 'c'))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }],
    });
    expect(completed).toEqual([fired('a'), fired('c')]);
  });

  it('is not forgotten when the service fails', async () => {
    const { handle, control, completed } = openHandler();
    control.receive = async (body) => fired(body);
    control.fail = new Error('crash');
    expect(await handle(records('a'))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    expect(completed).toEqual([]);
  });

  it('parks a message that is no timer', async () => {
    const { handle, control, parked } = openHandler();
    control.receive = () => Promise.reject(new MalformedTimerError('no token'));
    expect(await handle(records('nonsense'))).toEqual({ batchItemFailures: [] });
    expect(parked).toMatchObject([{ service: 'watch-jobs', delivery: 'nonsense' }]);
  });
});
