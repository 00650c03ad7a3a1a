import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkPlanText, readPlanFile } from '../../../../services/faces/cli/plan-file.ts';
import { readScenarioFile } from '../../../../services/faces/cli/scenario-file.ts';

const faultsIn = (text: string) => {
  const checked = checkPlanText(text);
  return 'faults' in checked ? checked.faults : [];
};

/** A plan with one wave, and whatever a test is about in its first lines or in the wave. */
const planWith = (head: string, wave = ''): string => `planId: shop
${head}
waves:
  - waveId: web
    servers: { tags: { Tier: web }, minimum: 1 }
${wave}
`;

describe('a plan is refused, with its line and what to write instead, in which', () => {
  it.each<readonly [string, string, number, string, string]>([
    ['a tag is not resolved', planWith('description: !vault store-key'), 2, '!vault', 'without a tag'],
    ['a tag makes a set', 'planId: shop\nwaves: !!set { a }\n', 2, '!!set', 'without a tag'],
    [
      'a name is that of a prototype',
      'planId: shop\nwaves:\n  - waveId: web\n    servers: { tags: { Tier: web, __proto__: x } }\n',
      4,
      '__proto__ cannot be kept',
      'another name',
    ],
    [
      'a number stands for a name',
      'planId: shop\nwaves:\n  - waveId: web\n    servers: { tags: { 010: x }, minimum: 1 }\n',
      4,
      '010 is read as 10',
      "'010'",
    ],
    [
      'an account has lost its quotes',
      planWith('targets:\n  dr: { account: 444455556666, region: eu-west-1 }'),
      3,
      '444455556666 without quotes',
      "quote it: '444455556666'",
    ],
    [
      'an account has lost its first digit',
      planWith('targets:\n  dr: { account: 012345678912, region: eu-west-1 }'),
      3,
      '012345678912 without quotes is read as 12345678912',
      "quote it: '012345678912'",
    ],
    [
      'a version of a tag has lost its last digit',
      'planId: shop\nwaves:\n  - waveId: web\n    servers: { tags: { Release: 1.10 }, minimum: 1 }\n',
      4,
      '1.10 without quotes is read as 1.1',
      "quote it: '1.10'",
    ],
    [
      'an instant has an offset',
      planWith('', '    pointInTime: { newestBefore: "2026-03-29T03:30:00+02:00" }'),
      6,
      '2026-03-29T03:30:00+02:00',
      'an instant in UTC, such as 2026-03-29T01:30:00Z',
    ],
    [
      'an instant is of no zone',
      planWith('', '    pointInTime: { newestBefore: "2026-07-01 12:00" }'),
      6,
      '2026-07-01 12:00',
      'an instant in UTC, such as 2026-03-29T01:30:00Z',
    ],
    [
      'a second plan follows',
      `${planWith('')}---\n${planWith('')}`,
      7,
      'a second document',
      'one plan or scenario per file',
    ],
    ['a name stands twice', 'planId: shop\nplanId: shop\nwaves: []\n', 2, 'unique', 'each name once'],
    ['YAML is of an older kind', `%YAML 1.1\n---\n${planWith('')}`, 1, 'YAML 1.1', 'YAML 1.2'],
    [
      'a character was lost before',
      planWith('description: M\ufffdller'),
      2,
      'U+FFFD',
      'the original character',
    ],
  ])('%s', (_what, text, line, message, expected) => {
    const file = join(folder, 'plan.yaml');
    writeFileSync(file, text);
    expect(() => readPlanFile(file)).toThrow(message);
    expect(() => readPlanFile(file)).toThrow(expected);
    expect(() => readPlanFile(file)).toThrow(`${file}:${line}`);
  });
});

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'misreadings-'))));
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  [
    'Latin-1',
    Buffer.from('planId: shop\ndescription: Datenb\u00e4nke\nwaves: []\n', 'latin1'),
    2,
    'not UTF-8',
  ],
  ['UTF-16', Buffer.from('\ufeffplanId: shop\n', 'utf16le'), 1, 'is UTF-16'],
])('a file in %s is refused, a plan and a scenario alike', (_name, bytes, line, message) => {
  const file = join(folder, 'document.yaml');
  writeFileSync(file, bytes);
  for (const read of [readPlanFile, readScenarioFile]) {
    expect(() => read(file)).toThrow(`${file}:${line}: `);
    expect(() => read(file)).toThrow(message);
    expect(() => read(file)).toThrow('text in UTF-8');
  }
});

it('a scenario is refused for the same reasons', () => {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, 'drs:\n  servers:\n    - { name: web, tags: { __proto__: x, Release: 2.0 } }\n');
  expect(() => readScenarioFile(file)).toThrow('__proto__ cannot be kept');
  expect(() => readScenarioFile(file)).toThrow("quote it: '2.0'");
});

it('a fault of another field is told together with what would be misread', () => {
  expect(faultsIn(planWith('description: !vault x\nrto: 3')).map(({ line }) => line)).toEqual([2, 3]);
});

it('in JSON an account is to be quoted as JSON is', () => {
  const text = JSON.stringify({
    planId: 'shop',
    targets: { dr: { account: 444455556666, region: 'eu-west-1' } },
    waves: [{ waveId: 'web', servers: { tags: { Tier: 'web' }, minimum: 1 } }],
  });
  expect(faultsIn(text)).toMatchObject([{ expected: 'a text; quote it: "444455556666"' }]);
});

it('what comes from a file shows its control characters in the message', () => {
  const file = join(folder, 'plan.yaml');
  writeFileSync(file, planWith('', '    dependsOn: ["\\e[2Jgone\\n  forged.yaml:1  all is well"]'));
  expect(() => readPlanFile(file)).toThrow('\\u001b[2Jgone\\n  forged');
});
