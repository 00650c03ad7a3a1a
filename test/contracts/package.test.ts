import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildContracts } from '../../infra/build-contracts.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'contracts-'));
const installed = join(folder, 'node_modules/@groundswell/contracts');

const run = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Packs the package and unpacks it where npm would install it, beside the one dependency that it names. */
beforeAll(() => {
  buildContracts(join(folder, 'built'));
  const [packed] = JSON.parse(run('npm', 'pack', '--json', '--offline', './built')) as [{ filename: string }];
  mkdirSync(installed, { recursive: true });
  run('tar', '-xzf', packed.filename, '-C', installed, '--strip-components=1');
  symlinkSync(join(root, 'node_modules/zod'), join(folder, 'node_modules/zod'));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

const consumer = `
import { contractOf, type EventNamed, noticeSchema, subscribe } from '@groundswell/contracts';
import schema from '@groundswell/contracts/schemas/WaveSkipped.json' with { type: 'json' };
import asyncApi from '@groundswell/contracts/asyncapi.json' with { type: 'json' };
import plan from '@groundswell/contracts/plan.schema.json' with { type: 'json' };

const got: string[] = [];
const onSkipped = async ({ data }: EventNamed<'WaveSkipped'>): Promise<void> => void got.push(data.waveId);
export const { handler, pattern } = subscribe(['WaveSkipped'], onSkipped);
const data = { waveId: 'web', reason: 'no need', satisfiesDependants: true };
const stream = 'exec-0123456789abcdef0123';
const metadata = { eventId: stream + '@1', schemaVersion: 1, executionId: stream, causationId: 'request', stream,
  version: 1, emittedAt: '2026-11-23T09:00:00.000Z', previousHash: '', hash: 'h' };
const event = { id: 'id', source: 'groundswell', 'detail-type': 'WaveSkipped', account: '111122223333',
  region: 'eu-west-1', time: '2026-11-23T09:00:00Z', resources: [], detail: { metadata, data } };
await handler(event);
await handler({ ...event, 'replay-name': 'last-week' });
const valid = contractOf('WaveSkipped')?.data.safeParse({ waveId: 7 }).success;
console.log(JSON.stringify({ got, valid, pattern, title: schema.title, asyncApi: asyncApi.asyncapi,
  plan: typeof plan, notice: noticeSchema.safeParse({}).success }));
`;

const bySubscribing = (handler: string): string =>
  `import { subscribe } from '@groundswell/contracts';\nsubscribe(${handler});`;
/** What consumers write, a file each; those that misspell something are not to compile. */
const consumers = {
  consumer,
  sound: bySubscribing("['WaveSkipped'], async ({ data }) => void data.waveId"),
  misspellsTheEvent: bySubscribing("['WaveSkiped'], async () => undefined"),
  misspellsItsData: bySubscribing("['WaveSkipped'], async ({ data }) => void data.wave"),
};

/** Compiles all consumers at once, which takes as long as one, and gives the errors by the consumer's name. */
const compile = (): ReadonlyMap<string, string> => {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, source] of Object.entries(consumers)) writeFileSync(join(folder, `${name}.ts`), source);
  const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
  const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--resolveJsonModule'];
  const files = Object.keys(consumers).map((name) => `${name}.ts`);
  const args = [tsc, ...files, ...options, '--types', '', '--pretty', 'false'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const faults = [...stdout.matchAll(/^(\w+)\.ts\(.*?\): error (.*)$/gm)];
  return new Map(faults.map(([, name = '', fault = '']) => [name, fault]));
};

it('is installed from its tarball, type-checks and runs for whoever subscribes', { timeout: 60_000 }, () => {
  const faults = compile();
  expect([...faults.keys()].sort()).toEqual(['misspellsItsData', 'misspellsTheEvent']);
  expect(faults.get('misspellsTheEvent')).toContain('WaveSkiped');
  expect(faults.get('misspellsItsData')).toContain("'wave'");
  expect(JSON.parse(run(process.execPath, 'consumer.js'))).toEqual({
    got: ['web'],
    valid: false,
    pattern: {
      source: ['groundswell'],
      'detail-type': ['WaveSkipped'],
      'replay-name': [{ exists: false }],
    },
    ...{ title: 'WaveSkipped', asyncApi: '3.1.0', plan: 'object', notice: false },
  });
});

it('carries code, types, schemas and a licence, and no source', () => {
  const files = run('find', installed, '-type', 'f').trim().split('\n');
  const names = files.map((file) => file.slice(installed.length + 1));
  expect(names.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
  for (const name of ['index.js', 'index.d.ts', 'generated/events/WaveFailed.json', 'README.md', 'LICENSE'])
    expect(names).toContain(name);
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const ours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly dependencies: typeof dependencies;
  };
  expect(dependencies).toEqual({ zod: ours.dependencies['zod'] });
});
