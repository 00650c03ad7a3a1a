import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { catalogue } from '../../contracts/catalogue.ts';
import { planSchema } from '../../contracts/plan.ts';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { functions, hintTypes } from '../../infra/topology.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { awsOperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';
import { putPlan } from '../../services/core/streams/plan-store.ts';

/** How many deliveries each handler is given: FUZZ=10000 for a night. */
const deliveries = Number(process.env['FUZZ'] ?? 60);

type Handler = (event: unknown, context: { readonly awsRequestId: string }) => Promise<unknown>;
let runtime: Runtime;
const said: string[] = [];
const executionId = executionIdOf('hostile');

const polluting = JSON.parse(
  '{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}}}',
) as Readonly<Record<string, unknown>>;

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

/** What a delivery can hold anywhere: any JSON, what pollutes prototypes, what is far too long or too deep. */
const garbage: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: fc.jsonValue() },
  { weight: 2, arbitrary: fc.constant(polluting) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>('\n{"level":"INFO","message":"forged"}\n', '\u0000', -0) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('x'.repeat(300_000), nested(4_000)) },
);
const orGarbage = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: garbage });

const metadata = fc.record({
  eventId: orGarbage(fc.string()),
  executionId: orGarbage(fc.constantFrom('exec-00000000000000000000', '__proto__', '../plan')),
  schemaVersion: orGarbage(fc.constantFrom(1, 2)),
});
const envelope = fc.record({
  id: orGarbage(fc.uuid()),
  source: orGarbage(
    fc.constantFrom(
      'groundswell',
      'aws.drs',
      'aws.ssm',
      'aws.cloudwatch',
      'aws.ec2',
      'aws.events',
      '__proto__',
    ),
  ),
  'detail-type': orGarbage(
    fc.constantFrom(...catalogue.map(({ name }) => name), ...hintTypes, 'constructor'),
  ),
  account: orGarbage(fc.constant('111122223333')),
  region: orGarbage(fc.constant('eu-west-1')),
  time: orGarbage(fc.constant('2026-11-23T08:00:00Z')),
  resources: orGarbage(fc.constant([])),
  detail: orGarbage(fc.record({ metadata: orGarbage(metadata), data: orGarbage(fc.constant({})) })),
});
const batch = fc.record({
  Records: orGarbage(
    fc.array(
      fc.record({
        messageId: fc.uuid(),
        body: orGarbage(
          fc.oneof(
            fc.string(),
            garbage.map((each) => JSON.stringify(each)),
          ),
        ),
      }),
      { maxLength: 3 },
    ),
  ),
});
const http = fc.record({
  version: fc.constant('2.0'),
  rawPath: orGarbage(fc.constantFrom('/api/executions', '/api/plans/__proto__', '/api/../..', '//', '/%00')),
  headers: orGarbage(fc.constant({ 'content-type': 'application/json' })),
  requestContext: orGarbage(
    fc.record({ http: fc.record({ method: fc.constantFrom('GET', 'POST', 'PUT', 'TRACE', '\n') }) }),
  ),
  body: orGarbage(garbage.map((each) => JSON.stringify(each))),
});
const delivery = fc.oneof(garbage, { weight: 4, arbitrary: envelope }, batch, http);

const operator = () =>
  awsOperatorPorts({
    ...{ endpoint: runtime.endpoint, region: runtime.region },
    ...{ busName: 'groundswell', tableName: 'groundswell-state' },
  });

/** An execution that waits for an approval, so that there is something that could be changed. */
const startWaiting = async (): Promise<void> => {
  const before = [{ kind: 'approval', actionId: 'go-ahead', prompt: 'Go?' }];
  const servers = [{ sourceServerId: 's-feb569732d596d1ec' }];
  const plan = planSchema.parse({ planId: 'hostile', waves: [{ waveId: 'database', servers, before }] });
  await putPlan(operator().store, plan, '2026-11-23T08:00:00.000Z');
  const waiting = new Promise<void>((resolve) => {
    runtime.subscribe((event) => {
      if (/^(ActionStarted|ExecutionRejected)$/.test(event['detail-type'])) resolve();
    });
  });
  await operator().say('ExecutionRequested', { requestId: 'hostile', planId: 'hostile', mode: 'DRILL' });
  await waiting;
};

beforeAll(async () => {
  runtime = await startRuntime({ logLevel: 'INFO' });
  await runtime.warm();
  await startWaiting();
  await atRest();
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((chunk) => said.push(String(chunk)) > 0);
}, 120_000);
afterAll(async () => {
  vi.restoreAllMocks();
  await runtime.close();
});

/** What was begun before is on record as it stays: nothing else happens while the execution waits. */
const atRest = async (): Promise<void> => {
  for (let before = '', now = JSON.stringify(await known()); before !== now;) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    now = JSON.stringify(await known());
  }
};

const handlerOf = async (service: string): Promise<Handler> => {
  const url = new URL(`../../services/functions/${service}/handler.ts?hostile`, import.meta.url);
  return ((await import(url.href)) as { readonly handler: Handler }).handler;
};

type Item = Readonly<Record<string, { readonly S?: string }>>;

/**
 * What is on record, but for what a hostile delivery may leave: the audit's copy of it, the refusal of a
 * request under an id of its own, and timers, which only say that somebody should look.
 */
const known = async (): Promise<readonly Item[]> => {
  const client = new DynamoDBClient({
    ...{ endpoint: runtime.endpoint, region: runtime.region },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'groundswell-state' }));
  const isOurs = ({ pk }: Item): boolean =>
    !/^(audit|timer)#/.test(pk?.S ?? '') &&
    !(String(pk?.S).startsWith('stream#') && !String(pk?.S).includes(executionId));
  return (Items as Item[])
    .filter(isOurs)
    .sort((a, b) => String(a['pk']?.S).localeCompare(String(b['pk']?.S)));
};

describe('whatever is delivered', () => {
  it.each(functions.map(({ service }) => [service]))(
    '%s parks it or fails, and changes nothing',
    { timeout: 60_000 + deliveries * 1_000 },
    async (service) => {
      const handler = await handlerOf(service);
      const before = await known();
      expect(JSON.stringify(before)).toContain(executionId);
      const starts = runtime.drsCalls()['StartRecovery'] ?? 0;
      const runs = service === 'reconcile' || service === 'redrive-dead-letters' ? 10 : deliveries;
      await fc.assert(
        fc.asyncProperty(delivery, async (event) => {
          await handler(event, { awsRequestId: 'hostile' }).catch((error: unknown) => {
            expect(error).toBeInstanceOf(Error);
          });
          expect(({} as { polluted?: string }).polluted).toBeUndefined();
        }),
        { numRuns: runs },
      );
      expect(runtime.drsCalls()['StartRecovery'] ?? 0).toBe(starts);
      expect(await known()).toEqual(before);
    },
  );

  it('is one line of JSON in the log, whatever stands in it', () => {
    const lines = said.join('').split('\n').filter(Boolean);
    expect(lines.length).toBeGreaterThan(functions.length);
    for (const line of lines) expect(JSON.parse(line)).not.toMatchObject({ message: 'forged' });
  });
});
