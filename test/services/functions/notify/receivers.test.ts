import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { anew } from '../../../../services/core/domain/waiting-notice.ts';
import { notifyRulesSchema } from '../../../../contracts/notify-rules.ts';
import { unpackBody } from '../../../../services/core/ports/aws/packed-body.ts';
import { createAwsOnce } from '../../../../services/core/ports/aws/once.ts';
import { addNotice, readNotices, removeNotice } from '../../../../services/core/streams/notice-records.ts';
import { type Mood, startReceiver } from '../../../support/receiver.ts';
import { openDynalite } from '../../core/ports/dynalite-fixture.ts';
import {
  canary,
  channelIn,
  completed,
  everyChannel,
  executionId,
  minuteMs,
  needed,
  oneChannel,
  otherId,
  receiverOfAll,
  startNotify,
  takenBy,
} from './fixture.ts';

const receiver = await receiverOfAll();

const hour = 60 * minuteMs;

/** A stored item as text can be looked for in it. */
const plain = ({ body, ...rest }: Record<string, unknown>): Record<string, unknown> => ({
  ...rest,
  body: unpackBody(body),
});
const channels = ['pager', 'plain', 'slack', 'teams'];
const idsTakenBy = (channel: string) =>
  takenBy(receiver, channel).map((body) => (body as { readonly eventId: string }).eventId);

const moods: readonly (readonly [string, Mood, string])[] = [
  ['answers 500', { status: 500 }, 'the receiver answered 500'],
  ['is throttled', { status: 429, headers: { 'retry-after': '30' } }, 'the receiver answered 429'],
  ['resets connections', 'reset', 'no connection'],
  ['never answers', 'silent', 'no answer within 150 ms'],
];

describe('a receiver', () => {
  it('is told once of an event that arrives twice', async () => {
    const { notify } = await startNotify(receiver, everyChannel(receiver));
    await notify(needed());
    await notify(needed());
    expect(receiver.asked.map(channelIn).sort()).toEqual(channels);
  });

  it.each(moods)('that %s for an hour is told once of each event, in order', async (_name, mood, reason) => {
    const { notify, tick, waiting, parked } = await startNotify(receiver, everyChannel(receiver));
    receiver.mood = mood;
    await notify(needed(1));
    await tick(hour / 2);
    await notify(needed(2));
    await notify(completed(3));
    await tick(hour / 2);
    expect(receiver.taken).toEqual([]);
    expect((await waiting()).map((each) => each.reason)).toContain(reason);
    receiver.mood = 'well';
    await tick(hour);
    for (const channel of channels) expect(takenBy(receiver, channel)).toHaveLength(3);
    expect(idsTakenBy('plain')).toEqual([1, 2, 3].map((version) => `${executionId}@${version}`));
    expect(takenBy(receiver, 'pager')).toMatchObject([
      { event_action: 'trigger' },
      { event_action: 'trigger' },
      { event_action: 'resolve' },
    ]);
    await notify(needed(1));
    await tick(hour);
    expect([receiver.taken.length, await waiting(), parked]).toEqual([12, [], []]);
  });

  it('that stays down is given up after a day, and an operator is told why', async () => {
    const { notify, tick, clock, waiting, givenUp, parked } = await startNotify(
      receiver,
      oneChannel(receiver),
    );
    receiver.mood = { status: 503 };
    await notify(needed());
    await tick(25 * hour);
    const asked = receiver.asked.length;
    expect(asked).toBeGreaterThan(40);
    expect(asked).toBeLessThan(70);
    expect(await waiting()).toEqual([]);
    expect(parked).toMatchObject([
      {
        reason: 'the receiver answered 503',
        owed: { channelId: 'hook', notice: { eventId: `${executionId}@1` } },
      },
    ]);
    expect(await givenUp()).toMatchObject([{ reason: 'the receiver answered 503', tries: asked }]);
    await tick(24 * hour);
    expect([receiver.asked.length, parked.length]).toEqual([asked, 1]);
    await clock.advance(15 * 24 * hour);
    await tick();
    expect(await givenUp()).toEqual([]);
  });

  it.each([400, 403, 404, 410, 302])('that refuses with %i is not asked for a day', async (status) => {
    const { notify, tick, parked } = await startNotify(receiver, oneChannel(receiver));
    receiver.mood = { status };
    await notify(needed());
    await tick(hour);
    expect(receiver.asked).toHaveLength(2);
    expect(parked.map(({ reason }) => reason)).toEqual([`the receiver answered ${status}`]);
  });

  it('that was mended is told of what was given up, when an operator says so', async () => {
    const { notify, tick, store, clock, givenUp } = await startNotify(receiver, oneChannel(receiver));
    receiver.mood = { status: 404 };
    await notify(needed());
    await tick();
    receiver.mood = 'well';
    for (const record of await readNotices(store, 'given-up')) {
      await addNotice(store, 'waiting', anew(record.waiting, clock.now()));
      await removeNotice(store, record);
    }
    await tick();
    expect([idsTakenBy('plain'), await givenUp()]).toEqual([[`${executionId}@1`], []]);
  });

  it.each([
    ['seconds', () => '1200'],
    ['a date', () => new Date(Date.now() + 20 * minuteMs).toUTCString()],
  ])('that asks for twenty minutes of rest in %s has them', async (_form, value) => {
    const { notify, tick } = await startNotify(receiver, oneChannel(receiver));
    receiver.mood = { status: 429, headers: { 'retry-after': value() } };
    await notify(needed());
    receiver.mood = 'well';
    await tick(15 * minuteMs);
    expect(receiver.asked).toHaveLength(1);
    await tick(10 * minuteMs);
    expect(receiver.taken).toHaveLength(1);
  });

  it('that cannot take one message is told of another execution', async () => {
    const { notify, tick, waiting } = await startNotify(receiver, oneChannel(receiver));
    receiver.mood = { status: 500 };
    await notify(needed(1));
    receiver.mood = 'well';
    await notify(needed(2));
    await notify(needed(1, 'why', otherId));
    expect(idsTakenBy('plain')).toEqual([`${otherId}@1`]);
    await tick();
    expect([idsTakenBy('plain').slice(1), await waiting()]).toEqual([
      [`${executionId}@1`, `${executionId}@2`],
      [],
    ]);
  });

  it('that is slow keeps no other from being told', async () => {
    const silent = await startReceiver();
    silent.mood = 'silent';
    const { channels: known } = everyChannel(receiver);
    const slow = { kind: 'pagerduty', routingKey: 'ssm:/pager/key', endpoint: silent.address };
    const names = Array.from({ length: 20 }, (_, index) => `slow-${index}`);
    const rules = {
      channels: { ...known, ...Object.fromEntries(names.map((name) => [name, slow])) },
      rules: [{ channels: [...names, 'hook'] }],
    };
    const { notify } = await startNotify(receiver, rules);
    const notified = notify(needed());
    await expect.poll(() => silent.asked.length, { timeout: 10_000 }).toBe(20);
    await expect.poll(() => receiver.taken.length, { timeout: 10_000 }).toBe(1);
    await silent.close();
    await notified;
  });
});

describe('a message', () => {
  it('is not lost when its giver-up dies between the dead letter and the record', async () => {
    const { notify, tick, store, clock, retry, parked, givenUp } = await startNotify(
      receiver,
      oneChannel(receiver),
    );
    receiver.mood = { status: 410 };
    await notify(needed());
    const { write } = store;
    store.write = async (key, ...rest) => {
      if (key.id.startsWith('given-up/')) throw new Error('died');
      return write(key, ...rest);
    };
    await clock.advance(hour);
    await expect(retry()).rejects.toThrow('died');
    store.write = write;
    await tick();
    expect([parked.length, (await givenUp()).length]).toEqual([2, 1]);
  });

  it('waits while the rules cannot be read, and is told once they can', async () => {
    const state = { broken: true };
    const good = oneChannel(receiver);
    const rules = async () => {
      if (state.broken) throw new SyntaxError(`Unexpected token in ${canary}`);
      return notifyRulesSchema.parse(good);
    };
    const { notify, tick, waiting, warnings } = await startNotify(receiver, good, { rules });
    await notify(needed(1));
    await tick(hour);
    expect(await waiting()).toMatchObject([{ reason: 'the rules cannot be read' }]);
    state.broken = false;
    await tick(hour);
    expect([idsTakenBy('plain'), await waiting()]).toEqual([[`${executionId}@1`], []]);
    expect(warnings.join()).not.toContain(canary);
  });

  it('is parked with the reason when the rules stay unreadable', async () => {
    const rules = () => Promise.reject(new Error('ParameterNotFound'));
    const { notify, tick, parked, waiting } = await startNotify(receiver, oneChannel(receiver), { rules });
    await notify(needed(1));
    await tick(25 * hour);
    expect(parked.map(({ reason }) => reason)).toEqual(['the rules cannot be read']);
    expect(await waiting()).toEqual([]);
  });
});

describe('a secret', () => {
  it('stands in no record, no log and no dead letter, whatever the receiver does', async () => {
    const database = await openDynalite();
    const tableName = await database.createTable();
    const once = createAwsOnce({ client: database.client, tableName });
    const { notify, tick, store, warnings, parked } = await startNotify(receiver, everyChannel(receiver), {
      once,
    });
    for (const [version, mood] of [
      ...moods.map(([, mood]) => mood),
      { status: 404 } as const,
      'well' as const,
    ].entries()) {
      receiver.mood = mood;
      await notify(needed(version + 1));
      await tick();
    }
    receiver.mood = { status: 500 };
    await notify(needed(50));
    await tick(3 * hour);
    const records = await Promise.all(
      (await store.list('notice', '')).map((id) => store.read({ kind: 'notice', id })),
    );
    expect(
      receiver.asked.map(({ path, text, headers }) => JSON.stringify([path, text, headers])).join(),
    ).toContain(canary);
    expect(parked.length).toBeGreaterThan(3);
    const documents = DynamoDBDocumentClient.from(database.client);
    const { Items = [] } = await documents.send(new ScanCommand({ TableName: tableName }));
    expect(Items.length).toBeGreaterThan(3);
    const said = JSON.stringify([records, warnings, parked, Items.map(plain)]);
    expect(said).toContain(executionId);
    expect(said).not.toContain(canary);
    expect(said).not.toContain('127.0.0.1');
    await database.close();
  }, 60_000);
});
