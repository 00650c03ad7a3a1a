import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildConsole, signInFile } from '../../../../infra/console-files.ts';
import { contentSecurityPolicy } from '../../../../infra/console-headers.ts';

const files = await buildConsole();

/** The README says what the page weighs and what holds it, so the limits are read from there. */
const [, saidKb, laterKb, editorKb, limitKb, editorLimitKb, signInLimitKb] = (
  /weighs about (\d+) KB compressed, and (\d+) more .*; the plan editor loads (\d+) .* holds the first below (\d+), the editor below (\d+), .* sign-in loads below (\d+)\./.exec(
    readFileSync(new URL('../../../../services/faces/README.md', import.meta.url), 'utf8'),
  ) ?? []
).map(Number);

const weightKb = (weighed: typeof files): number =>
  weighed.reduce((sum, { body }) => sum + gzipSync(body).length, 0) / 1_024;

describe('the files of the console', () => {
  it('weigh together, compressed, what the README says, and less than its limit', () => {
    const later = files.filter(({ isLater, isOfEditor }) => isLater && !isOfEditor);
    const editor = files.filter(({ isOfEditor }) => isOfEditor);
    expect(Math.abs(weightKb(later) - (laterKb ?? NaN))).toBeLessThanOrEqual(1);
    const kb = weightKb(files.filter(({ path, isLater }) => path !== signInFile && !isLater));
    expect(Math.abs(kb - (saidKb ?? NaN))).toBeLessThanOrEqual(1);
    expect(kb).toBeLessThan(limitKb ?? NaN);
    expect(Math.abs(weightKb(editor) - (editorKb ?? NaN))).toBeLessThanOrEqual(3);
    expect(weightKb(editor)).toBeLessThan(editorLimitKb ?? NaN);
  });

  it('keep the editor of plans, and the libraries of which it is made, from everybody else', () => {
    const editor = files.filter(({ isOfEditor }) => isOfEditor);
    expect(editor.map(({ isLater }) => isLater)).toEqual(editor.map(() => true));
    const withEditor = files.filter(
      ({ body }) => body.includes('cm-content') || body.includes('MULTIPLE_DOCS'),
    );
    expect(withEditor.length).toBeGreaterThan(0);
    expect(withEditor.filter(({ isOfEditor }) => !isOfEditor).map(({ path }) => path)).toEqual([]);
  });

  it('add less than the README says where readers sign in', () => {
    const signIn = files.filter(({ path }) => path === signInFile);
    expect(signIn).toHaveLength(1);
    expect(weightKb(signIn)).toBeLessThan(signInLimitKb ?? NaN);
  });

  it('name no other server', () => {
    const addresses = files.flatMap(({ body }) => body.match(/https?:\/\/[\w.]+/g) ?? []);
    // The name of SVG, and what schemas say in their faults; the page's policy would let nothing through.
    const words = ['http://www.w3.org', 'https://abcd1234.route53', 'https://json', 'http://json'];
    expect(addresses.filter((address) => !words.includes(address))).toEqual([]);
  });

  it('run under a policy that allows nothing inline', () => {
    expect(contentSecurityPolicy).toContain("default-src 'none'");
    expect(contentSecurityPolicy).not.toContain('unsafe');
    const page = files.find(({ path }) => path === '/');
    expect(page?.body).not.toMatch(/<style|style=|<script(?![^>]*src=)| on\w+=/);
  });
});
