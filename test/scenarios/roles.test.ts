import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { createProgram } from '../../services/faces/cli/program.ts';
import { openFakeIssuer, type FakeIssuer } from '../browser/fake-issuer.ts';
import { accessRules, deployment } from '../support/enforced-deployment.ts';
import { createSignedTokens } from '../support/signed-tokens.ts';

let runtime: Runtime;
let issuer: FakeIssuer;
const keys = createSignedTokens();

const tokenOf = (sub: string, ...groups: readonly string[]): string => {
  const seconds = Math.floor(Date.now() / 1_000);
  const claims = { iss: issuer.address, aud: 'groundswell', sub, groups, client_id: 'console' };
  return keys.token({
    ...claims,
    scope: 'viewer operator approver planner',
    iat: seconds,
    exp: seconds + 600,
  });
};
const ask = (token: string | undefined, method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${runtime.endpoint}${path}`, {
    ...{ method, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const json = async (token: string, path: string): Promise<Record<string, unknown>> =>
  (await (await ask(token, 'GET', path)).json()) as Record<string, unknown>;

const planOf = (planId: string, team: string, tier: string) => ({
  ...{ planId, tags: { team } },
  waves: [{ waveId: tier, servers: { tags: { Tier: tier }, minimum: 1 } }],
});

beforeAll(async () => {
  issuer = await openFakeIssuer(keys);
  issuer.machines.set('pipeline', 'a-secret');
  const signIn = {
    issuer: issuer.address,
    audience: ['groundswell'],
    console: { clientId: 'console', scopes: [] },
  };
  // With the permissions of the templates alone: the rules are read by the right that the setting brings.
  const iam = { deployment: deployment() };
  runtime = await startRuntime({ speed: 600, signIn, access: accessRules, iam });
  await runtime.warm();
  const admin = tokenOf('olga', 'operations');
  expect((await ask(admin, 'PUT', '/api/plans/payments', planOf('payments', 'payments', 'web'))).status).toBe(
    201,
  );
  expect((await ask(admin, 'PUT', '/api/plans/shop', planOf('shop', 'operations', 'database'))).status).toBe(
    201,
  );
}, 240_000);
afterAll(async () => {
  await runtime.close();
  issuer.close();
});

describe('the embedded runtime with access rules', { timeout: 240_000 }, () => {
  it('asks whoever calls its API for a token of the issuer, and has no stream of everything', async () => {
    expect((await ask(undefined, 'GET', '/api/plans')).status).toBe(401);
    const forged = createSignedTokens().token({ iss: issuer.address, aud: 'groundswell', sub: 'eve' });
    expect((await ask(forged, 'GET', '/api/plans')).status).toBe(401);
    for (const token of [undefined, tokenOf('ada', 'payments')])
      expect((await ask(token, 'GET', '/api/stream')).status).toBe(404);
    expect(await (await ask(undefined, 'GET', '/config.json')).json()).toEqual({
      signIn: { issuer: issuer.address, clientId: 'console', scope: 'openid' },
    });
  });

  it('lets a machine start the drill that it may, under its own name, and end with it', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', mkdtempSync(join(tmpdir(), 'roles-')));
    for (const [name, value] of Object.entries({
      ...{ API: `${runtime.endpoint}/api`, ISSUER: issuer.address, CLIENT_ID: 'pipeline' },
      ...{ CLIENT_SECRET: 'a-secret', SCOPE: 'operator viewer', CONTEXT: '' },
    }))
      vi.stubEnv(`GROUNDSWELL_${name}`, value);
    const said: string[] = [];
    const codes: number[] = [];
    const groundswell = async (...args: readonly string[]): Promise<number> => {
      const print = (text: string): void => void said.push(text);
      const console = { colors: createColors(false), print, warn: print };
      await createProgram(console, (code) => codes.push(code)).parseAsync(['node', 'groundswell', ...args]);
      return codes.at(-1) ?? -1;
    };
    const order = (planId: string): string => {
      const file = join(mkdtempSync(join(tmpdir(), 'roles-')), 'order.json');
      writeFileSync(file, JSON.stringify({ planId, mode: 'DRILL' }));
      return file;
    };
    try {
      expect(await groundswell('api', 'post', '/executions', '--body', order('payments'), '--follow')).toBe(
        0,
      );
      expect(await groundswell('api', 'post', '/executions', '--body', order('shop'))).toBe(2);
    } finally {
      vi.unstubAllEnvs();
    }
    expect(said.at(-1)).toBe('404 Not found: There is no plan shop.');
    const { executionId } = JSON.parse(said[0] ?? '') as { executionId: string };
    expect(await json(tokenOf('ada', 'payments'), `/api/executions/${executionId}`)).toMatchObject({
      ...{ requestedBy: 'machine:pipeline', status: 'COMPLETED', may: ['see', 'run', 'decide', 'edit'] },
    });
  });

  it('shows each what is theirs, and refuses the rest by name', async () => {
    const [ada, olga, eve] = [tokenOf('ada', 'payments'), tokenOf('olga', 'operations'), tokenOf('eve')];
    const recovery = { planId: 'shop', mode: 'DRILL' };
    const started = (await (await ask(olga, 'POST', '/api/executions', recovery)).json()) as {
      executionId: string;
    };
    const plansOf = async (token: string) =>
      ((await json(token, '/api/plans'))['plans'] as { planId: string }[]).map(({ planId }) => planId);
    expect(await plansOf(olga)).toEqual(expect.arrayContaining(['payments', 'shop']));
    expect(await plansOf(ada)).toEqual(['payments']);
    expect(await plansOf(eve)).toEqual([]);
    expect(JSON.stringify(await json(ada, '/api/executions'))).not.toContain(started.executionId);
    expect((await ask(ada, 'GET', `/api/executions/${started.executionId}`)).status).toBe(404);
    expect((await ask(ada, 'POST', `/api/executions/${started.executionId}/cancel`)).status).toBe(404);
    const servers = (await json(ada, '/api/servers'))['servers'] as { name: string }[];
    expect(servers.length).toBeGreaterThan(0);
    expect(servers.every(({ name }) => name.startsWith('web'))).toBe(true);
    expect(
      (await ask(ada, 'PUT', '/api/plans/payments', planOf('payments', 'operations', 'web'))).status,
    ).toBe(403);
  });
});
