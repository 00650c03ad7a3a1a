import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCli } from '../../../../infra/build-cli.ts';
import { functions } from '../../../../infra/topology.ts';
import { manifestIn, packageFolder } from '../../../support/installed-package.ts';

const root = resolve(import.meta.dirname, '../../../..');
const { folder, installed, install, remove } = packageFolder('@groundswell/cli', buildCli);
beforeAll(install, 400_000);
afterAll(remove);

const groundswell = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(join(folder, 'node_modules/.bin/groundswell'), args, {
    ...{ cwd: folder, encoding: 'utf8' },
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  return { status, stdout, stderr };
};

/** Runs `up` until it has said where it, its console and its documentation are, and asks it for these paths. */
const served = async (...paths: readonly string[]) => {
  const child = spawn(
    join(folder, 'node_modules/.bin/groundswell'),
    ['up', '--port', '0', '--state', join(folder, 'state'), '--speed', '600'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise((done) => child.once('exit', done));
  try {
    const endpoint = await new Promise<string>((found, failed) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const [, at] =
          /is up on (http:\S+),[^]*\nIts console: \1\/, and its documentation: \1\/docs\n[^]* --mode drill --endpoint \1\n/.exec(
            text,
          ) ?? [];
        if (at !== undefined) found(at);
      });
      child.once('exit', () => failed(new Error(`It ended: ${text}`)));
    });
    const answers = paths.map(async (path) => {
      const answer = await fetch(`${endpoint}${path}`, { headers: { accept: 'text/html, */*' } });
      return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
    });
    return await Promise.all(answers);
  } finally {
    child.kill('SIGINT');
    await ended;
  }
};

describe('the package of the command line', { timeout: 200_000 }, () => {
  it('runs a drill of the sample plan to its end in an empty folder', () => {
    const { status, stdout } = groundswell('drill', '--speed', '600', '--json');
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(status).toBe(0);
    // A job that ends after its servers may be told of after the end of the execution.
    expect(said.filter((type) => type === 'ExecutionCompleted')).toHaveLength(1);
  });

  it('serves the console, the documentation and the API of a runtime, and says where they are', async () => {
    const [page, script, plans, docs] = await served('/', '/console.js', '/api/plans', '/docs');
    expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
    expect(page?.body).toContain('/console.js');
    expect(script).toMatchObject({ status: 200, type: 'text/javascript; charset=utf-8' });
    expect(docs?.body).toContain('At three in the morning');
    expect(plans?.status).toBe(200);
    expect(plans?.body).toContain('"three-tier"');
  });

  it('names its version, and itself as it is called there', () => {
    const { version } = manifestIn(installed);
    expect(groundswell('--version').stdout.trim()).toBe(version);
    expect(version).toBe(manifestIn(root).version);
    const { status, stderr } = groundswell('status', '--endpoint', 'http://127.0.0.1:9');
    expect(status).toBe(1);
    expect(stderr).not.toContain('npm run');
  });

  it('carries every function and no sources, and is of the versions of this checkout', () => {
    const names = readdirSync(installed, { encoding: 'utf8', recursive: true });
    for (const { service } of functions) expect(names).toContain(`services/functions/${service}/handler.js`);
    expect(names.filter((name) => /\.tsx?$/.test(name))).toEqual([]);
    for (const [name, version] of Object.entries(manifestIn(installed).dependencies))
      expect({ name, version }).toEqual({
        name,
        version: manifestIn(join(root, 'node_modules', name)).version,
      });
  });
});
