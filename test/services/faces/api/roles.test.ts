import { beforeEach, describe, expect, it } from 'vitest';
import type { AccessRules } from '../../../../contracts/access.ts';
import { problemSchema } from '../../../../contracts/api.ts';
import { scheduleSchema } from '../../../../contracts/schedule.ts';
import { planSchema } from '../../../../contracts/plan.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import {
  evolveExecution,
  type ExecutionState,
  initialExecution,
} from '../../../../services/core/domain/execution-state.ts';
import { executionIdOf } from '../../../../services/core/kernel/canonical.ts';
import { append, emptyStream } from '../../../../services/core/kernel/stream.ts';
import { addNotice } from '../../../../services/core/streams/notice-records.ts';
import { getSchedule, putSchedule } from '../../../../services/core/streams/schedule-store.ts';
import { getPlan, putPlan } from '../../../../services/core/streams/plan-store.ts';
import { createApp, routes, type App } from '../../../../services/faces/api/app.ts';
import type { Caller } from '../../../../services/faces/api/caller.ts';
import type { ApiPorts } from '../../../../services/faces/api/route.ts';
import { scopes } from '../../../../services/faces/api/route.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { archiveOf } from '../../../support/archive-of.ts';

const now = Date.parse('2026-11-24T09:00:00.000Z');
const storedAt = '2026-01-01T08:00:00.000Z';
const rules: AccessRules = [
  { groups: ['everything'], plans: 'all', may: ['see', 'run', 'decide', 'approve', 'edit'] },
  { groups: ['desk'], plans: { tags: { team: 'payments' } }, may: ['run', 'decide', 'edit'] },
  { groups: ['readers'], plans: { tags: { team: 'payments' } }, may: ['see'] },
  { machines: ['pipeline'], plans: { tags: { team: 'payments' } }, may: ['run', 'approve'] },
];
const person = (...groups: readonly string[]): Caller => ({
  ...{ by: 'ada', scopes, groups, client: 'console', isClientsOwn: false },
});
const machine = (client: string): Caller => ({
  ...{ by: `machine:${client}`, scopes, groups: [], client, isClientsOwn: true },
});

const planOf = (planId: string, team: string | undefined, server: string) =>
  planSchema.parse({
    planId,
    ...(team !== undefined && { tags: { team } }),
    waves: [{ waveId: 'web', servers: [{ sourceServerId: server.padEnd(19, '0') }] }],
  });
const shop = planOf('shop', 'operations', 's-11');
const payments = planOf('payments', 'payments', 's-77');

const { events, stored } = archiveOf(1);
/** A drill of `shop` that has ended, with its record. */
const held = stored[0]?.stream ?? expect.fail('the archive has a stream');
const own = executionIdOf('own');

let store: RecordStore;
let app: App;
let caller: Caller | undefined;
let said: { readonly name: string; readonly data: unknown }[];
let given: AccessRules | undefined;

/** A recovery that waits for its second person. */
const awaited = async (planId: string, requestId: string): Promise<void> => {
  const executionId = executionIdOf(requestId);
  const request = { planId, planVersion: 1, mode: 'RECOVERY' as const, requestId, requestedBy: 'grace' };
  const asked = { ...request, planHash: 'a'.repeat(64), expiresAt: '2026-11-25T09:00:00.000Z' };
  const record = append(
    emptyStream<ExecutionState>(executionId, executionId, initialExecution),
    evolveExecution,
    [
      { type: 'ExecutionAccepted', data: request },
      { type: 'ApprovalAwaited', data: asked },
    ],
    'test',
    now,
  );
  const index = { executionId, planId, status: 'AWAITING_APPROVAL', startedAt: new Date(now).toISOString() };
  await store.write({ kind: 'stream', id: executionId }, record, 0, { ...index, open: true });
};

beforeEach(async () => {
  [store, said, given, caller] = [createMemoryRecordStore(), [], rules, person('everything')];
  const shown = (id: string) => ({
    ...{ sourceServerId: id.padEnd(19, '0'), name: id, tags: {}, replicationState: 'CONTINUOUS' },
    volumesMissing: false,
  });
  const ports = {
    store,
    recovery: {
      describeSourceServers: async () => ['s-11', 's-77', 's-99'].map(shown),
      describeRecoveryInstances: async () => [
        {
          ...{ instanceId: 'i-0123456789abcdef0', sourceServerId: 's-11'.padEnd(19, '0'), isDrill: true },
          ...{ jobId: 'drsjob-1'.padEnd(24, '0'), state: 'RUNNING' },
        },
      ],
      describeMachinesOf: async () => [],
      describeMachines: async () => [],
      describeRecoverySnapshots: async () => [],
      describeLaunchConfiguration: async () => ({ copiesPrivateAddress: false, copiesTags: false }),
      launchActions: async () => [],
      ...{
        describeInstances: async () => [],
        describeJobs: async () => [],
        describeJobsSince: async () => [],
      },
      quotas: async () => ({ jobsMax: 20, serversPerJobMax: 100, serversInJobsMax: 500 }),
    },
    clock: { now: () => now },
    home: { account: '111122223333', region: 'eu-west-1' },
    requests: {
      say: async (name: string, data: unknown) => {
        said.push({ name, data });
        return 'event-1';
      },
    },
    newId: () => 'id-1',
    sleep: async () => undefined,
  } as unknown as ApiPorts;
  app = createApp({
    base: '/api',
    callerOf: () => caller,
    rules: async () => given,
    portsOf: () => ports,
    onFailure: (error) => expect.fail(error instanceof Error ? (error.stack ?? '') : String(error)),
  });
  await putPlan(store, shop, storedAt);
  await putPlan(store, payments, storedAt);
  for (const [at, body] of events.entries())
    await store.write({ kind: 'audit', id: `live/${held}/${at}` }, body, 0);
  const ended = {
    executionId: held,
    planId: 'shop',
    status: 'COMPLETED',
    startedAt: '2026-11-23T09:00:00.000Z',
  };
  for (const body of stored)
    await store.write(
      { kind: 'stream', id: body.stream },
      body,
      0,
      body.stream === held ? { ...ended, open: false } : undefined,
    );
  await awaited('shop', 'waiting');
  await awaited('payments', 'own');
  const schedule = { cron: '0 3 ? 1,4,7,10 SAT#1 *', zone: 'Europe/Berlin', startWindowMinutes: 60 };
  await ask('PUT', '/schedules/nightly', { ...schedule, scheduleId: 'nightly', planId: 'shop' });
  await ask('PUT', '/schedules/weekly', { ...schedule, scheduleId: 'weekly', planId: 'payments' });
  for (const [planId, executionId] of [
    ['shop', held],
    ['payments', own],
  ] as const)
    await addNotice(store, 'waiting', {
      ...{ since: now, tries: 1, dueAt: now, reason: 'down' },
      owed: {
        channelId: 'people',
        notice: {
          ...{ eventId: `${executionId}-1`, event: 'ExecutionFailed', executionId, planId, at: storedAt },
          ...{ severity: 'info', title: '', meaning: '', next: '', commands: [], isOver: false },
        },
      },
    });
  await store.write({ kind: 'task', id: taskOf('shop') }, { executionId: held, waveId: 'web' }, 0);
  await store.write({ kind: 'task', id: taskOf('payments') }, { executionId: own, waveId: 'web' }, 0);
  said = [];
});

const taskOf = (planId: string): string => (planId === 'shop' ? '0' : '1').repeat(36);

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  app.fetch(
    new Request(`http://localhost/api${path}`, {
      ...{ method, headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }),
    {},
  );
const told = async (method: string, path: string, body?: unknown, headers?: Record<string, string>) => {
  const answer = await ask(method, path, body, headers);
  return { status: answer.status, text: await answer.text() };
};
const detail = async (method: string, path: string, body?: unknown): Promise<string> => {
  const { status, text } = await told(method, path, body);
  return `${status} ${problemSchema.parse(JSON.parse(text)).detail ?? ''}`;
};

/** The names in a path, for each plan and for what there is not. */
const names = {
  shop: { executionId: held, planId: 'shop', scheduleId: 'nightly', taskId: taskOf('shop') },
  payments: { executionId: own, planId: 'payments', scheduleId: 'weekly', taskId: taskOf('payments') },
  nothing: {
    ...{ executionId: executionIdOf('nothing'), planId: 'nothing', scheduleId: 'nothing' },
    taskId: '2'.repeat(36),
  },
};
const filled = (path: string, of: keyof typeof names): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (names[of] as Record<string, string>)[name] ?? 'web');

const cron = { cron: '0 3 ? 1,4,7,10 SAT#1 *', zone: 'UTC', startWindowMinutes: 60 };
const bodyOf = (operationId: string, of: keyof typeof names): unknown => {
  const { planId, scheduleId } = names[of];
  const bodies: Readonly<Record<string, unknown>> = {
    requestExecution: { planId, mode: 'DRILL' },
    putPlan: { ...payments, planId },
    putSchedule: { ...cron, scheduleId, planId },
    reportTask: { token: 'x'.repeat(43), outcome: 'heartbeat' },
    ...{ addNote: { text: 'x' }, handOver: { to: 'x' }, extend: { minutes: 5 } },
    approveExecution: { planHash: 'a'.repeat(64) },
  };
  return bodies[operationId];
};
/** What belongs to `shop`, by which an answer would give it away. */
const marks = new RegExp(`shop|operations|nightly|s-11|i-0123|${held}|${executionIdOf('waiting')}`);
const ofHidden = (text: string): string =>
  text.replaceAll(new RegExp(Object.values(names.shop).join('|'), 'g'), '?');
const ofNothing = (text: string): string =>
  text.replaceAll(new RegExp(Object.values(names.nothing).join('|'), 'g'), '?');
const onOne = routes.filter(({ needs }) => 'may' in needs);
const onMany = routes.filter(({ needs }) => needs.on === 'many');

describe('what a caller may not see', () => {
  it.each(onOne)(
    'is answered by $operationId as what is not there',
    async ({ method, path, operationId }) => {
      caller = person('desk');
      const hidden = await told(method.toUpperCase(), filled(path, 'shop'), bodyOf(operationId, 'shop'));
      // A plan or schedule that is not there may be stored: a hidden one is said not to be there all the same.
      const absent =
        operationId === 'putPlan'
          ? await told('GET', '/plans/nothing')
          : await told(method.toUpperCase(), filled(path, 'nothing'), bodyOf(operationId, 'nothing'));
      expect(hidden.status).toBe(404);
      expect(ofHidden(hidden.text)).toBe(ofNothing(absent.text));
      expect(said).toEqual([]);
    },
  );

  it.each(onMany)('stands in no list: $operationId', async ({ path }) => {
    const whole = await told('GET', path);
    expect(whole.status).toBe(200);
    expect(whole.text).toMatch(marks);
    caller = person('desk');
    const part = await told('GET', path);
    expect(part.status).toBe(200);
    expect(part.text).not.toMatch(marks);
    caller = person('nobody');
    expect((await told('GET', path)).text).not.toMatch(/payments|weekly/);
  });

  it.each([
    ['/evidence?plan=shop', 422],
    ['/servers?plan=shop', 200],
    ['/servers?uncovered=true', 200],
    ['/executions?plan=shop', 200],
    [`/executions?text=${held}`, 200],
    ['/executions?status=COMPLETED', 200],
  ])('is not found by asking for it: %s', async (path, status) => {
    caller = person('desk');
    const answer = await told('GET', path);
    expect(answer.status).toBe(status);
    expect(answer.text.replace('there is no plan shop', '')).not.toMatch(marks);
  });

  it('is not given away by a key that was used for it', async () => {
    caller = person('desk');
    const answer = await told('POST', '/executions', {
      planId: 'payments',
      mode: 'DRILL',
      requestId: 'waiting',
    });
    expect(answer).toMatchObject({ status: 422 });
    expect(answer.text).not.toMatch(marks);
    expect(answer.text).not.toContain('RECOVERY');
  });
});

describe('what a caller may see', () => {
  it.each([
    ['listPlans', '/plans', 'payments'],
    ['listExecutions', '/executions', own],
    ['listOpenExecutions', '/open-executions', own],
    ['listDecisions', '/decisions', own],
    ['listSchedules', '/schedules', 'weekly'],
    ['listNotices', '/notices', own],
    ['listProofs', '/proofs', 'payments'],
    ['listServers', '/servers', 's-77'],
    ['getEvidenceOverview', '/evidence/overview', 'payments'],
  ])('stands in lists: %s', async (_operation, path, mark) => {
    caller = person('readers');
    expect((await told('GET', path)).text).toContain(mark);
  });

  it('says what the caller may do with it', async () => {
    caller = person('desk');
    const may = ['see', 'run', 'decide', 'edit'];
    for (const path of ['/plans/payments', `/executions/${own}`, '/caller'])
      expect(JSON.parse((await told('GET', path)).text)).toMatchObject({ may });
    for (const path of ['/plans', '/schedules']) {
      const page = JSON.parse((await told('GET', path)).text) as Record<string, unknown>;
      expect(Object.values(page)).toMatchObject([[{ may }]]);
    }
    given = undefined;
    expect(JSON.parse((await told('GET', '/plans/payments')).text)).not.toHaveProperty('may');
    expect(JSON.parse((await told('GET', '/caller')).text)).not.toHaveProperty('may');
  });

  it.each(onOne.filter(({ needs }) => 'may' in needs && needs.may.join() !== 'see'))(
    'and not do is refused by $operationId with the permission that is missing',
    async ({ method, path, operationId, needs }) => {
      caller = person('readers');
      const answer = await detail(
        method.toUpperCase(),
        filled(path, 'payments'),
        bodyOf(operationId, 'payments'),
      );
      const missing = 'may' in needs ? needs.may.join(' and ') : '';
      expect(answer).toContain(`403 This needs the permission ${missing} on the `);
      expect(said).toEqual([]);
    },
  );

  it('is never more than the scope of the token allows', async () => {
    caller = { ...person('everything'), scopes: ['viewer'] };
    expect(await detail('POST', `/executions/${own}/pause`)).toContain('403 This needs the scope operator');
  });
});

describe('a plan that is stored', () => {
  const moved = { ...payments, tags: { team: 'operations' } };

  it('takes the right to edit it before and after: nobody gains or loses one by a tag', async () => {
    caller = person('desk');
    expect(await detail('PUT', '/plans/shop', { ...shop, tags: { team: 'payments' } })).toBe(
      '404 There is no plan shop.',
    );
    expect(await detail('PUT', '/plans/payments', moved)).toBe(
      '403 This needs the permission edit on a plan with the tags team=operations; no access rule of the deployment gives it to you.',
    );
    expect(await detail('PUT', '/plans/payments', { ...payments, tags: undefined })).toContain(
      'edit on a plan without tags',
    );
    expect(await detail('PUT', '/plans/other', { ...payments, planId: 'other', tags: undefined })).toContain(
      '403',
    );
    expect((await getPlan(store, 'payments'))?.version).toBe(1);
    expect((await told('PUT', '/plans/payments', { ...payments, description: 'More.' })).status).toBe(201);
    expect((await told('PUT', '/plans/other', { ...payments, planId: 'other' })).status).toBe(201);
  });

  it('is not stored over a version that came after the judgement', async () => {
    caller = person('desk');
    const { read } = store;
    let heads = 0;
    store.read = async (key) => {
      // Somebody takes the plan away between the judgement and the writing.
      if (key.kind === 'plan' && key.id === 'payments' && ++heads === 2) {
        store.read = read;
        await putPlan(store, planSchema.parse(moved), storedAt);
      }
      return read.call(store, key) as never;
    };
    expect(await detail('PUT', '/plans/payments', { ...payments, description: 'More.' })).toContain(
      '409 Somebody has stored another version',
    );
    expect((await getPlan(store, 'payments'))?.plan.tags).toEqual({ team: 'operations' });
  });

  it('is hidden in all its versions once it was moved, and what ran of it before is not', async () => {
    await putPlan(store, planSchema.parse(moved), storedAt);
    caller = person('desk');
    for (const path of ['/plans/payments', '/plans/payments?version=1', '/plans/payments/versions'])
      expect((await told('GET', path)).status).toBe(404);
    const old = { planId: 'payments', planVersion: 1, mode: 'DRILL' };
    expect(await detail('POST', '/executions', old)).toBe('404 There is no plan payments of version 1.');
    expect((await told('GET', `/executions/${own}`)).status).toBe(200);
    expect((await told('GET', '/executions')).text).toContain(own);
    expect((await told('POST', `/executions/${own}/cancel`)).status).not.toBe(403);
  });

  it('hides its versions from before it was moved here', async () => {
    await putPlan(store, planSchema.parse({ ...shop, tags: { team: 'payments' } }), storedAt);
    caller = person('desk');
    expect((await told('GET', '/plans/shop')).status).toBe(200);
    expect((await told('GET', '/plans/shop?version=1')).status).toBe(404);
    expect(JSON.parse((await told('GET', '/plans/shop/versions')).text)).toMatchObject({
      versions: [{ version: 2 }],
    });
    expect((await told('GET', `/executions/${held}`)).status).toBe(404);
    expect((await told('GET', '/plans/shop/proof')).text).not.toContain(held);
    expect(
      (await told('POST', '/executions', { planId: 'shop', planVersion: 1, mode: 'DRILL' })).status,
    ).toBe(404);
  });
});

describe('a schedule that is changed', () => {
  const rest = { cron: '0 3 ? 1,4,7,10 SAT#1 *', zone: 'UTC', startWindowMinutes: 60 };
  /** Somebody leads the schedule to another plan between the judgement and the writing. */
  const meanwhile = (): void => {
    const { read } = store;
    let heads = 0;
    store.read = async (key) => {
      if (key.kind === 'schedule' && key.id === 'weekly' && ++heads === 2) {
        store.read = read;
        const taken = scheduleSchema.parse({ ...rest, scheduleId: 'weekly', planId: 'shop' });
        await putSchedule(store, taken, 'grace', storedAt);
      }
      return read.call(store, key) as never;
    };
  };

  it('takes the right to edit and run both plans, the one that it drilled and the one that it will', async () => {
    caller = person('desk');
    expect(await detail('PUT', '/schedules/weekly', { ...rest, scheduleId: 'weekly', planId: 'shop' })).toBe(
      '404 There is no plan shop.',
    );
    expect(
      (await told('PUT', '/schedules/nightly', { ...rest, scheduleId: 'nightly', planId: 'payments' }))
        .status,
    ).toBe(404);
    expect(
      (await told('PUT', '/schedules/weekly', { ...rest, scheduleId: 'weekly', planId: 'payments' })).status,
    ).toBe(200);
  });

  it.each([
    ['PUT', '/schedules/weekly', { ...rest, scheduleId: 'weekly', planId: 'payments' }],
    ['POST', '/schedules/weekly/delete', undefined],
  ])('is not changed over a version that came after the judgement: %s', async (method, path, body) => {
    caller = person('desk');
    meanwhile();
    expect(await detail(method, path, body)).toContain('409 Somebody has stored another version of weekly');
    expect(await getSchedule(store, 'weekly')).toMatchObject({
      ...{ status: 'ACTIVE', schedule: { planId: 'shop' } },
    });
    expect(said).toEqual([]);
  });
});

describe('a request for an execution', () => {
  it('is for the version that was judged, also when it is repeated after another was stored', async () => {
    caller = person('desk');
    const order = { planId: 'payments', mode: 'DRILL', requestId: 'again' };
    const first = await told('POST', '/executions', order);
    expect(first.status).toBe(202);
    expect(said).toMatchObject([
      { name: 'ExecutionRequested', data: { planVersion: 1, requestedBy: 'ada' } },
    ]);
    await putPlan(store, planSchema.parse({ ...payments, description: 'More.' }), storedAt);
    expect(await told('POST', '/executions', order)).toEqual(first);
  });
});

describe('a machine', () => {
  it('asks in its own name, and answers approvals only where a rule says so', async () => {
    caller = machine('pipeline');
    expect((await told('POST', '/executions', { planId: 'payments', mode: 'DRILL' })).status).toBe(202);
    expect(said).toMatchObject([{ data: { requestedBy: 'machine:pipeline' } }]);
    const approval = { planHash: 'a'.repeat(64) };
    expect((await told('POST', `/executions/${own}/approve`, approval)).status).toBe(202);
    expect(said[1]).toMatchObject({ name: 'ApproveExecutionRequested', data: { by: 'machine:pipeline' } });
    given = [{ machines: ['pipeline'], plans: 'all', may: ['see', 'run', 'decide', 'edit'] }];
    expect(await detail('POST', `/executions/${own}/approve`, approval)).toContain(
      '403 This needs the permission approve',
    );
  });

  it('answers none where there are no rules, and does all else that its scopes allow', async () => {
    given = undefined;
    caller = machine('pipeline');
    const approval = { planHash: 'a'.repeat(64) };
    for (const path of ['approve', 'decline', 'waves/web/actions/go/approve', 'waves/web/actions/go/decline'])
      expect(
        await detail('POST', `/executions/${own}/${path}`, path === 'approve' ? approval : {}),
      ).toContain('403 A machine answers no approval');
    expect(said).toEqual([]);
    expect((await told('GET', '/plans')).text).toContain('shop');
    expect((await told('POST', '/executions', { planId: 'shop', mode: 'DRILL' })).status).toBe(202);
    expect(said).toMatchObject([{ data: { requestedBy: 'machine:pipeline' } }]);
  });

  it('is named as one where the rules alone say that its client is one', async () => {
    caller = { ...person('everything'), by: 'service-account', client: 'pipeline' };
    expect((await told('GET', '/plans/shop')).status).toBe(404);
    expect(JSON.parse((await told('GET', '/caller')).text)).toMatchObject({ by: 'machine:pipeline' });
  });
});

it('nobody is let in while the rules cannot be read', async () => {
  const failures: unknown[] = [];
  app = createApp({
    base: '/api',
    callerOf: () => person('everything'),
    rules: () => Promise.reject(new Error('no such parameter')),
    portsOf: () => ({ store }) as unknown as ApiPorts,
    onFailure: (error) => failures.push(error),
  });
  expect((await told('GET', '/plans')).status).toBe(500);
  expect(failures).toHaveLength(1);
});
