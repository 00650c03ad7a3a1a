import { DescribeSourceServersCommand, DrsClient } from '@aws-sdk/client-drs';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildSimulatedAws } from '../../../infra/build-simulated-aws.ts';
import { createCheckout } from '../../support/checkout.ts';
import { manifestIn, packageFolder } from '../../support/installed-package.ts';

const root = resolve(import.meta.dirname, '../../..');
const { folder, installed, run, link, install, remove } = packageFolder(
  '@groundswell/simulated-aws',
  buildSimulatedAws,
);
beforeAll(install, 240_000);
afterAll(remove);

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await ended;
  }
});

/** Runs the command in the folder, in a group of its own; resolves to the endpoint that it names. */
const start = (...args: readonly string[]): Promise<string> => {
  const child = spawn('npx', ['--offline', 'simulated-aws', '--port', '0', ...args], {
    ...{ cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  running.push(child);
  return new Promise((resolve, reject) => {
    let text = '';
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      const endpoint = /AWS_ENDPOINT_URL=(\S+)/.exec(text)?.[1];
      if (endpoint !== undefined) resolve(endpoint);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`It ended: ${text}`)));
  });
};

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('the package of the simulated AWS', () => {
  it('runs by its command, and answers a client of the SDK and the AWS command line', async () => {
    const endpoint = await start();
    const client = new DrsClient({ endpoint, region: 'eu-west-1', credentials });
    const { items = [] } = await client.send(new DescribeSourceServersCommand({}));
    client.destroy();
    expect(items.map(({ tags }) => tags?.['Name'])).toContain('web-1');
    const { folder: checkout, bin } = createCheckout();
    const { stdout } = await promisify(execFile)(
      'aws',
      ['drs', 'describe-source-servers', '--endpoint-url', endpoint, '--region', 'eu-west-1'],
      {
        env: {
          ...process.env,
          PATH: `${process.env['PATH'] ?? ''}${delimiter}${bin}`,
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          AWS_CONFIG_FILE: join(folder, 'none'),
        },
      },
    );
    for (const each of [checkout, bin]) rmSync(each, { recursive: true });
    const answer = JSON.parse(stdout) as { readonly items: readonly { readonly sourceServerID: string }[] };
    expect(answer.items.map(({ sourceServerID }) => sourceServerID).sort()).toEqual(
      items.map(({ sourceServerID }) => sourceServerID).sort(),
    );
  });

  it('goes on from its state folder with the scenario that it is given', async () => {
    writeFileSync(join(folder, 'scenario.yaml'), 'drs: { servers: [{ name: only }] }\n');
    const names = async (endpoint: string) => {
      const client = new DrsClient({ endpoint, region: 'eu-central-1', credentials });
      const { items = [] } = await client.send(new DescribeSourceServersCommand({}));
      client.destroy();
      return items.map(({ arn, tags }) => [arn?.split(':').slice(3, 5).join('/'), tags?.['Name']]);
    };
    const args = ['--state', 'state', '--region', 'eu-central-1', '--account', '444455556666'];
    const endpoint = await start(...args, '--scenario', 'scenario.yaml');
    expect(await names(endpoint)).toEqual([['eu-central-1/444455556666', 'only']]);
    expect(readdirSync(join(folder, 'state')).sort()).toEqual([
      'clock',
      'dynamodb',
      'journals',
      'runtime.json',
    ]);
    const second = spawnSync('npx', ['--offline', 'simulated-aws', '--port', '0', ...args], {
      ...{ cwd: folder, encoding: 'utf8' },
    });
    expect([second.status, second.stderr]).toEqual([2, expect.stringContaining('belongs to the runtime on')]);
  });

  it('names every mistake of a command line, and says how it is used', () => {
    const asked = (...args: readonly string[]) => {
      const { status, stdout, stderr } = spawnSync(join(folder, 'node_modules/.bin/simulated-aws'), args, {
        cwd: folder,
        encoding: 'utf8',
      });
      return { status, text: stdout + stderr };
    };
    expect(asked('--port', 'web', '--account', '12', '--speed', '0')).toEqual({
      status: 2,
      text: [
        '--port web: is not a port',
        '--account 12: is not an account of 12 digits',
        '--speed 0: is not a number above 0',
        'Run simulated-aws --help for usage.',
        '',
      ].join('\n'),
    });
    expect(asked('--prot', '1')).toEqual({
      status: 2,
      text: "Unknown option '--prot'\nRun simulated-aws --help for usage.\n",
    });
    writeFileSync(join(folder, 'wrong.yaml'), 'drs: { servers: [{ nam: only }] }\nbus: 7\n');
    const { status, text } = asked('--scenario', 'wrong.yaml');
    expect([status, text.split('\n')]).toEqual([
      2,
      expect.arrayContaining([
        'The scenario wrong.yaml cannot be used:',
        expect.stringMatching(/^ {2}bus: /),
      ]),
    ]);
    expect(asked('--enforce-iam', 'nowhere').text).toContain('--enforce-iam: There is no nowhere.');
    expect(asked('--help')).toMatchObject({
      status: 0,
      text: expect.stringContaining('--verify-signatures'),
    });
    expect(asked('--version')).toMatchObject({ status: 0, text: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it('runs in a process of others by its API, with types', { timeout: 120_000 }, () => {
    for (const name of ['@types/node', 'undici-types']) link(name);
    writeFileSync(
      join(folder, 'consumer.ts'),
      `import { createSimulatedAws, scenarioSchema } from '@groundswell/simulated-aws';
import { startRecoveryDependencies } from '@groundswell/simulated-aws/drs-dependencies';

const aws = await createSimulatedAws({ speed: 10, scenario: scenarioSchema.parse({}), functions: [
  { name: 'echo', timeoutMs: 1_000, load: async () => async (event) => event } ] });
const sign = (service: string) => ({ authorization:
  'AWS4-HMAC-SHA256 Credential=local/20261123/eu-west-1/' + service + '/aws4_request, SignedHeaders=host, Signature=0' });
const invoked = await fetch(aws.endpoint + '/2015-03-31/functions/echo/invocations',
  { method: 'POST', headers: sign('lambda'), body: '{"told":1}' });
const listed = await fetch(aws.endpoint + '/DescribeSourceServers', { method: 'POST', headers: sign('drs'), body: '{}' });
const elapsed = await new Promise<number>((resolve) => { const at = aws.now(); aws.after(1_000, () => resolve(aws.now() - at)); });
console.log(JSON.stringify({ invoked: await invoked.json(), listed: await listed.json(), drs: aws.counters().drs,
  elapsed: elapsed >= 1_000, needs: startRecoveryDependencies.includes('ec2:RunInstances') }));
await aws.close();
`,
    );
    writeFileSync(
      join(folder, 'wrong.ts'),
      "import { createSimulatedAws } from '@groundswell/simulated-aws';\nvoid createSimulatedAws({ prot: 1 });",
    );
    const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
    const args = [tsc, 'consumer.ts', 'wrong.ts', '--module', 'nodenext', '--target', 'es2022', '--strict'];
    const { stdout } = spawnSync(process.execPath, [...args, '--types', 'node', '--pretty', 'false'], {
      ...{ cwd: folder, encoding: 'utf8' },
    });
    expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(/^wrong\.ts\(2,.*'prot'/)]);
    expect(JSON.parse(run(process.execPath, 'consumer.js'))).toEqual({
      ...{ invoked: { told: 1 }, listed: { items: [] } },
      ...{ drs: { DescribeSourceServers: 1 }, elapsed: true, needs: true },
    });
  });

  it('carries code, types and a licence, no source, and declares what it imports', () => {
    const names = readdirSync(installed, { encoding: 'utf8', recursive: true });
    expect(names.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['index.js', 'index.d.ts', 'README.md', 'LICENSE']));
    const code = names
      .filter((name) => name.endsWith('.js'))
      .map((name) => readFileSync(join(installed, name), 'utf8'));
    const imported = code.flatMap((text) =>
      [...text.matchAll(/(?:from|require\()\s*['"]([a-z@][^'"]*)['"]/g)].map(([, name = '']) => name),
    );
    const packages = [...new Set(imported)]
      .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
      .map((name) => name.split('/')[0]);
    const { dependencies } = manifestIn(installed);
    expect([...new Set(packages)].sort()).toEqual(Object.keys(dependencies));
    for (const [name, version] of Object.entries(dependencies))
      expect({ name, version }).toEqual({
        name,
        version: manifestIn(join(root, 'node_modules', name)).version,
      });
  });
});
