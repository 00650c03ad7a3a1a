import { noWayHome } from '../../../memory/homeward-reader.ts';
import { createMemoryAlarmReader } from '../../../memory/alarm-reader.ts';
import { createMemoryCalendarReader } from '../../../memory/calendar-reader.ts';
import { noFunctions } from '../../../memory/function-service.ts';
import { noTraffic } from '../../../memory/traffic-service.ts';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { problemSchema, readinessSchema } from '../../../../contracts/api.ts';
import { planSchema } from '../../../../contracts/plan.ts';
import { executionReportSchema } from '../../../../contracts/report.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { createMemoryRecoveryService, emptyModel } from '../../../memory/recovery-service.ts';
import { reportHtml } from '../../../../services/faces/report/html.ts';
import { createApp, routes, type App } from '../../../../services/faces/api/app.ts';
import { answerSchemaOf } from '../../../../services/faces/api/answer-schemas.ts';
import { callerOf, localCaller, type Caller } from '../../../../services/faces/api/caller.ts';
import { scopes } from '../../../../services/faces/api/route.ts';
import { openApiOf } from '../../../../services/faces/api/openapi.ts';

import { jobDurationKey } from '../../../../services/core/streams/durations.ts';
import { putPlan } from '../../../../services/core/streams/plan-store.ts';
import { readVerified } from '../../../../services/core/streams/read-verified.ts';
import { executionReport } from '../../../../services/faces/report/execution-report.ts';
import { anythingAllowed } from '../../../support/anything-allowed.ts';
import { archiveOf } from '../../../support/archive-of.ts';
import { noRunbooks } from '../../../support/runbooks.ts';

const nowhere = {
  ...createMemoryRecoveryService({ now: () => 0 }, emptyModel),
  startRecovery: async () => Promise.reject(new Error('the API starts nothing')),
  terminateRecoveryInstances: async () => Promise.reject(new Error('the API ends nothing')),
};

let said: { readonly name: string; readonly data: unknown }[];
let failures: unknown[];
let caller: Caller | undefined;
let app: App;
let store: RecordStore;
let isBusDown: boolean;

beforeEach(() => {
  [said, failures, caller, isBusDown] = [[], [], localCaller, false];
  store = createMemoryRecordStore();
  let ids = 0;
  app = createApp({
    base: '/api',
    callerOf: () => caller,
    onFailure: (error) => failures.push(error),
    portsOf: () => ({
      store,
      recovery: nowhere,
      runbooks: noRunbooks,
      alarms: createMemoryAlarmReader(),
      calendars: createMemoryCalendarReader(),
      functions: noFunctions.reader,
      traffic: noTraffic,
      homeward: noWayHome,
      requests: {
        say: async (name, data) => {
          if (isBusDown) throw new Error('the bus is down');
          said.push({ name, data });
          return 'event-1';
        },
      },
      clock: { now: () => Date.parse('2026-03-01T08:00:00Z') },
      home: { account: '111122223333', region: 'eu-west-1' },
      allowed: { ...anythingAllowed, documents: [] },
      newId: () => `id-${++ids}`,
      sleep: async () => undefined,
    }),
  });
});

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  app.fetch(
    new Request(`http://localhost${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }),
    {},
  );

const executionId = 'exec-00000000000000000001';
const plan = {
  planId: 'shop',
  waves: [{ waveId: 'web', servers: [{ sourceServerId: 's-00000000000000001' }] }],
};

/** Mostly what the schema's names suggest, and now and then anything at all. */
const partOf = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('shop', 'web', executionId, '1', '0', 'DRILL', 'RUNNING', `${name}-x`),
    fc.string({ minLength: 1, maxLength: 40 }),
  );
const bodies = fc.oneof(
  fc.constantFrom<unknown>(plan, {}, { planId: 'shop', mode: 'DRILL' }, { reason: 'because' }),
  fc.jsonValue(),
  fc.record({ planId: fc.string(), mode: fc.constantFrom('DRILL', 'x'), waves: fc.jsonValue() }),
);

const document = openApiOf(routes, '/api');
interface Operation {
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly { readonly token: readonly string[] }[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
  }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => [method, path, operation as Operation] as const),
);

describe('the API as its document says it', () => {
  it.each(operations)('%s %s answers whatever it is asked as documented', async (method, path, operation) => {
    const named = (where: string) => operation.parameters.filter((parameter) => parameter.in === where);
    const strings = (where: string) =>
      fc.record(Object.fromEntries(named(where).map(({ name }) => [name, partOf(name)])));
    await fc.assert(
      fc.asyncProperty(strings('path'), strings('query'), bodies, async (params, query, body) => {
        const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
          encodeURIComponent(params[name] ?? ''),
        );
        const text = `/api${filled}?${new URLSearchParams(query).toString()}`;
        const answer = await ask(method.toUpperCase(), text, operation.requestBody && body);
        expect(failures).toEqual([]);
        expect(answer.status).toBeLessThan(500);
        expect([...Object.keys(operation.responses), '404']).toContain(String(answer.status));
        if (answer.status >= 400) problemSchema.parse(await answer.json());
      }),
      { numRuns: 60 },
    );
  });
});

it.each(operations)(
  '%s %s has a tag, a scope and parameters that the document explains',
  (...[, , given]) => {
    const { summary, description, tags, security, parameters } = given;
    const { authorizationCode } = document.components.securitySchemes.token.flows;
    expect(Object.keys(authorizationCode.scopes)).toEqual(
      expect.arrayContaining(security.flatMap(({ token }) => token)),
    );
    expect(document.tags.map(({ name }) => name)).toEqual(expect.arrayContaining([...tags]));
    expect([summary, description, tags.length, security.length]).toEqual([
      ...[expect.stringMatching(/\w/), expect.stringMatching(/\w/), 1, 1],
    ]);
    expect(parameters.filter((parameter) => parameter.description === undefined)).toEqual([]);
  },
);

describe('a caller of each operation', () => {
  const filled = (path: string): string =>
    path.replace('{executionId}', executionId).replaceAll(/\{\w+\}/g, 'web');

  it.each(routes)('needs a token, and in it $scope, for $operationId', async ({ method, path, scope }) => {
    const asked = ['/api', filled(path)].join('');
    caller = undefined;
    expect((await ask(method.toUpperCase(), asked)).status).toBe(401);
    caller = { ...localCaller, by: 'user-7', scopes: scopes.filter((each) => each !== scope) };
    const refused = await ask(method.toUpperCase(), asked);
    expect(problemSchema.parse(await refused.json())).toMatchObject({ status: 403 });
    caller = { ...localCaller, by: 'user-7', scopes: [scope] };
    expect([401, 403]).not.toContain((await ask(method.toUpperCase(), asked)).status);
    expect(failures).toEqual([]);
  });
});

it.each(routes)('$operationId is documented with an answer of its own', ({ operationId }) => {
  expect(() => answerSchemaOf(operationId)).not.toThrow();
});

it('an operation whose answer nobody has described is not documented as another', () => {
  const unlisted = { ...routes[0]!, operationId: 'forgotten' };
  expect(() => openApiOf([unlisted], '/api')).toThrow('The answer of forgotten is not described');
});

describe('the API', () => {
  it('says under which id to follow a request before anybody has taken it up', async () => {
    const answer = await ask(
      'POST',
      '/api/executions',
      { planId: 'shop', mode: 'DRILL' },
      { 'idempotency-key': 'a-1' },
    );
    expect(answer.status).toBe(202);
    const body = (await answer.json()) as Record<string, string>;
    expect(answer.headers.get('location')).toBe(body['statusUrl']);
    expect(said).toEqual([
      {
        name: 'ExecutionRequested',
        data: { planId: 'shop', mode: 'DRILL', requestId: 'a-1', requestedBy: 'local' },
      },
    ]);
  });

  it('writes the row of an execution before it tells anybody, so that a request survives the bus', async () => {
    isBusDown = true;
    const key = { 'idempotency-key': 'a-1' };
    const order = { planId: 'shop', mode: 'DRILL' };
    expect((await ask('POST', '/api/executions', order, key)).status).toBe(500);
    expect(await store.openExecutions()).toMatchObject([{ planId: 'shop', status: 'REQUESTED', open: true }]);
    isBusDown = false;
    const again = await ask('POST', '/api/executions', order, key);
    expect(again.status).toBe(202);
    const { executionId: id } = (await again.json()) as { executionId: string };
    expect((await ask('GET', `/api/executions/${id}`)).status).toBe(200);
    expect(await store.openExecutions()).toHaveLength(1);
  });

  it('tells the repeat of a request from another request under the same key', async () => {
    const key = { 'idempotency-key': 'a-1' };
    const first = await ask('POST', '/api/executions', { planId: 'shop', mode: 'DRILL' }, key);
    const again = await ask('POST', '/api/executions', { mode: 'DRILL', planId: 'shop' }, key);
    expect(await again.json()).toEqual(await first.json());
    const other = await ask('POST', '/api/executions', { planId: 'shop', mode: 'RECOVERY' }, key);
    expect(other.status).toBe(422);
    const refused = problemSchema.parse(await other.json());
    expect(refused.detail).toContain('for a DRILL of shop');
    expect(refused.faults).toEqual([{ path: 'mode', message: 'is "RECOVERY"', expected: '"DRILL"' }]);
    caller = { ...localCaller, by: 'user-7', scopes: ['operator'] };
    const others = await ask('POST', '/api/executions', { planId: 'shop', mode: 'DRILL', reason: 'x' }, key);
    expect(others.status).toBe(422);
    expect(problemSchema.parse(await others.json()).faults).toEqual([
      { path: 'requestedBy', message: 'is "user-7"', expected: '"local"' },
      { path: 'reason', message: 'is "x"', expected: 'not given' },
    ]);
    expect(said).toHaveLength(2);
  });

  it('takes who asks from the token, whatever the request claims', async () => {
    caller = { ...localCaller, by: 'user-7', scopes: ['operator'] };
    const claimed = { planId: 'shop', mode: 'DRILL', requestedBy: 'somebody else' };
    expect((await ask('POST', '/api/executions', claimed)).status).toBe(400);
    await ask('POST', '/api/executions', { planId: 'shop', mode: 'DRILL' });
    expect(said).toMatchObject([{ data: { requestedBy: 'user-7' } }]);
  });

  it('takes a note and a handover by the name in the token, also after the end', async () => {
    const { stored } = archiveOf(1);
    const noted = stored[0]!.stream.split('/')[0]!;
    for (const body of stored) await store.write({ kind: 'stream', id: body.stream }, body, 0);
    caller = { ...localCaller, by: 'user-7', scopes: ['operator'] };
    const key = { 'idempotency-key': 'n-1' };
    const taken = await ask('POST', `/api/executions/${noted}/notes`, { text: 'All well.' }, key);
    expect(taken.status).toBe(202);
    await ask('POST', `/api/executions/${noted}/handover`, { to: 'bob', decisionId: 'n-2' });
    expect(said).toEqual([
      {
        name: 'NoteRequested',
        data: { executionId: noted, decisionId: 'n-1', by: 'user-7', text: 'All well.' },
      },
      {
        name: 'HandoverRequested',
        data: { executionId: noted, decisionId: 'n-2', by: 'user-7', to: 'bob', text: '' },
      },
    ]);
    const empty = await ask('POST', `/api/executions/${noted}/notes`, { text: '', by: 'else' });
    expect(problemSchema.parse(await empty.json()).faults?.map(({ path }) => path)).toEqual(['text', 'by']);
    expect((await ask('POST', `/api/executions/${executionId}/notes`, { text: 'x' })).status).toBe(404);
  });

  it('lists every fault of a request at once', async () => {
    const answer = await ask(
      'POST',
      '/api/executions',
      { planId: 'A b', modus: 1 },
      { 'idempotency-key': '!' },
    );
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const { faults } = problemSchema.parse(await answer.json());
    expect(faults?.map(({ path }) => path)).toEqual(['planId', 'mode', 'modus', 'Idempotency-Key']);
  });

  it('keeps a viewer from deciding, and a caller without a token from looking', async () => {
    caller = { ...localCaller, by: 'user-7', scopes: ['viewer'] };
    expect((await ask('POST', `/api/executions/${executionId}/pause`)).status).toBe(403);
    expect((await ask('GET', '/api/executions')).status).toBe(200);
    caller = undefined;
    expect((await ask('GET', '/api/executions')).status).toBe(401);
    expect(said).toEqual([]);
  });

  it('gives the report of an execution as HTML, Markdown or JSON, by name or by what is accepted', async () => {
    const { events, stored } = archiveOf(1);
    const reported = stored[0]!.stream.split('/')[0]!;
    for (const [at, body] of events.entries())
      await store.write({ kind: 'audit', id: `live/${reported}/${at}` }, body, 0);
    for (const body of stored) await store.write({ kind: 'stream', id: body.stream }, body, 0);
    const path = `/api/executions/${reported}/report`;
    const typeOf = async (query: string, accept?: string) =>
      (await ask('GET', path + query, undefined, accept === undefined ? {} : { accept })).headers
        .get('content-type')
        ?.split(';')[0];
    expect(await typeOf('')).toBe('application/json');
    expect(await typeOf('?format=md', 'text/html')).toBe('text/markdown');
    expect(await typeOf('', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8')).toBe('text/html');
    expect(await typeOf('', 'text/html;q=0.2, text/markdown')).toBe('text/markdown');
    expect((await ask('GET', path, undefined, { accept: 'application/pdf' })).status).toBe(406);
    expect((await ask('GET', `${path}?format=pdf`)).status).toBe(400);
    const report = executionReportSchema.parse(await (await ask('GET', path)).json());
    expect(report).toMatchObject({ executionId: reported, verdict: { sound: true } });
    const verified = await readVerified(store, reported, 'live');
    expect(await (await ask('GET', `${path}?format=html`)).text()).toBe(
      reportHtml(executionReport(verified.events, verified.verdict)!),
    );
  });

  it('tells with what stands against a plan how long it should take, from earlier executions', async () => {
    await ask('PUT', '/api/plans/shop', plan);
    const forecast = async () => {
      const answer = await ask('GET', '/api/plans/shop/check');
      return readinessSchema.parse(await answer.json()).forecast;
    };
    expect(await forecast()).toEqual({
      waves: [{ waveId: 'web', leastMs: 600_000, mostMs: 1_200_000, isLearned: false }],
      ...{ criticalPath: ['web'], leastMs: 600_000, mostMs: 1_200_000, approvals: 0 },
    });
    await store.write(jobDurationKey('shop', 'web'), { jobMs: 240_000, recentMs: [300_000, 240_000] }, 0);
    const servers = [{ sourceServerId: 's-00000000000000002' }];
    const shop = { waveId: 'shop', dependsOn: ['web'], pauseBefore: true, servers };
    await ask('PUT', '/api/plans/shop', { ...plan, waves: [...plan.waves, shop] });
    expect(await forecast()).toEqual({
      waves: [
        { waveId: 'web', leastMs: 240_000, mostMs: 300_000, isLearned: true },
        { waveId: 'shop', leastMs: 600_000, mostMs: 1_200_000, isLearned: false },
      ],
      ...{ criticalPath: ['web', 'shop'], leastMs: 840_000, mostMs: 1_500_000, approvals: 1 },
    });
  });

  it('tells of a plan whose graph cannot be run no duration, but what is wrong with it', async () => {
    const [web] = plan.waves;
    const circle = { ...plan, waves: [{ ...web, dependsOn: ['web'] }] };
    await putPlan(store, planSchema.parse(circle), '2026-03-01T08:00:00Z');
    const answer = readinessSchema.parse(await (await ask('GET', '/api/plans/shop/check')).json());
    expect(answer.faults.map(({ message }) => message)).toContain('wave web depends on itself');
    expect(answer).not.toHaveProperty('forecast');
  });

  it('stores an unchanged plan once', async () => {
    expect((await ask('PUT', '/api/plans/shop', plan)).status).toBe(201);
    expect((await ask('PUT', '/api/plans/shop', plan)).status).toBe(200);
    expect((await ask('PUT', '/api/plans/shop', { ...plan, rtoMinutes: 5 })).status).toBe(201);
    const versions = (await (await ask('GET', '/api/plans/shop/versions')).json()) as {
      versions: { version: number }[];
    };
    expect(versions.versions.map(({ version }) => version)).toEqual([2, 1]);
  });
});

describe('a caller', () => {
  const claims = (more: object) => ({
    authorizer: { jwt: { claims: { sub: 'user-7', ...more }, scopes: null } },
  });

  it('has the scopes of the token, with or without the name of the resource server', () => {
    expect(callerOf(claims({ scope: 'groundswell/viewer operator openid' }))).toEqual({
      ...{ by: 'user-7', scopes: ['viewer', 'operator'] },
      ...{ groups: [], isClientsOwn: false },
    });
  });

  it('has those of the groups too', () => {
    expect(callerOf(claims({ 'cognito:groups': '[approver planner]' }))?.scopes).toEqual([
      'approver',
      'planner',
    ]);
  });

  it('is nobody without a subject', () => {
    expect(callerOf({ authorizer: { jwt: { claims: {} } } })).toBeUndefined();
    expect(callerOf({})).toBeUndefined();
  });
});
