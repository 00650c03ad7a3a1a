import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Runtime, type RuntimeEvent, startRuntime } from '../../../../infra/local/runtime.ts';
import { createLocalDynamodb } from '../../../../infra/simulated-aws/dynamodb/local-dynamodb.ts';
import { DatabaseError } from '../../../../infra/simulated-aws/state/database.ts';
import { StateInUseError } from '../../../../infra/simulated-aws/state/occupancy.ts';
import { StateFolderError } from '../../../../infra/simulated-aws/state/state-folder.ts';
import { awsOperatorPorts } from '../../../../services/core/ports/aws/operator-ports.ts';

let folder: string;
const running: Runtime[] = [];
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'runtime-'))));
afterEach(async () => {
  for (const runtime of running.splice(0)) await runtime.close();
  rmSync(folder, { recursive: true });
});

const start = async (stateDir?: string, speed = 100): Promise<Runtime> => {
  const runtime = await startRuntime({ speed, ...(stateDir !== undefined && { stateDir }) });
  running.push(runtime);
  return runtime;
};
const stop = async (runtime: Runtime): Promise<void> => {
  running.splice(running.indexOf(runtime), 1);
  await runtime.close();
};

const portsOf = ({ endpoint, region }: Runtime) =>
  awsOperatorPorts({ endpoint, region, busName: 'groundswell', tableName: 'groundswell-state' });

describe('runtime', () => {
  it('says that it is up, and what time it is in there', async () => {
    const runtime = await start();
    const status = (await (await fetch(runtime.endpoint)).json()) as Record<string, unknown>;
    expect(status).toMatchObject({
      name: 'groundswell',
      region: 'eu-west-1',
      account: '111122223333',
      speed: 100,
    });
    expect(Math.abs(Date.parse(String(status['time'])) - runtime.now())).toBeLessThan(60_000);
  });

  it('keeps records from one life to the next, and time goes on', async () => {
    const first = await start(folder, 10_000);
    const ended = first.now();
    const key = { kind: 'plan' as const, id: 'shop' };
    expect(await portsOf(first).store.write(key, { latest: 1 }, 0)).toBe('written');
    await stop(first);
    const second = await start(folder, 1);
    expect(second.now()).toBeGreaterThanOrEqual(ended);
    expect(await portsOf(second).store.read(key)).toEqual({ revision: 1, body: { latest: 1 } });
  });

  it('gives a folder to one runtime at a time', async () => {
    const first = await start(folder);
    await expect(startRuntime({ stateDir: folder })).rejects.toThrow(StateInUseError);
    await stop(first);
    await start(folder);
  });

  it('takes over a folder whose runtime is dead or left nonsense behind', async () => {
    writeFileSync(join(folder, 'runtime.json'), '{"endpoint":"http://127.0.0.1:1","instance":"x"}');
    await stop(await start(folder));
    writeFileSync(join(folder, 'runtime.json'), '{"endp');
    await stop(await start(folder));
  });

  it('shows subscribers what is published on the bus', async () => {
    const runtime = await start();
    const seen = new Promise<RuntimeEvent>((resolve) => void runtime.subscribe(resolve));
    const id = await portsOf(runtime).say('PauseRequested', {
      executionId: 'exec-00000000000000000000',
      by: 'test',
    });
    expect(await seen).toMatchObject({ id, source: 'groundswell', 'detail-type': 'PauseRequested' });
  });

  it('leaves the environment as it was', async () => {
    const before = { ...process.env };
    await stop(await start());
    expect(process.env).toEqual(before);
  });

  it('refuses a port that is taken, and lets go of its folder', async () => {
    const first = await start();
    const port = Number(new URL(first.endpoint).port);
    await expect(startRuntime({ port, stateDir: folder })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await start(folder);
  });

  it('leaves nothing open when a start fails', async () => {
    await stop(await start(folder));
    const journal = join(folder, 'journals/sqs.jsonl');
    appendFileSync(journal, 'nonsense\n');
    const port = 4_583;
    await expect(startRuntime({ port, stateDir: folder })).rejects.toThrow(`${journal}:`);
    await expect(fetch(`http://127.0.0.1:${port}/status`)).rejects.toThrow('fetch failed');
    rmSync(journal);
    await start(folder);
  });

  it('refuses a state folder that is a file, or lies below one', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    for (const stateDir of [file, join(file, 'below')])
      await expect(startRuntime({ stateDir })).rejects.toThrow(
        new StateFolderError(stateDir, `${file} is a file`).message,
      );
  });

  it('says why its database does not open', async () => {
    await stop(await start(folder));
    writeFileSync(join(folder, 'dynamodb/CURRENT'), 'nonsense\n');
    await expect(startRuntime({ stateDir: folder })).rejects.toThrow(DatabaseError);
  });

  it('refuses a folder that another process holds and does not answer for', async () => {
    const first = await start(folder);
    await stop(first);
    const place = { account: first.account, region: first.region };
    const other = createLocalDynamodb({ ...place, folder: join(folder, 'dynamodb'), now: () => 0 });
    await other.service.handle({
      ...{ method: 'POST', path: '/', query: {}, body: '{}' },
      headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
    });
    await expect(startRuntime({ stateDir: folder })).rejects.toThrow(StateInUseError);
    await other.close();
    await start(folder);
  });
});
