import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { createCheckout } from '../support/checkout.ts';
import { patienceMs } from '../support/operated-runtime.ts';
import { shellBlocks } from '../support/readme-blocks.ts';

const root = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'infra/aws/README.md'), 'utf8');

/** What asks CloudFormation; nothing else of the page needs AWS itself. */
const needsAws = /^npm run (diff|deploy)\b/;
const isStart = (command: string): boolean => command.startsWith('npm start');

const commands = shellBlocks(page)
  .flatMap((block) => block.commands)
  .filter((command) => !needsAws.test(command));
const startsAt = commands.findIndex(isStart);

const codeSchema = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });
const answerSchema = z.object({
  isSound: z.boolean(),
  findings: z.array(z.object({ check: z.string(), level: z.string(), message: z.string() })),
});

const run = promisify(execFile);

describe('the page on deployment', () => {
  const { folder, bin } = createCheckout();
  let runtime: ChildProcess | undefined;
  /** What the runtime prints for its reader to export. */
  let exported: Readonly<Record<string, string>> = {};

  const environment = () => ({
    ...process.env,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    AWS_PAGER: '',
    ...exported,
  });
  const shell = async (command: string): Promise<z.output<typeof codeSchema>> => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024, env: environment() };
    try {
      return { code: 0, ...(await run('bash', ['-euo', 'pipefail', '-c', command], options)) };
    } catch (error) {
      return codeSchema.parse(error);
    }
  };

  /** Starts what never ends, on a port that is free, and waits until it says that it is there. */
  const start = async (command: string): Promise<string> => {
    const whole = `exec ${command} --port 0 --speed 20`;
    const child = spawn('bash', ['-c', whole], { cwd: folder, env: environment(), detached: true });
    runtime = child;
    let said = '';
    child.stdout.on('data', (chunk) => (said += String(chunk)));
    await expect
      .poll(() => said, { timeout: patienceMs - 10_000, interval: 100 })
      .toContain('Stop it with Ctrl-C.');
    return said;
  };

  afterAll(async () => {
    if (runtime?.pid !== undefined && runtime.exitCode === null) {
      const ended = once(runtime, 'close');
      process.kill(-runtime.pid, 'SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true });
    rmSync(bin, { recursive: true });
  });

  const examined = async (patience: number) => {
    const { code, stdout } = await shell(
      `npm run -s groundswell -- doctor --json --endpoint aws --patience ${patience}`,
    );
    return { code, ...answerSchema.parse(JSON.parse(stdout)) };
  };
  const checksAtFault = ({ findings }: z.output<typeof answerSchema>): readonly string[] => [
    ...new Set(findings.filter(({ level }) => level === 'fault').map(({ check }) => check)),
  ];

  it('has commands of which only those are left out that ask CloudFormation', () => {
    const all = shellBlocks(page).flatMap((block) => block.commands);
    expect(
      all.filter((command) => needsAws.test(command)).map((command) => command.split(/\s+#/)[0]),
    ).toEqual(['npm run diff', 'npm run deploy']);
    expect(startsAt).toBeGreaterThan(0);
    expect(commands.filter(isStart)).toHaveLength(1);
  });

  it.each(commands.slice(0, startsAt))('runs as it stands: %s', { timeout: patienceMs }, async (command) => {
    expect(await shell(command)).toMatchObject({ code: 0 });
  });

  it(
    `runs as it stands until it is told to stop: ${commands[startsAt] ?? ''}`,
    { timeout: patienceMs },
    async () => {
      const said = await start(commands[startsAt] ?? '');
      exported = Object.fromEntries(
        [...said.matchAll(/\b(AWS_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
      );
      expect(Object.keys(exported)).toContain('AWS_ENDPOINT_URL');
    },
  );

  it.each(commands.slice(startsAt + 1))(
    'runs as it stands, under the permissions of the templates: %s',
    { timeout: patienceMs },
    async (command) => {
      expect(await shell(command)).toMatchObject({ code: 0 });
      if (!command.includes('first-drill')) return;
      const status = `npm run -s groundswell -- status ${executionIdOf('first-drill')} --json --endpoint aws`;
      await expect
        .poll(async () => (await shell(status)).stdout, { timeout: patienceMs - 10_000, interval: 1_000 })
        .toContain('"status":"COMPLETED"');
    },
  );

  it(
    'is right that nothing can start while all is stopped, and that it can be taken back',
    { timeout: patienceMs },
    async () => {
      const stopped = await examined(10);
      expect(stopped).toMatchObject({ code: 1, isSound: false });
      expect(checksAtFault(stopped)).toEqual(['concurrency', 'probe']);
      const back = page.includes('`delete-function-concurrency`');
      expect(back).toBe(true);
      await shell('aws lambda delete-function-concurrency --function-name groundswell-launch-wave');
      const sound = await examined(60);
      expect({ ...sound, faults: checksAtFault(sound) }).toMatchObject({
        code: 0,
        isSound: true,
        faults: [],
      });
    },
  );
});
