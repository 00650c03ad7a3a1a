import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AccessRules } from '../../contracts/access.ts';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import { createSignedTokens } from '../support/signed-tokens.ts';
import { openBrowser } from './browser.ts';
import { openFakeIssuer, type FakeIssuer } from './fake-issuer.ts';

const rules: AccessRules = [
  { groups: ['operations'], plans: 'all', may: ['see', 'run', 'decide', 'approve', 'edit'] },
  { groups: ['payments'], plans: { tags: { team: 'payments' } }, may: ['run', 'decide', 'edit'] },
  { groups: ['readers'], plans: { tags: { team: 'payments' } }, may: ['see'] },
];

let browser: Browser;
let runtime: Runtime;
let issuer: FakeIssuer;
let page: Page;
let executionId: string;
const keys = createSignedTokens();

const ask = async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
  const seconds = Math.floor(Date.now() / 1_000);
  const scope = 'viewer operator approver planner';
  const claims = { iss: issuer.address, aud: 'groundswell', sub: 'olga', groups: ['operations'], scope };
  const authorization = `Bearer ${keys.token({ ...claims, exp: seconds + 600 })}`;
  const request = { method, headers: { authorization }, body: JSON.stringify(body) };
  const answer = await fetch(`${runtime.endpoint}/api${path}`, request);
  expect(answer.ok).toBe(true);
  return (await answer.json()) as Record<string, unknown>;
};

beforeAll(async () => {
  browser = await openBrowser();
  issuer = await openFakeIssuer(keys);
  const console = { clientId: 'console', scopes: [] };
  const signIn = { issuer: issuer.address, audience: ['groundswell'], console };
  runtime = await startRuntime({ speed: 60, signIn, access: rules });
  await runtime.warm();
  for (const [planId, team, tier] of [
    ['payments', 'payments', 'web'],
    ['shop', 'operations', 'database'],
  ] as const) {
    const before = [{ kind: 'approval', actionId: 'go', prompt: 'Go ahead?' }];
    const waves = [{ waveId: tier, servers: { tags: { Tier: tier }, minimum: 1 }, before }];
    await ask('PUT', `/plans/${planId}`, { planId, tags: { team }, waves });
  }
  executionId = String(
    (await ask('POST', '/executions', { planId: 'payments', mode: 'DRILL' }))['executionId'],
  );
}, 240_000);
afterAll(async () => {
  await browser.close();
  await runtime.close();
  issuer.close();
});

beforeEach(async () => {
  page = await browser.newPage();
  page.setDefaultTimeout(60_000);
});
afterEach(() => page.close());

const openAs = async (group: string, place: string): Promise<void> => {
  issuer.person = { sub: group, groups: [group] };
  await page.goto(`${runtime.endpoint}/#${place}`);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
};
const seen = (name: string): Promise<number> => page.getByRole('link', { name, exact: true }).count();

describe('the console where access rules decide', { timeout: 180_000 }, () => {
  it('shows the plans that the reader may see, with their tags, and offers what they may do', async () => {
    await openAs('payments', '/plans');
    await page.getByRole('link', { name: 'Start a drill of payments' }).waitFor();
    expect(await page.getByText('team=payments').count()).toBe(1);
    expect(await page.getByText('shop').count()).toBe(0);
    expect(await seen('New plan')).toBe(1);
  });

  it('offers nothing that the reader may not do, and says why', async () => {
    await openAs('readers', '/plans');
    await page.getByRole('link', { name: 'payments', exact: true }).waitFor();
    await expect.poll(() => seen('New plan'), { timeout: 60_000 }).toBe(0);
    expect(await page.getByRole('link', { name: /Start a drill/ }).count()).toBe(0);
    await page.getByRole('link', { name: 'payments', exact: true }).click();
    await page.getByText('Access rules of this deployment do not give you run, edit on payments.').waitFor();
    expect(await seen('Edit')).toBe(0);
    expect(await page.getByRole('link', { name: /Start a/ }).count()).toBe(0);
    await page.goto(`${runtime.endpoint}/#/executions/${executionId}`);
    await page
      .getByText('Access rules of this deployment do not give you decide, approve on payments.')
      .waitFor();
    await page.getByText('Go ahead?').first().waitFor();
    for (const name of ['Pause', 'Cancel execution', 'Approve', 'Decline'])
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0);
  });

  it('follows by asking, since nothing is pushed to readers who sign in, and decides where that is permitted', async () => {
    await openAs('payments', `/executions/${executionId}`);
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Approve', exact: true }).count()).toBe(0);
    await ask('POST', `/executions/${executionId}/pause`, { reason: 'by somebody else' });
    await page.getByRole('button', { name: 'Resume' }).waitFor();
  });

  it('answers what is hidden as what is not there', async () => {
    await openAs('payments', '/plans/shop');
    await page.getByText('There is no plan shop.').waitFor();
  });
});
