import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildConsole, signInFile } from '../../../../infra/console-files.ts';
import { contentSecurityPolicy } from '../../../../infra/console-headers.ts';

const files = await buildConsole();

/** The README says what the page weighs and what holds it, so the limits are read from there. */
const [, saidKb, laterKb, limitKb, signInLimitKb] = (
  /weighs about (\d+) KB compressed, and (\d+) more .* holds the first below (\d+), .* sign-in loads below (\d+)\./.exec(
    readFileSync(new URL('../../../../services/faces/README.md', import.meta.url), 'utf8'),
  ) ?? []
).map(Number);

const weightKb = (weighed: typeof files): number =>
  weighed.reduce((sum, { body }) => sum + gzipSync(body).length, 0) / 1_024;

describe('the files of the console', () => {
  it('weigh together, compressed, what the README says, and less than its limit', () => {
    const later = files.filter(({ isLater }) => isLater);
    expect(Math.abs(weightKb(later) - (laterKb ?? NaN))).toBeLessThanOrEqual(1);
    const kb = weightKb(files.filter((file) => file.path !== signInFile && !later.includes(file)));
    expect(Math.abs(kb - (saidKb ?? NaN))).toBeLessThanOrEqual(1);
    expect(kb).toBeLessThan(limitKb ?? NaN);
  });

  it('add less than the README says where readers sign in', () => {
    const signIn = files.filter(({ path }) => path === signInFile);
    expect(signIn).toHaveLength(1);
    expect(weightKb(signIn)).toBeLessThan(signInLimitKb ?? NaN);
  });

  it('name no other server', () => {
    const addresses = files.flatMap(({ body }) => body.match(/https?:\/\/[\w.]+/g) ?? []);
    expect(addresses.filter((address) => address !== 'http://www.w3.org')).toEqual([]);
  });

  it('run under a policy that allows nothing inline', () => {
    expect(contentSecurityPolicy).toContain("default-src 'none'");
    expect(contentSecurityPolicy).not.toContain('unsafe');
    const page = files.find(({ path }) => path === '/');
    expect(page?.body).not.toMatch(/<style|style=|<script(?![^>]*src=)| on\w+=/);
  });
});
