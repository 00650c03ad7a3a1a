import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBundles, bundle, type Bundle } from '../../../infra/aws/bundles.ts';
import { startRuntime, type Runtime } from '../../../infra/local/runtime.ts';
import { functions } from '../../../infra/topology.ts';
import type { createAwsRecoveryService } from '../../../services/ports/aws/recovery-service.ts';

/** Measured KB and a little room: what grows beyond it is looked at. Without DRS and SSM, 400 KB is the bound. */
const budgetsKb: Readonly<Record<string, number>> = {
  'accept-execution': 460,
  'launch-wave': 460,
  'watch-jobs': 460,
  'run-actions': 540,
  notify: 540,
  'serve-api': 490,
};
const budgetKb = 400;

const root = join(import.meta.dirname, '../../..');

describe('bundles', () => {
  let first: readonly Bundle[];
  beforeAll(async () => {
    first = await buildBundles();
  });

  it('are one for each function, with the source map beside it', () => {
    expect(first.map(({ service }) => service)).toEqual(functions.map(({ service }) => service));
    for (const { files } of first)
      expect(files.map(({ path }) => path.replace(/^.*\//, '')).sort()).toEqual([
        'handler.mjs',
        'handler.mjs.map',
      ]);
  });

  it('come out the same when they are built again', async () => {
    const second = await buildBundles();
    expect(second.map(({ hash }) => hash)).toEqual(first.map(({ hash }) => hash));
  });

  it.each(functions.map(({ service }) => [service, budgetsKb[service] ?? budgetKb] as const))(
    'keep %s within %i KB',
    (service, kb) => {
      const built = first.find((each) => each.service === service);
      expect((built?.bytes ?? Infinity) / 1_000).toBeLessThanOrEqual(kb);
    },
  );

  it("carry one copy of the SDK's core", () => {
    const nested = first.flatMap(({ inputs }) =>
      Object.entries(inputs).filter(
        ([file, bytes]) => bytes > 0 && /node_modules\/.*\/node_modules\/@(smithy|aws-sdk)\//.test(file),
      ),
    );
    expect(nested).toEqual([]);
  });

  it('carry no source of credentials but the environment', () => {
    const sources = first.flatMap(({ inputs }) =>
      Object.keys(inputs).filter((file) =>
        /credential-provider-(ini|sso|process|imds|http|web-identity|login)\//.test(file),
      ),
    );
    expect(sources).toEqual([]);
  });
});

describe("client-drs on the shared core of the SDK's other clients", () => {
  const folder = mkdtempSync(join(root, 'node_modules/.bundle-'));
  const target = { account: '111122223333', region: 'eu-west-1' };
  let runtime: Runtime;
  let recovery: ReturnType<typeof createAwsRecoveryService>;

  beforeAll(async () => {
    runtime = await startRuntime({ speed: 1_000 });
    const { outputFiles } = await bundle({ recovery: 'services/ports/aws/recovery-service.ts' }, false);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'recovery.mjs');
    writeFileSync(file, outputFiles.find(({ path }) => path.endsWith('.mjs'))?.contents ?? '');
    const built = (await import(pathToFileURL(file).href)) as {
      createAwsRecoveryService: typeof createAwsRecoveryService;
    };
    recovery = built.createAwsRecoveryService({ homeAccount: target.account });
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
      .poll(async () => (await recovery.describeJobLog(target, answer.jobId))[0]?.event)
      .toBe('JOB_START');
  });

  it("tells DRS's errors apart, and repeats no start", async () => {
    const before = runtime.drsCalls()['StartRecovery'] ?? 0;
    const servers = [{ sourceServerId: 's-00000000000000000' }];
    const answer = await recovery.startRecovery(target, { isDrill: true, servers, tags: {} });
    expect(['invalid', 'conflict']).toContain(answer.status);
    expect(runtime.drsCalls()['StartRecovery']).toBe(before + 1);
  });
});
