import { expect, it } from 'vitest';
import { problemSchema } from '../../../../contracts/api.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { createApp } from '../../../../services/faces/api/app.ts';
import { localCaller } from '../../../../services/faces/api/caller.ts';
import type { ApiPorts } from '../../../../services/faces/api/route.ts';

const store = createMemoryRecordStore();
const app = createApp({
  base: '/api',
  callerOf: () => localCaller,
  onFailure: () => undefined,
  // Storing a plan needs no more than this.
  portsOf: () => ({ store, clock: { now: () => 0 } }) as unknown as ApiPorts,
});

const put = (body: string | Uint8Array<ArrayBuffer>) =>
  app.fetch(new Request('http://localhost/api/plans/shop', { method: 'PUT', body }), {});

const wave = '{"waveId":"web","servers":{"tags":{"Tier":"web"},"minimum":1}}';

it.each<readonly [string, string | Uint8Array<ArrayBuffer>, string, string]>([
  [
    'a name stands twice',
    `{"planId":"shop","waves":[],"waves":[${wave}]}`,
    'waves',
    'each name once in an object',
  ],
  [
    'a name stands twice in a list, once escaped',
    `{"planId":"shop","waves":[{"waveId":"a","wave\\u0049d":"b","servers":{"tags":{"Tier":"web"},"minimum":1}}]}`,
    'waves[0].waveId',
    'each name once in an object',
  ],
  [
    'a name is that of a prototype',
    '{"planId":"shop","waves":[{"waveId":"a","servers":{"tags":{"Tier":"web","__proto__":"x"},"minimum":1}}]}',
    'waves[0].servers.tags.__proto__',
    'another name',
  ],
  [
    'the text is Latin-1',
    Uint8Array.from(
      Buffer.from(`{"planId":"shop","description":"Datenb\u00e4nke","waves":[${wave}]}`, 'latin1'),
    ),
    '',
    'text in UTF-8',
  ],
  [
    'an account is a number',
    `{"planId":"shop","targets":{"dr":{"account":444455556666,"region":"eu-west-1"}},"waves":[${wave}]}`,
    'targets.dr.account',
    'a text; quote it: "444455556666"',
  ],
])('a body in which %s is refused as a whole', async (_what, body, path, expected) => {
  const response = await put(body);
  expect(response.status).toBe(400);
  expect(problemSchema.parse(await response.json()).faults).toContainEqual(
    expect.objectContaining({ path, expected }),
  );
  expect(await store.list('plan', '')).toEqual([]);
});

it('a body with each name once is taken', async () => {
  expect((await put(`{"planId":"shop","waves":[${wave}]}`)).status).toBe(201);
});
