import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planSchema } from '../../../../contracts/plan.ts';
import { readPlanFile } from '../../../../services/faces/cli/plan-file.ts';
import { fixOf } from '../../../../services/faces/console/page/editor/fixes.ts';
import { readPlanDocument } from '../../../../services/faces/console/page/editor/plan-document.ts';
import { asJson, planText } from '../../../../services/faces/console/page/editor/plan-text.ts';
import { changeBetween, changed } from '../../../../services/faces/console/page/editor/text-change.ts';

const folder = join(import.meta.dirname, '../../../../contracts/plans');

describe.each(readdirSync(folder).filter((name) => !name.includes('.scenario.')))('%s', (name) => {
  const stored = readPlanFile(join(folder, name));

  it('is written without what would hold anyway, and says the same', () => {
    const text = planText(stored);
    expect(planSchema.parse(parse(text))).toEqual(stored);
    expect(readPlanDocument(text).faults).toEqual([]);
    expect(text).not.toContain('onFailureActions: []');
    expect(text.length).toBeLessThan(asJson(stored).length);
  });
});

it('a text with what is not seen is written in quotes, with that written out', () => {
  const hidden = 'evil\u202etxt';
  const plan = planSchema.parse({
    ...{ planId: 'a', description: hidden },
    waves: [{ waveId: 'b', servers: { tags: { T: hidden }, minimum: 1 } }],
  });
  const text = planText(plan);
  expect(text).not.toContain('\u202e');
  expect(planSchema.parse(parse(text))).toEqual(plan);
});

describe('a change between two texts', () => {
  it.each([
    ['a\nb\nc', 'a\nx\nc'],
    ['', 'new'],
    ['aaa', 'aa'],
    ['same end', 'other end'],
  ])('%j to %j is one part, and makes one of the other', (before, after) => {
    const change = changeBetween(before, after);
    expect(change && changed(before, change)).toBe(after);
  });

  it('is none between equals', () => {
    expect(changeBetween('a', 'a')).toBeUndefined();
  });
});

describe('a fault', () => {
  const fixed = (text: string): string | undefined => {
    const [fault = expect.fail('there is a fault')] = readPlanDocument(text).faults;
    const fix = fixOf(text, fault);
    return fix && changed(text, fix.change);
  };
  const servers = 'servers: { tags: { T: x }, minimum: 1 }';

  it('of a field, a value or the name of a wave is mended by the nearest valid one', () => {
    const good = `planId: a\nwaves:\n  - waveId: b\n    ${servers}\n  - waveId: c\n    dependsOn: [b]\n    onFailure: stop\n    ${servers}\n`;
    expect(fixed(good.replace('dependsOn', 'dependson'))).toBe(good);
    expect(fixed(good.replace('stop', 'stpo'))).toBe(good);
    expect(fixed(good.replaceAll('waveId: b', 'waveId: base').replace('[b]', '[bse]'))).toContain('[base]');
  });

  it('has no fix where nothing is near', () => {
    expect(fixed(`planId: a\nnonsense: 1\nwaves:\n  - waveId: b\n    ${servers}\n`)).toBeUndefined();
  });
});
