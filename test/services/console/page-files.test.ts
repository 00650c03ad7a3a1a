import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildConsole, contentSecurityPolicy, signInFile } from '../../../infra/console-files.ts';

const files = await buildConsole();

describe('the files of the console', () => {
  it('weigh less than 40 KB together, compressed', () => {
    const always = files.filter(({ path }) => path !== signInFile);
    const bytes = always.reduce((sum, { body }) => sum + gzipSync(body).length, 0);
    expect(bytes).toBeLessThan(40 * 1_024);
  });

  it('add less than 9 KB where readers sign in', () => {
    const signIn = files.find(({ path }) => path === signInFile);
    expect(gzipSync(signIn?.body ?? '').length).toBeLessThan(9 * 1_024);
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
