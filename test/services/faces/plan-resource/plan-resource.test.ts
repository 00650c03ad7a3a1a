import { gzipSync } from 'node:zlib';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import { getPlan, listPlanIds } from '../../../../services/core/streams/plan-store.ts';
import {
  createPlanResource,
  type PlanAnswer,
} from '../../../../services/faces/plan-resource/plan-resource.ts';
import { putAnswer } from '../../../../services/faces/plan-resource/put-answer.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';

const planText = (description: string, planId = 'shop'): string =>
  JSON.stringify(
    planSchema.parse({
      ...{ planId, description },
      waves: [{ waveId: 'web', servers: [{ sourceServerId: 's-00000000000000001' }] }],
    }),
  );

const request = (RequestId: string, Plan: string, RequestType = 'Update') => ({
  ...{ RequestType, RequestId, ResponseURL: 'https://cloudformation.example.com/answer' },
  StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/plans/1',
  LogicalResourceId: 'ShopPlan',
  ResourceProperties: { ServiceToken: 'arn', Plan },
});

const resourceOver = (store: RecordStore, answering: () => boolean = () => true) => {
  const answers: PlanAnswer[] = [];
  const pauses: number[] = [];
  const handle = createPlanResource('shop', {
    ...{ store, now: () => Date.parse('2026-11-23T09:00:00Z') },
    sleep: async (ms) => void pauses.push(ms),
    answer: async (_url, answer) => {
      if (!answering()) throw new Error('no answer was taken');
      answers.push(answer);
    },
    log: { info: () => undefined, warn: () => undefined },
  });
  return { answers, pauses, handle };
};

const newest = async (store: RecordStore) => {
  const stored = await getPlan(store, 'shop');
  return [stored?.version, stored?.plan.description];
};

describe('the resource of a plan', () => {
  it('stores the plan, and stays at its version while it says the same', async () => {
    const store = createMemoryRecordStore();
    const { handle, answers } = resourceOver(store);
    await handle(request('a', planText('one'), 'Create'));
    await handle(request('b', planText('one')));
    expect(answers).toEqual([
      {
        Status: 'SUCCESS',
        PhysicalResourceId: 'groundswell-plan-shop',
        StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/plans/1',
        RequestId: 'a',
        LogicalResourceId: 'ShopPlan',
        Data: { PlanId: 'shop', Version: '1', Hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
      expect.objectContaining({ RequestId: 'b', Data: expect.objectContaining({ Version: '1' }) }),
    ]);
    expect(await newest(store)).toEqual([1, 'one']);
    expect(await listPlanIds(store)).toEqual(['shop']);
  });

  it('stores an update, and the rollback after it, as versions of their own', async () => {
    const store = createMemoryRecordStore();
    const { handle, answers } = resourceOver(store);
    await handle(request('a', planText('one'), 'Create'));
    await handle(request('b', planText('two')));
    await handle(request('c', planText('one')));
    expect(answers.map(({ Data }) => Data?.Version)).toEqual(['1', '2', '3']);
    expect((await getPlan(store, 'shop', 2))?.plan.description).toBe('two');
    expect(await newest(store)).toEqual([3, 'one']);
  });

  it('takes nothing away when it is deleted', async () => {
    const store = createMemoryRecordStore();
    const { handle, answers } = resourceOver(store);
    await handle(request('a', planText('one'), 'Create'));
    await handle(request('b', 'not read', 'Delete'));
    expect(answers[1]).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'groundswell-plan-shop' });
    expect(await newest(store)).toEqual([1, 'one']);
  });

  it('stores nothing for the repeat of a request, however late it comes', async () => {
    const store = createMemoryRecordStore();
    const { handle, answers } = resourceOver(store);
    await handle(request('a', planText('one'), 'Create'));
    await Promise.all([handle(request('b', planText('two'))), handle(request('b', planText('two')))]);
    await handle(request('c', planText('three')));
    await handle(request('b', planText('two')));
    expect(answers.map(({ Data }) => Data?.Version)).toEqual(['1', '2', '2', '3', '2']);
    expect(await newest(store)).toEqual([3, 'three']);
  });

  it('goes on where it died, at each write', async () => {
    for (let dies = 1; ; dies++) {
      const store = createMemoryRecordStore();
      let writes = 0;
      const dying: RecordStore = {
        ...store,
        write: async (...record) => {
          const written = await store.write(...record);
          if (++writes >= dies) throw new Error('died');
          return written;
        },
      };
      const first = resourceOver(dying);
      await first.handle(request('a', planText('one'), 'Create'));
      const { handle, answers } = resourceOver(store);
      await handle(request('a', planText('one'), 'Create'));
      expect(answers[0]).toMatchObject({ Status: 'SUCCESS', Data: { Version: '1' } });
      expect(await newest(store)).toEqual([1, 'one']);
      expect(await getPlan(store, 'shop', 2)).toBeUndefined();
      if (writes < dies) break;
    }
  });

  it('waits for its permissions, and fails the deployment with the reason if they never come', async () => {
    const store = createMemoryRecordStore();
    let refusals = 3;
    const { handle, answers, pauses } = resourceOver({
      ...store,
      read: async (key) => {
        if (refusals-- > 0) throw new Error('AccessDenied');
        return store.read(key);
      },
    });
    await handle(request('a', planText('one'), 'Create'));
    expect([answers[0]?.Status, pauses]).toEqual(['SUCCESS', [1_000, 2_000, 4_000]]);
    refusals = 1_000;
    await handle(request('b', planText('two')));
    expect(answers[1]).toMatchObject({ Status: 'FAILED', Reason: 'AccessDenied' });
    expect(await newest(store)).toEqual([1, 'one']);
  });

  it.each([
    ['another plan', { Plan: planText('one', 'till') }, /this function stores shop alone/],
    [
      'a plan that cannot be run',
      { Plan: '{"planId":"shop","waves":[]}' },
      /^The plan is not valid\. waves: /,
    ],
    ['no JSON', { Plan: '{' }, /^The plan is not JSON/],
    ['no plan', {}, /neither Plan nor PlanGzip/],
    ['what does not unfold', { PlanGzip: 'aGVsbG8=' }, /^PlanGzip cannot be read/],
    [
      'what unfolds without end',
      { PlanGzip: gzipSync(Buffer.alloc(9_000_000)).toString('base64') },
      /cannot be read/,
    ],
  ])('fails at once for %s, and stores nothing', async (_what, properties, reason) => {
    const store = createMemoryRecordStore();
    const { handle, answers, pauses } = resourceOver(store);
    await handle({ ...request('a', ''), ResourceProperties: properties });
    expect(answers[0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(reason) });
    expect([pauses, await listPlanIds(store)]).toEqual([[], []]);
  });

  it('reads a large plan compressed', async () => {
    const store = createMemoryRecordStore();
    const { handle } = resourceOver(store);
    const PlanGzip = gzipSync(planText('large')).toString('base64');
    await handle({ ...request('a', ''), ResourceProperties: { PlanGzip } });
    expect(await newest(store)).toEqual([1, 'large']);
  });

  it.each([[undefined], [{}], [{ ...request('a', ''), ResponseURL: 'http://example.com' }]])(
    'does nothing for what is no request of CloudFormation: %j',
    async (event) => {
      const store = createMemoryRecordStore();
      const { handle, answers } = resourceOver(store);
      await expect(handle(event)).rejects.toThrow('This is no request of CloudFormation');
      expect([answers, await listPlanIds(store)]).toEqual([[], []]);
    },
  );

  it('answers again when its answer was not taken, and fails so that Lambda repeats it', async () => {
    const store = createMemoryRecordStore();
    let lost = 2;
    const { handle, answers } = resourceOver(store, () => lost-- <= 0);
    await handle(request('a', planText('one'), 'Create'));
    expect(answers).toHaveLength(1);
    const unheard = resourceOver(store, () => false);
    await expect(unheard.handle(request('b', planText('two')))).rejects.toThrow('no answer was taken');
    await handle(request('b', planText('two')));
    expect(answers[1]).toMatchObject({ RequestId: 'b', Data: { Version: '2' } });
  });
});

describe('the answer to CloudFormation', () => {
  it('is put as JSON without a type of content, and is an error unless it was taken', async () => {
    const got: unknown[] = [];
    let status = 200;
    const server = createServer((incoming, outgoing) => {
      let body = '';
      incoming.on('data', (chunk: Buffer) => void (body += chunk.toString()));
      incoming.on('end', () => {
        got.push([incoming.method, incoming.headers['content-type'] ?? '', JSON.parse(body)]);
        outgoing.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;
    const answer: PlanAnswer = {
      ...{ Status: 'SUCCESS', PhysicalResourceId: 'p', StackId: 's', RequestId: 'r', LogicalResourceId: 'l' },
    };
    await putAnswer(url, answer);
    expect(got).toEqual([['PUT', '', answer]]);
    status = 403;
    await expect(putAnswer(url, answer)).rejects.toThrow('has answered 403');
    await new Promise((resolve) => server.close(resolve));
  });
});
