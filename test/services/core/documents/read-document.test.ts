import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../../services/core/documents/read-document.ts';
import { documentFaultsOf } from '../../../../services/core/domain/judge-plan.ts';

/** Each fault with the part of the text that is marked for it. */
const markedIn = (text: string): readonly (readonly [path: string, marked: string | undefined])[] =>
  readDocument(text, documentFaultsOf).faults.map(({ path, place }) => [
    path,
    place && text.slice(place.from, place.to),
  ]);

const wave = 'servers: { tags: { Tier: web }, minimum: 1 }';

describe('a fault is marked', () => {
  it('at its field and value where that is one', () => {
    expect(markedIn(`planId: Shop # loud\nwaves:\n  - waveId: a\n    ${wave}\n`)).toEqual([
      ['planId', 'planId: Shop'],
    ]);
  });

  it('at the name of its field where that holds more', () => {
    expect(markedIn(`planId: a\nwaves:\n  - waveId: b\n    server:\n      - x\n    ${wave}\n`)).toEqual([
      ['waves[0].server', 'server'],
    ]);
  });

  it('at the first line of what lacks something', () => {
    expect(markedIn('planId: a\nwaves:\n  - waveId: b # here\n    description: none\n')).toEqual([
      ['waves[0].servers', 'waveId: b # here'],
    ]);
  });

  it('at the entry of a list', () => {
    expect(markedIn(`planId: a\nwaves:\n  - waveId: b\n    dependsOn: [c, d]\n    ${wave}\n`)).toEqual([
      ['waves[0].dependsOn[0]', 'c'],
      ['waves[0].dependsOn[1]', 'd'],
    ]);
  });

  it('at a field without a value', () => {
    expect(markedIn(`planId:\nwaves:\n  - waveId: b\n    ${wave}\n`)).toEqual([['planId', 'planId:']]);
  });

  it('in JSON as in YAML', () => {
    const text = `{\n  "planId": "Shop",\n  "waves": [{ "waveId": "b", "servers": { "tags": {}, "minimum": 1 } }]\n}`;
    expect(markedIn(text)).toEqual([
      ['planId', '"planId": "Shop"'],
      ['waves[0].servers.tags', '"tags"'],
    ]);
  });

  it('in the rest of its line where the text cannot be read on', () => {
    expect(markedIn('planId: a\nwaves: [\n  {,\n')[0]).toEqual(['', ',']);
  });

  it('nowhere in a text that says nothing', () => {
    expect(markedIn('# nothing yet\n')).toEqual([['', undefined]]);
  });

  it('never over more than one line', () => {
    const text = `planId: a\nwaves:\n  - waveId: b\n    ${wave}\n    description: >\n      folded\n      text\nprovenWithinDays: >-\n  ten\n  days\n`;
    for (const [, marked] of markedIn(text)) expect(marked).not.toContain('\n');
  });
});

it('all faults come at once, with the value that they are about', () => {
  const { faults, value } = readDocument(
    `planId: a\nrto: 3\nwaves:\n  - waveId: b\n    dependsOn: [b]\n    ${wave}\n`,
    documentFaultsOf,
  );
  expect(faults.map(({ path }) => path)).toEqual(['rto', 'waves[0].dependsOn[0]']);
  expect(value).toMatchObject({ planId: 'a', rto: 3 });
});
