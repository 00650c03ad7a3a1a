import {
  CreateEventBusCommand,
  EventBridgeClient,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../../../contracts/envelope.ts';
import type { LocalService } from '../../../../infra/simulated-aws/wire.ts';
import { createAwsEventBus, EventsRefusedError } from '../../../../services/core/ports/aws/event-bus.ts';
import { busFixture } from '../../../infra/simulated-aws/eventbridge/fixture.ts';
import { clientOptions } from '../../../infra/simulated-aws/service-handler.ts';
import { event, eventBusSuite, events } from './event-bus.suite.ts';

interface Delivery {
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: { readonly metadata: Recorded['metadata']; readonly data: unknown };
}

type Refuse = (entry: PutEventsRequestEntry, request: number) => PutEventsResultEntry | undefined;

/** EventBridge with a rule that takes everything, whose answers a test can spoil entry by entry. */
const openBus = async (refuse: Refuse = () => undefined) => {
  const { client, delivered, local, clock } = busFixture();
  await client.send(new CreateEventBusCommand({ Name: 'groundswell' }));
  const pattern = { source: ['groundswell'] };
  await client.send(
    new PutRuleCommand({ Name: 'all', EventBusName: 'groundswell', EventPattern: JSON.stringify(pattern) }),
  );
  const Arn = 'arn:aws:lambda:eu-west-1:111122223333:function:all';
  await client.send(
    new PutTargetsCommand({ Rule: 'all', EventBusName: 'groundswell', Targets: [{ Id: 'all', Arn }] }),
  );

  const requests: PutEventsRequestEntry[][] = [];
  const slept: number[] = [];
  const spoiled: LocalService = {
    ...local.service,
    async handle(request) {
      const { Entries } = JSON.parse(request.body) as { Entries: PutEventsRequestEntry[] };
      requests.push(Entries);
      const refusals = Entries.map((entry) => refuse(entry, requests.length));
      const taken = Entries.filter((_, index) => refusals[index] === undefined);
      const answer =
        taken.length === 0
          ? undefined
          : await local.service.handle({ ...request, body: JSON.stringify({ Entries: taken }) });
      if (answer !== undefined && answer.statusCode !== 200) return answer;
      const ids = answer === undefined ? [] : (JSON.parse(answer.body) as { Entries: unknown[] }).Entries;
      const results = refusals.map((refusal) => refusal ?? ids.shift());
      const FailedEntryCount = results.length - taken.length;
      return {
        statusCode: 200,
        headers: {},
        body: JSON.stringify({ FailedEntryCount, Entries: results }),
      };
    },
  };
  const bus = createAwsEventBus({
    client: new EventBridgeClient(clientOptions(spoiled)),
    busName: 'groundswell',
    sleep: async (ms) => void slept.push(ms),
  });
  const payloads = (): readonly Delivery[] => delivered.map(({ payload }) => JSON.parse(payload) as Delivery);
  const arrived = (): readonly Recorded[] =>
    payloads().map(({ 'detail-type': type, detail }) => ({ type, ...detail }));
  return {
    clock,
    slept,
    requests,
    payloads,
    arrived,
    bus: {
      publish: async (list: readonly Recorded[]) => {
        await bus.publish(list).finally(() => clock.advance(1_000));
      },
    },
  };
};

const versionOf = (entry: PutEventsRequestEntry): number =>
  (JSON.parse(entry.Detail ?? '') as Recorded).metadata.version;

const refusal = (ErrorCode: string): PutEventsResultEntry => ({ ErrorCode, ErrorMessage: 'no' });

describe('event bus on EventBridge', () => {
  eventBusSuite(async () => openBus());

  it("carries the product's source and the time at which the event was emitted", async () => {
    const { bus, payloads } = await openBus();
    await bus.publish([event(1)]);
    expect(payloads()).toMatchObject([
      { source: 'groundswell', 'detail-type': 'WaveStarted', time: '2026-11-23T10:00:00Z' },
    ]);
  });

  it('puts at most ten entries into a request', async () => {
    const { bus, requests } = await openBus();
    await bus.publish(events(23));
    expect(requests.map((entries) => entries.length)).toEqual([10, 10, 3]);
  });

  it('keeps a request under a megabyte', async () => {
    const { bus, requests, arrived } = await openBus();
    const large = [1, 2, 3, 4, 5].map((n) => event(n, { text: 'ü'.repeat(150_000) }));
    await bus.publish(large);
    expect(requests.map((entries) => entries.length)).toEqual([3, 2]);
    expect(arrived()).toHaveLength(5);
  });

  it('refuses an event by name that fits into no request', async () => {
    const { bus, requests } = await openBus();
    await expect(bus.publish([event(1, { text: 'x'.repeat(1_000_000) })])).rejects.toThrow(
      EventsRefusedError,
    );
    expect(requests).toEqual([]);
  });

  it('sends only the entries again that failed', async () => {
    const { bus, requests, arrived } = await openBus((entry, request) =>
      request === 1 && [2, 5].includes(versionOf(entry)) ? refusal('ThrottlingException') : undefined,
    );
    await bus.publish(events(6));
    expect(requests.map((entries) => entries.map(versionOf))).toEqual([
      [1, 2, 3, 4, 5, 6],
      [2, 5],
    ]);
    expect(arrived().map(({ metadata }) => metadata.version)).toEqual([1, 3, 4, 6, 2, 5]);
  });

  it('waits longer before each repetition, and gives up after three of them', async () => {
    const { bus, slept, requests } = await openBus(() => refusal('InternalFailure'));
    await expect(bus.publish([event(1)])).rejects.toThrow('InternalFailure');
    expect(slept).toEqual([100, 300, 900]);
    expect(requests).toHaveLength(4);
  });

  it('names each entry that was refused for good, without repeating it, and sends the others', async () => {
    const { bus, requests, arrived } = await openBus((entry, request) => {
      if (versionOf(entry) === 1) return refusal('MalformedDetail');
      return versionOf(entry) === 2 && request === 1 ? refusal('InternalFailure') : undefined;
    });
    await expect(bus.publish(events(3))).rejects.toThrow(`${event(1).metadata.eventId}: MalformedDetail`);
    expect(requests.map((entries) => entries.map(versionOf))).toEqual([[1, 2, 3], [2]]);
    expect(arrived().map(({ metadata }) => metadata.version)).toEqual([3, 2]);
  });

  it('takes an entry without an answer for a failure', async () => {
    const { bus, requests } = await openBus((_, request) => (request === 1 ? {} : undefined));
    await bus.publish([event(1)]);
    expect(requests).toHaveLength(2);
  });

  it('throws when the request itself fails', async () => {
    const handle = async () => ({ statusCode: 400, headers: { 'x-amzn-errortype': 'Broken' }, body: '{}' });
    const client = new EventBridgeClient(clientOptions({ signingName: 'events', handle }));
    const bus = createAwsEventBus({ client, busName: 'groundswell', sleep: async () => undefined });
    await expect(bus.publish([event(1)])).rejects.toThrow();
  });
});
