import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from './browser.ts';
import { openDeployedConsole, type DeployedConsole } from './deployed-console.ts';
import { openFakeIssuer, type FakeIssuer } from './fake-issuer.ts';

const patienceMs = 60_000;

let browser: Browser;
let issuer: FakeIssuer;
let deployed: DeployedConsole;
let page: Page;
let violations: string[];

beforeAll(async () => {
  browser = await openBrowser();
}, 240_000);
afterAll(() => browser.close());

beforeEach(async () => {
  issuer = await openFakeIssuer();
  deployed = await openDeployedConsole(issuer);
  violations = [];
  page = await browser.newPage();
  page.setDefaultTimeout(patienceMs);
  page.on('console', (message) => {
    if (/Content Security Policy|token-\d/.test(message.text())) violations.push(message.text());
  });
});
afterEach(async () => {
  await page.close();
  deployed.close();
  issuer.close();
});

const isOpen = (): Promise<void> => page.getByRole('button', { name: 'Sign out' }).waitFor();
const isAsked = (): Promise<void> => page.getByRole('button', { name: 'Sign in again' }).waitFor();
const refusal = async (): Promise<string> => (await page.getByRole('alert').textContent()) ?? '';
const asked = (path: string): number => issuer.asked.filter((each) => each.startsWith(path)).length;

describe('the console where readers sign in', { timeout: 120_000 }, () => {
  it('asks the API in the name of the reader, and only once there is one', async () => {
    await page.goto(`${deployed.address}/#/plans`);
    await isOpen();
    await expect.poll(() => deployed.asked.length, { timeout: patienceMs }).toBeGreaterThan(0);
    expect(new Set(deployed.asked.map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer token-1']),
    );
    expect(asked('/authorize')).toBe(1);
  });

  it('brings the reader back to where they were, and keeps no code and no token in the address', async () => {
    await page.goto(`${deployed.address}/#/plans`);
    await isOpen();
    expect(page.url()).toBe(`${deployed.address}/#/plans`);
    await page.getByRole('heading', { name: 'Plans', exact: true }).waitFor();
    expect([...issuer.asked, ...deployed.asked.map(({ url }) => url)].join()).not.toContain('token-');
  });

  it('leaves no token and no secret of the sign-in in the storage, and breaks no policy', async () => {
    await page.goto(deployed.address);
    await isOpen();
    const stored = await page.evaluate<string>(
      'JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])',
    );
    expect(stored).toBe('[{},{},""]');
    expect(violations).toEqual([]);
  });

  it('proves with a challenge of its own at each sign-in that it began it', async () => {
    await page.goto(deployed.address);
    await isOpen();
    await page.reload();
    await isOpen();
    const began = issuer.asked
      .filter((each) => each.startsWith('/authorize'))
      .map((each) => new URL(each, issuer.address).searchParams);
    expect(began.map((each) => each.get('code_challenge_method'))).toEqual(['S256', 'S256']);
    for (const name of ['code_challenge', 'state', 'nonce'])
      expect(new Set(began.map((each) => each.get(name))).size).toBe(2);
  });

  it.each([
    ['whose state is another', { state: 'forged' }, 'state'],
    ['whose nonce is another', { nonce: 'replayed' }, 'nonce'],
    ['that is a refusal', { error: 'access_denied' }, 'access_denied'],
  ])('takes no answer %s', async (_what, next, word) => {
    issuer.next = { ...next, expiresInSeconds: 3_600 };
    await page.goto(deployed.address);
    expect(await refusal()).toContain(word);
    expect(deployed.asked).toEqual([]);
    expect(asked('/authorize')).toBe(1);
  });

  it('takes no answer to a sign-in that was not begun here', async () => {
    await page.goto(`${deployed.address}/?code=planted&state=planted`);
    expect(await refusal()).toContain('No sign-in was started here.');
    expect(page.url()).toBe(`${deployed.address}/`);
    expect(asked('/token')).toBe(0);
  });

  it('asks the reader to sign in again when the token has expired, and not the API', async () => {
    issuer.next = { expiresInSeconds: 2 };
    await page.goto(deployed.address);
    await isAsked();
    const before = deployed.asked.length;
    issuer.next = { expiresInSeconds: 3_600 };
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await isOpen();
    await expect.poll(() => deployed.asked.length, { timeout: patienceMs }).toBeGreaterThan(before);
    expect(new Set(deployed.asked.slice(before).map(({ authorization }) => authorization))).toEqual(
      new Set(['Bearer token-2']),
    );
  });

  it('renews a token before it expires, once for all questions that wait for it', async () => {
    issuer.next = { expiresInSeconds: 20, isRenewable: true };
    await page.goto(deployed.address);
    await isOpen();
    await expect.poll(() => issuer.renewals.granted, { timeout: patienceMs }).toBeGreaterThan(2);
    expect(issuer.renewals.refused).toBe(0);
    expect(asked('/authorize')).toBe(1);
  });

  it('asks the reader to sign in again when the issuer renews no more', async () => {
    issuer.next = { expiresInSeconds: 20, isRenewable: true };
    await page.goto(deployed.address);
    await isOpen();
    // The next token comes without a refresh token, so that the old one, spent, is tried once.
    issuer.next = { expiresInSeconds: 20 };
    await isAsked();
    expect(issuer.renewals.refused).toBe(1);
  });

  it('does not go round in circles when the API takes no token', async () => {
    deployed.accepts = () => false;
    await page.goto(deployed.address);
    await isAsked();
    expect(asked('/authorize')).toBe(1);
  });

  it('signs out here and at the issuer, which is told no token', async () => {
    await page.goto(deployed.address);
    await isOpen();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Good bye' }).waitFor();
    const parameters = new URL(page.url()).searchParams;
    expect(parameters.get('client_id')).toBe('console');
    expect(parameters.get('post_logout_redirect_uri')).toBe(`${deployed.address}/`);
    expect(page.url()).not.toContain('token');
  });
});
