import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles, bundle, type Bundle } from '../../../infra/aws/bundles.ts';
import { startRuntime, type Runtime } from '../../../infra/local/runtime.ts';
import { errorsByClass } from '../../../infra/aws/lean-clients.ts';
import { apiBase, apiService, functions } from '../../../infra/topology.ts';
import { routes } from '../../../services/faces/api/app.ts';
import { openApiOf } from '../../../services/faces/api/openapi.ts';
import type { createAwsAutomationService } from '../../../services/core/ports/aws/automation-service.ts';
import type { createAwsRecoveryService } from '../../../services/core/ports/aws/recovery-service.ts';

/** For each function, of everything that a cold start has to read. */
const budgetKb = 432;
/** What asks DRS, EC2 and SSM about a whole plan, what tells a runbook of every server or people of every event, and the API carry more. */
const largerKb: Readonly<Record<string, number>> = {
  'accept-execution': 500,
  'run-actions': 497,
  // It asks the wave of the plan's actions how far they are and what they are told, and so knows every kind of them.
  'clean-up-drill': 463,
  // What a failback looks at stands in two places, in DRS and in EC2.
  'reverse-replication': 437,
  'retire-servers': 440,
  notify: 453,
  [apiService]: 477,
};

const root = join(import.meta.dirname, '../../..');

/** Old enough to have its errors in its code, and not in a register. */
const drsClient = '@aws-sdk/client-drs';

const isErrorClass = (value: unknown): boolean =>
  typeof value === 'function' && value.prototype instanceof Error;

describe('bundles', () => {
  let first: readonly Bundle[];
  beforeAll(async () => {
    first = await buildBundles();
  });

  it('are one for each function, with the source map beside it', () => {
    expect(first.map(({ service }) => service)).toEqual(functions.map(({ service }) => service));
    for (const { service, files } of first)
      expect(files.map(({ path }) => path.replace(/^.*\//, '')).sort()).toEqual([
        ...(service === apiService
          ? [
              ...['answer-check', 'answer-drills', 'answer-due', 'answer-evidence', 'answer-forecast'],
              ...['answer-judged', 'answer-report', 'answer-schedules', 'answer-servers'],
            ].flatMap((name) => [`${name}.mjs`, `${name}.mjs.map`])
          : []),
        'handler.mjs',
        'handler.mjs.map',
        ...(service === apiService ? ['openapi.json'] : []),
      ]);
  });

  it("have the API's document beside its code, as the API without a bundle would say it", () => {
    const [document] = first.flatMap(({ files }) => files.filter(({ path }) => path.endsWith('.json')));
    const written = JSON.parse(Buffer.from(document?.contents ?? []).toString()) as unknown;
    expect(written).toEqual(JSON.parse(JSON.stringify(openApiOf(routes, apiBase))));
  });

  it('come out the same when they are built again', async () => {
    const second = await buildBundles();
    expect(second.map(({ hash }) => hash)).toEqual(first.map(({ hash }) => hash));
  });

  const budgets = functions.map(({ service }) => [service, largerKb[service] ?? budgetKb] as const);
  it.each(budgets)('keep %s within %i KB', (service, budget) => {
    const built = first.find((each) => each.service === service);
    expect((built?.bytes ?? Infinity) / 1_000).toBeLessThanOrEqual(budget);
  });

  it('read what checks a plan, and what verifies and writes a report, only when one is asked for', () => {
    const api = first.find(({ service }) => service === apiService);
    const read = Object.keys(api?.inputs ?? {});
    expect(read).toContain('services/faces/api/report-routes.ts');
    expect(
      read.filter((file) =>
        /services\/(faces\/report|core\/(view\/events|readiness|domain\/audit))\//.test(file),
      ),
    ).toEqual([]);
    expect(api?.lazyBytes).toBeGreaterThan(0);
  });

  it("carry one copy of the SDK's core", () => {
    const nested = first.flatMap(({ inputs }) =>
      Object.entries(inputs).filter(
        ([file, bytes]) => bytes > 0 && /node_modules\/.*\/node_modules\/@(smithy|aws-sdk)\//.test(file),
      ),
    );
    expect(nested).toEqual([]);
  });

  it('carry packages of AWS, and three others', () => {
    const packages = first.flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([file, bytes]) =>
        bytes > 0 ? (/.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []) : [],
      ),
    );
    const foreign = packages.filter((name) => !/^@(aws|aws-sdk|aws-lambda-powertools|smithy)\//.test(name));
    expect([...new Set(foreign)].sort()).toEqual(['croner', 'hono', 'zod']);
  });

  it('carry no source of credentials but the environment', () => {
    const sources = first.flatMap(({ inputs }) =>
      Object.keys(inputs).filter((file) =>
        /credential-provider-(ini|sso|process|imds|http|web-identity|login)\//.test(file),
      ),
    );
    expect(sources).toEqual([]);
  });

  it('know every error of AWS by its class that some source asks for so', async () => {
    const sources = readdirSync(join(root, 'services'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(root, 'services', file), 'utf8'))
      .join('\n');
    const named = [...sources.matchAll(/import \{([^}]*)\} from '(@aws-sdk\/client-[\w-]+)'/g)];
    expect(named.length).toBeGreaterThan(5);
    for (const [, names = '', client = ''] of named) {
      const exported = (await import(client)) as Readonly<Record<string, unknown>>;
      const errors = names.split(',').map((name) => name.trim());
      for (const name of errors.filter((each) => isErrorClass(exported[each])))
        expect(client === drsClient || errorsByClass.has(name), name).toBe(true);
    }
  });
});

/** An adapter as it is in the bundles, on the simulated AWS. */
const builtAdapter = async <Adapter>(folder: string, name: string): Promise<Adapter> => {
  const { outputFiles } = await bundle({ [name]: `services/core/ports/aws/${name}.ts` });
  const file = join(folder, `${name}.mjs`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, outputFiles.find(({ path }) => path.endsWith('.mjs'))?.contents ?? '');
  return (await import(pathToFileURL(file).href)) as Adapter;
};

describe("the SDK's clients as they are in the bundles", () => {
  const folder = mkdtempSync(join(root, 'node_modules/.bundle-'));
  const target = { account: '111122223333', region: 'eu-west-1' };
  let runtime: Runtime;
  let recovery: ReturnType<typeof createAwsRecoveryService>;
  let automation: ReturnType<typeof createAwsAutomationService>;

  beforeAll(async () => {
    runtime = await startRuntime({ speed: 1_000 });
    const drs = await builtAdapter<{ createAwsRecoveryService: typeof createAwsRecoveryService }>(
      folder,
      'recovery-service',
    );
    const ssm = await builtAdapter<{ createAwsAutomationService: typeof createAwsAutomationService }>(
      folder,
      'automation-service',
    );
    recovery = drs.createAwsRecoveryService({ homeAccount: target.account });
    automation = ssm.createAwsAutomationService({ homeAccount: target.account });
  });
  afterAll(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });

  it('reads servers, starts a drill and follows its job', async () => {
    const [server] = await recovery.describeSourceServers(target);
    const servers = [{ sourceServerId: server?.sourceServerId ?? '' }];
    const answer = await recovery.startRecovery(target, {
      isDrill: true,
      servers,
      tags: { 'groundswell:execution': 'e' },
    });
    if (answer.status !== 'accepted') throw new Error(answer.message);
    const [job] = await recovery.describeJobs(target, [answer.jobId]);
    expect(job).toMatchObject({ isDrill: true, tags: { 'groundswell:execution': 'e' }, servers });
    await expect
      .poll(async () => (await recovery.describeJobLog(target, answer.jobId))[0]?.event, { timeout: 30_000 })
      .toBe('JOB_START');
  });

  it('answer for a report with the part of the API that is read only then', async () => {
    const api = (await buildBundles()).find(({ service }) => service === apiService);
    for (const { path, contents } of api?.files ?? [])
      writeFileSync(join(folder, path.replace(/^.*\//, '')), contents);
    const { handler } = (await import(pathToFileURL(join(folder, 'handler.mjs')).href)) as {
      readonly handler: (event: unknown, context: object) => Promise<{ statusCode: number; body: string }>;
    };
    const answer = await handler(
      {
        version: '2.0',
        rawPath: `${apiBase}/executions/exec-00000000000000000001/report`,
        requestContext: { http: { method: 'GET' } },
      },
      {},
    );
    expect(JSON.parse(answer.body)).toMatchObject({ status: 404, detail: expect.stringContaining('audit') });
  });

  it("tells DRS's errors apart, and repeats no start", async () => {
    const before = runtime.drsCalls()['StartRecovery'] ?? 0;
    const servers = [{ sourceServerId: 's-00000000000000000' }];
    const answer = await recovery.startRecovery(target, { isDrill: true, servers, tags: {} });
    expect(['invalid', 'conflict']).toContain(answer.status);
    expect(runtime.drsCalls()['StartRecovery']).toBe(before + 1);
  });

  it("tell SSM's errors apart, by their class and by their name alone", async () => {
    expect(await automation.describe(target, '00000000-0000-4000-8000-000000000000')).toBeUndefined();
    const request = { document: 'Nobody-HasThis', parameters: {}, clientToken: randomUUID(), tags: {} };
    const answer = await automation.start(target, request);
    expect(answer).toMatchObject({
      status: 'refused',
      message: expect.stringContaining('DefinitionNotFound'),
    });
  });
});
