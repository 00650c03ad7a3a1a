import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { problemSchema } from '../../../../contracts/api.ts';
import { startRuntime, type Runtime, type RuntimeEvent } from '../../../../infra/local/runtime.ts';
import { routes } from '../../../../services/faces/api/app.ts';
import { openApiOf } from '../../../../services/faces/api/openapi.ts';
import { known, plan, valid, wrong, type Sent } from '../../../support/api-requests.ts';
import { createAnswerCheck, type Heard, type OpenApi } from '../../../support/open-api-client.ts';

/** How many requests of each kind each operation is sent: FUZZ=1000 for a night. */
const requests = Number(process.env['FUZZ'] ?? 6);

let runtime: Runtime;
let table: DynamoDBClient;
let waiting: string;
const published: RuntimeEvent[] = [];
const accepted = new Set<string>();

// The test of the served document below holds it to be the very same.
const document = openApiOf(routes, '/api') as unknown as OpenApi;
const check = createAnswerCheck(document);
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => [method, path, operation] as const),
);

const send = async (
  method: string,
  path: string,
  { path: params, query, headers, body }: Sent,
): Promise<Heard> => {
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  const search = query
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const answer = await fetch(`${runtime.endpoint}/api${place}${search && `?${search}`}`, {
    method: method.toUpperCase(),
    headers,
    ...(body !== undefined && { body }),
  });
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';');
  return { status: answer.status, type, text: await answer.text() };
};

/** Everything that is stored, as one text. */
const stored = async (): Promise<string> => {
  const { Items = [] } = await table.send(
    new ScanCommand({ TableName: 'groundswell-state', ConsistentRead: true }),
  );
  return JSON.stringify(Items.map((item) => JSON.stringify(item)).sort());
};

/** An audit's record comes last of all, by a function that a busy machine begins late. */
const quietMs = 2_500;

/** Waits until nothing happens by itself any more. */
const quiet = async (): Promise<string> => {
  for (let before = await stored(), since = Date.now(); ;) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    const after = await stored();
    if (after !== before) since = Date.now();
    else if (Date.now() - since >= quietMs) return after;
    before = after;
  }
};

const plain = (body?: unknown, headers: Record<string, string> = {}): Sent => ({
  ...{ path: {}, query: [], headers },
  body: body === undefined ? undefined : JSON.stringify(body),
});
const order = async (key: string, planId = 'shop'): Promise<string> => {
  const asked = plain({ planId, mode: 'DRILL' }, { 'idempotency-key': key });
  const { status, text } = await send('post', '/executions', asked);
  expect(status).toBe(202);
  accepted.add(key);
  return (JSON.parse(text) as { executionId: string }).executionId;
};

beforeAll(async () => {
  runtime = await startRuntime({ speed: 1 });
  runtime.subscribe((event) => published.push(event));
  await runtime.warm();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  table = new DynamoDBClient({ endpoint: runtime.endpoint, region: runtime.region, credentials });
  expect((await send('put', '/plans/shop', plain(plan))).status).toBe(201);
  waiting = await order('waits');
  const shows = (executionId: string, what: string) =>
    vi.waitFor(async () => {
      const { text } = await send('get', `/executions/${executionId}`, plain());
      expect(text).toContain(what);
    }, 60_000);
  await shows(waiting, '"status":"RUNNING","prompt"');
  // Its servers are held by the one that waits.
  const refused = await order('used-before');
  await shows(refused, '"status":"REJECTED"');
  known['executionId']!.push(waiting, refused);
  await quiet();
  // Loading the handlers takes long on a busy machine.
}, 240_000);
afterAll(async () => {
  table.destroy();
  await runtime.close();
});

it('the running API serves the document that these tests are made from', async () => {
  const { text, type } = await send('get', '/openapi.json', plain());
  expect(type).toBe('application/json');
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
});

describe('a request with faults', () => {
  it.each(operations)('%s %s is told all of them, and changes nothing', async (method, path, operation) => {
    const [before, saidBefore] = [await stored(), published.length];
    await fc.assert(
      fc.asyncProperty(wrong(operation), async ({ request: asked, named }) => {
        const heard = await send(method, path, asked);
        const { faults = [] } = problemSchema.parse(check(operation, heard));
        expect(heard.status).toBe(400);
        const places = faults.map((fault) => fault.path);
        for (const name of named)
          if (name === 'the body') expect(places.length).toBeGreaterThanOrEqual(named.length);
          else expect(places).toContain(name);
      }),
      { numRuns: requests },
    );
    expect(await stored()).toBe(before);
    expect(published.slice(saidBefore)).toEqual([]);
  });
});

it('a request by a method that no route can have is not found', async () => {
  const asked = request(`${runtime.endpoint}/api/executions`, { method: 'TRACE' }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(404);
});

describe('a body that is too large', () => {
  it.each([
    ['post', '/executions', 17_000_000],
    ['post', '/executions/{executionId}/pause', 300_000],
    ['put', '/plans/{planId}', 300_000],
  ])('is refused whatever is in it: %s %s', async (method, path, bytes) => {
    const body = `{"reason":"${'x'.repeat(bytes)}"}`;
    const named = { executionId: known['executionId']![0]!, planId: 'shop' };
    const before = await stored();
    const heard = await send(method, path, { ...plain(), path: named, body });
    check(document.paths[path]![method]!, heard);
    expect(heard.status).toBe(413);
    expect(await stored()).toBe(before);
  });

  it('may be a plan that grows beyond a record once its defaults are written out', async () => {
    const before = Array.from({ length: 50 }, (_, at) => ({ kind: 'approval', actionId: `a${at}` }));
    const waves = Array.from({ length: 120 }, (_, at) => ({ ...plan.waves[0], waveId: `w${at}`, before }));
    const body = { planId: 'shop', waves };
    expect(JSON.stringify(body).length).toBeLessThan(256 * 1024);
    const heard = await send('put', '/plans/{planId}', { ...plain(body), path: { planId: 'shop' } });
    expect(heard).toMatchObject({ status: 400, text: expect.stringContaining('bytes with its defaults') });
  });
});

describe('a request that names what it has', () => {
  it.each(['/executions/{executionId}', '/executions/{executionId}/events'])(
    'is told that nothing has changed: %s',
    async (path) => {
      const first = await fetch(`${runtime.endpoint}/api${path.replace('{executionId}', waiting)}`);
      const headers = { 'if-none-match': first.headers.get('etag')! };
      const heard = await send('get', path, { ...plain(undefined, headers), path: { executionId: waiting } });
      expect(heard.status).toBe(304);
      check(document.paths[path]!['get']!, heard);
    },
  );
});

const namedSchema = z.object({ decisionId: z.string(), requestId: z.string(), taskId: z.string() }).partial();
const idOf = (said: unknown): string => {
  const { decisionId, requestId = '' } = namedSchema.parse(said);
  return decisionId ?? requestId;
};
const isRequest = (event: RuntimeEvent): boolean => event['detail-type'].endsWith('Requested');

describe('a request without faults', () => {
  const isStarter = ([, , { operationId }]: (typeof operations)[number]): boolean =>
    operationId === 'requestExecution';
  const startersLast = [...operations.filter((each) => !isStarter(each)), ...operations.filter(isStarter)];

  // What starts executions comes last, so that the others are not asked beside them.
  it.each(startersLast)('%s %s is answered as the document says', async (method, path, operation) => {
    await fc.assert(
      fc.asyncProperty(valid(operation), async (asked) => {
        const heard = await send(method, path, asked);
        const body = check(operation, heard);
        // Who is subscribed to the product's events does not hear of tasks: test/scenarios/workers.test.ts does.
        if (heard.status === 202 && path !== '/tasks/{taskId}/reports') accepted.add(idOf(body));
      }),
      { numRuns: requests },
    );
  });

  it('takes milliseconds of a processor where it asks for an execution', async () => {
    const tookMs: number[] = [];
    for (let at = 0; at < 20; at++) {
      const before = process.cpuUsage();
      await order(`quick-${at}`, 'no-such-plan');
      const { user, system } = process.cpuUsage(before);
      tookMs.push((user + system) / 1_000);
    }
    // Some 20 of the client and the runtime together. The fastest tells: on a busy machine most took ten times as long.
    expect(Math.min(...tookMs)).toBeLessThan(200);
  });

  it('is said on the bus where it was accepted, and nothing else is', async () => {
    await vi.waitFor(() => {
      const said = published.filter(isRequest).map(({ detail }) => idOf((detail as { data: unknown }).data));
      expect(new Set(said)).toEqual(accepted);
    }, 50_000);
  });
});
