import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  connected,
  disconnected,
  type Edited,
  nameRefusal,
  withoutWave,
  withWave,
} from '../../../../services/faces/console/page/editor/document-edits.ts';
import { readPlanDocument, waveAt } from '../../../../services/faces/console/page/editor/plan-document.ts';

const shop = `# The shop.
planId: shop

waves:
  # First of all.
  - waveId: database   # two of them
    servers: { tags: { Tier: database }, minimum: 2 }

  - waveId: application
    dependsOn: [database] # its data
    servers:
      - sourceServerId: s-00000000000000001   # application-1
    # End of the application.

  # What users see.
  - waveId: web
    dependsOn:
      - application # its pages
      - database
    servers: { tags: { Tier: web }, minimum: 1 }
onFailureActions: [] # none yet
`;

const textOf = (edited: Edited): string => ('text' in edited ? edited.text : expect.fail(edited.refusal));
const refusalOf = (edited: Edited): string =>
  'refusal' in edited ? edited.refusal : expect.fail(edited.text);

/** The lines that one text has and another has not. */
const linesOnlyIn = (one: string, other: string): readonly string[] => {
  const left = other.split('\n');
  return one.split('\n').filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

/** What goes and what comes, line by line; everything else stays letter by letter. */
const changesOf = (before: string, edited: Edited) => ({
  gone: linesOnlyIn(before, textOf(edited)),
  come: linesOnlyIn(textOf(edited), before),
});

const plan = readPlanDocument(shop);

describe('a connection', () => {
  it('is a line behind the name of a wave that waited for none', () => {
    const edited = connected(
      readPlanDocument(shop.replace('    dependsOn: [database] # its data\n', '')),
      'application',
      'database',
    );
    expect(textOf(edited)).toBe(shop.replace('[database] # its data', '[database]'));
  });

  it('is an entry of the list that is there, in brackets or in lines', () => {
    const more = readPlanDocument(textOf(withWave(plan, 'cache', [])));
    expect(changesOf(more.text, connected(more, 'application', 'cache'))).toEqual({
      gone: ['    dependsOn: [database] # its data'],
      come: ['    dependsOn: [database, cache] # its data'],
    });
    expect(changesOf(more.text, connected(more, 'web', 'cache'))).toEqual({
      gone: [],
      come: ['      - cache'],
    });
  });

  it('that would close a circle is refused with the circle, and changes nothing', () => {
    expect(refusalOf(connected(plan, 'database', 'web'))).toBe(
      'Not connected: these waves would wait for each other: database → web → application → database.',
    );
  });

  it('is refused of a wave with itself, twice, and with one that is not there', () => {
    expect(refusalOf(connected(plan, 'web', 'web'))).toBe('web cannot wait for itself.');
    expect(refusalOf(connected(plan, 'web', 'database'))).toBe('web waits for database already.');
    expect(refusalOf(connected(plan, 'web', 'cache'))).toBe('There is no wave cache.');
  });

  it('is taken out with its entry, and the last with its field', () => {
    expect(changesOf(shop, disconnected(plan, 'web', 'application'))).toEqual({
      gone: ['      - application # its pages'],
      come: [],
    });
    expect(changesOf(shop, disconnected(plan, 'application', 'database'))).toEqual({
      gone: ['    dependsOn: [database] # its data'],
      come: [],
    });
  });

  it('quotes a name that YAML would read as a number', () => {
    const numbered = readPlanDocument(
      shop.replace('waveId: database ', "waveId: '007' ").replaceAll('database]', "'007']"),
    );
    const free = readPlanDocument(textOf(disconnected(numbered, 'application', '007')));
    expect(parse(textOf(connected(free, 'application', '007'))).waves[1].dependsOn).toEqual(['007']);
  });

  it('is refused while the text cannot be read', () => {
    expect(refusalOf(connected(readPlanDocument(`${shop}\n  [`), 'web', 'database'))).toContain(
      'cannot be read',
    );
  });
});

describe('a wave', () => {
  it('is added behind the others, with a fault until its servers are said', () => {
    const edited = withWave(plan, 'cache', ['database']);
    expect(changesOf(shop, edited)).toEqual({
      gone: [],
      come: ['  - waveId: cache', '    dependsOn: [database]', '    servers: { tags: {}, minimum: 1 }'],
    });
    expect(readPlanDocument(textOf(edited)).faults.map(({ path }) => path)).toEqual([
      'waves[3].servers.tags',
    ]);
  });

  it('is taken out with whatever waited for it, and the comment above the next one stays', () => {
    const { gone, come } = changesOf(shop, withoutWave(plan, 'application'));
    expect(gone).toEqual([
      '  - waveId: application',
      '    dependsOn: [database] # its data',
      '    servers:',
      '      - sourceServerId: s-00000000000000001   # application-1',
      '    # End of the application.',
      '      - application # its pages',
    ]);
    expect(come).toEqual([]);
  });

  it('has a name of its own in the form of names, and not that of the last actions', () => {
    expect(nameRefusal(plan.waves, 'Not A Name')).toContain('lower-case letters');
    expect(nameRefusal(plan.waves, 'web')).toBe('There is a wave web already.');
    expect(nameRefusal(plan.waves, 'plan-on-failure')).toContain('last actions');
    expect(nameRefusal(plan.waves, 'cache')).toBeUndefined();
  });

  it('is the last one for as long as the plan needs one', () => {
    const only = readPlanDocument('planId: a\nwaves:\n  - waveId: b\n');
    expect(refusalOf(withoutWave(only, 'b'))).toBe('A plan has at least one wave.');
  });

  it('is found by the place of the cursor', () => {
    expect(waveAt(plan.waves, shop.indexOf('application-1'))?.waveId).toBe('application');
    expect(waveAt(plan.waves, shop.indexOf('planId'))).toBeUndefined();
  });
});

describe('JSON', () => {
  const text = `{
  "planId": "shop",
  "waves": [
    {
      "waveId": "database",
      "servers": { "tags": { "Tier": "database" }, "minimum": 1 }
    },
    { "waveId": "web", "dependsOn": ["database"], "servers": { "tags": { "Tier": "web" }, "minimum": 1 } }
  ]
}
`;
  const json = readPlanDocument(text);
  const valueOf = (edited: Edited) => JSON.parse(textOf(edited)) as { readonly waves: readonly object[] };

  it('stays JSON whatever is changed in it', () => {
    const added = withWave(json, 'cache', ['database']);
    expect(valueOf(added).waves[2]).toEqual({
      ...{ waveId: 'cache', dependsOn: ['database'] },
      servers: { tags: {}, minimum: 1 },
    });
    const more = readPlanDocument(textOf(added));
    expect(valueOf(connected(more, 'web', 'cache')).waves[1]).toMatchObject({
      dependsOn: ['database', 'cache'],
    });
    expect(valueOf(disconnected(json, 'web', 'database')).waves[1]).not.toHaveProperty('dependsOn');
    const free = readPlanDocument(textOf(disconnected(more, 'cache', 'database')));
    expect(valueOf(connected(free, 'database', 'cache')).waves[0]).toMatchObject({ dependsOn: ['cache'] });
    expect(valueOf(withoutWave(more, 'database')).waves).toHaveLength(2);
  });
});

describe('what no splice can do', () => {
  it('is done by writing the document anew, and its comments stay', () => {
    const text =
      'planId: a # first\nwaves:\n  - dependsOn: [c] # why\n    waveId: b # second\n    servers: { tags: { T: x }, minimum: 1 }\n  - { waveId: c, servers: { tags: { T: y }, minimum: 1 } }\n';
    const next = textOf(disconnected(readPlanDocument(text), 'b', 'c'));
    expect(parse(next).waves[0]).not.toHaveProperty('dependsOn');
    expect(next).toContain('# first');
    expect(next).toContain('# second');
  });

  it('begins the list of waves', () => {
    const next = textOf(withWave(readPlanDocument('planId: a # mine\nwaves: []\n'), 'b', []));
    expect(parse(next).waves).toEqual([{ waveId: 'b', servers: { tags: {}, minimum: 1 } }]);
    expect(next).toContain('# mine');
  });

  it('is left to people where one list stands for several waves', () => {
    const text =
      'planId: a\nwaves:\n  - { waveId: b }\n  - { waveId: c, dependsOn: &both [b] }\n  - { waveId: d, dependsOn: *both }\n  - { waveId: e }\n';
    expect(refusalOf(connected(readPlanDocument(text), 'c', 'e'))).toContain('only its text can change');
  });
});

const folder = join(import.meta.dirname, '../../../../contracts/plans');

describe.each(readdirSync(folder).filter((name) => !name.includes('.scenario.')))('%s', (name) => {
  const sample = readPlanDocument(readFileSync(join(folder, name), 'utf8'));

  it('keeps every other line whatever is connected, added and taken out', () => {
    const added = withWave(sample, 'added', [sample.waves[0]?.waveId ?? '']);
    expect(changesOf(sample.text, added)).toMatchObject({ gone: [] });
    const more = readPlanDocument(textOf(added));
    expect(more.waves).toHaveLength(sample.waves.length + 1);
    expect(textOf(withoutWave(more, 'added'))).toBe(sample.text);
    for (const { waveId } of sample.waves.slice(1)) {
      const free = readPlanDocument(textOf(disconnected(more, 'added', sample.waves[0]?.waveId ?? '')));
      const { gone, come } = changesOf(free.text, connected(free, waveId, 'added'));
      expect([gone.length, come.length]).toEqual([expect.any(Number), 1]);
      expect(gone.length).toBeLessThanOrEqual(1);
      const joined = readPlanDocument(textOf(connected(free, waveId, 'added')));
      expect(textOf(disconnected(joined, waveId, 'added'))).toBe(free.text);
    }
  });
});
