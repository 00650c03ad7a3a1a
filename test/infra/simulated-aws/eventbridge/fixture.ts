import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import type {
  DeadLetter,
  DeliveryResult,
  DeliveryTarget,
} from '../../../../infra/simulated-aws/eventbridge/delivery-target.ts';
import type { LocalEventBridgeOptions } from '../../../../infra/simulated-aws/eventbridge/engine.ts';
import { type BusEvent, parseEvent } from '../../../../infra/simulated-aws/eventbridge/event.ts';
import { createLocalEventBridge } from '../../../../infra/simulated-aws/eventbridge/local-eventbridge.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

export const startAt = Date.parse('2026-11-23T10:00:00Z');

export interface Delivered {
  readonly target: DeliveryTarget;
  readonly payload: string;
  readonly at: number;
}

type Setup = Partial<LocalEventBridgeOptions> & {
  readonly now?: number;
  /** What a target answers to each attempt; the default takes everything. */
  readonly answer?: (attempt: Delivered, number: number) => DeliveryResult;
};

/** A bus on a clock of its own whose host notes down whatever it is given. */
export const busFixture = ({
  now = startAt,
  answer = () => ({ status: 'accepted' }),
  ...setup
}: Setup = {}) => {
  const clock = createManualClock(now);
  const attempts: Delivered[] = [];
  const delivered: Delivered[] = [];
  const deadLetters: { readonly queueArn: string; readonly letter: DeadLetter }[] = [];
  const local = createLocalEventBridge({
    clock,
    journal: openJournal(undefined),
    account: '111122223333',
    region: 'eu-west-1',
    random: seededRandom(now),
    latency: { p50Ms: 0, p99Ms: 0 },
    replays: { startDelayMs: 1_000 },
    deliver: (target, payload) => {
      const attempt = { target, payload, at: clock.now() };
      attempts.push(attempt);
      const result = answer(attempt, attempts.length);
      if (result.status === 'accepted') delivered.push(attempt);
      return Promise.resolve(result);
    },
    sendToDeadLetterQueue: (queueArn, letter) => {
      deadLetters.push({ queueArn, letter });
      return Promise.resolve({ status: 'accepted' });
    },
    ...setup,
  });
  return {
    clock,
    local,
    client: new EventBridgeClient(clientOptions(local.service)),
    attempts,
    delivered,
    deadLetters,
  };
};

export const busArn = (name: string): string => `arn:aws:events:eu-west-1:111122223333:event-bus/${name}`;
export const ruleArn = (path: string): string => `arn:aws:events:eu-west-1:111122223333:rule/${path}`;
export const archiveArn = (name: string): string => `arn:aws:events:eu-west-1:111122223333:archive/${name}`;
export const queueArn = (name: string): string => `arn:aws:sqs:eu-west-1:111122223333:${name}`;

export const createBus = (client: EventBridgeClient, name: string) =>
  client.send(new CreateEventBusCommand({ Name: name }));

/** A rule with one target of the same name, on the bus `orders` unless another is named. */
export const putRule = async (
  client: EventBridgeClient,
  name: string,
  pattern: object,
  { bus = 'orders', ...target }: Partial<Target> & { bus?: string } = {},
) => {
  await client.send(
    new PutRuleCommand({ Name: name, EventBusName: bus, EventPattern: JSON.stringify(pattern) }),
  );
  await client.send(
    new PutTargetsCommand({
      Rule: name,
      EventBusName: bus,
      Targets: [{ Id: 'queue', Arn: queueArn(name), ...target }],
    }),
  );
};

export const entry = (detail: object, given: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: 'orders',
  Source: 'shop',
  DetailType: 'OrderPlaced',
  Detail: JSON.stringify(detail),
  ...given,
});

export const putEvents = async (client: EventBridgeClient, ...entries: readonly PutEventsRequestEntry[]) => {
  const { Entries } = await client.send(new PutEventsCommand({ Entries: [...entries] }));
  return Entries ?? [];
};

export const eventsIn = (delivered: readonly Delivered[]): readonly BusEvent[] =>
  delivered.map(({ payload }) => parseEvent(payload));

/** A bus `orders` with a rule `all` that takes everything of the source `shop`. */
export const ordersFixture = async (setup: Setup = {}, target: Partial<Target> = {}) => {
  const fixture = busFixture(setup);
  await createBus(fixture.client, 'orders');
  await putRule(fixture.client, 'all', { source: ['shop'] }, target);
  return fixture;
};
