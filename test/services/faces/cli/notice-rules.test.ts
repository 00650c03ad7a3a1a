import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { beforeEach, expect, it } from 'vitest';
import { createProgram } from '../../../../services/faces/cli/program.ts';

const file = join(mkdtempSync(join(tmpdir(), 'rules-')), 'rules.json');
let out: string[];
beforeEach(() => (out = []));

const check = async (rules: unknown): Promise<number> => {
  writeFileSync(file, typeof rules === 'string' ? rules : JSON.stringify(rules));
  const codes: number[] = [];
  const print = (text: string): void => void out.push(text);
  const program = createProgram({ colors: createColors(false), print, warn: print }, (code) =>
    codes.push(code),
  );
  await program.parseAsync(['node', 'groundswell', 'notices', 'check', file]);
  return codes[0] ?? -1;
};

it('rules that can be used are called valid', async () => {
  const channels = { ops: { kind: 'slack', url: 'ssm:/hooks/slack' } };
  expect(await check({ channels, rules: [{ severity: 'critical', channels: ['ops'] }] })).toBe(0);
  expect(out.join('')).toContain('is valid: 1 rule, 1 channel.');
});

it('every fault of rules is told at once, with what would be valid', async () => {
  const channels = { ops: { kind: 'slack', url: 'plain' } };
  const rules = [{ severity: 'loud', channels: ['nobody'] }];
  await expect(check({ channels, rules })).rejects.toThrow(
    /Invalid rules: \d+ faults[^]*channels.ops.url[^]*ssm:NAME[^]*rules\[0\].severity/,
  );
  await expect(check('{ not json')).rejects.toThrow(/valid: a JSON document/);
  await expect(check('{ "rules": [], "rules": [] }')).rejects.toThrow(/rules/);
});
