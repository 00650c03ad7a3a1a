import { describe, expect, it } from 'vitest';
import { completionsAt } from '../../../../services/faces/console/page/editor/completions.ts';
import { knownNamesOf } from '../../../../services/faces/console/page/editor/known-names.ts';

const known = knownNamesOf(
  [
    {
      planId: 'other',
      tags: { team: 'shop' },
      targets: { paris: { account: '444455556666', region: 'eu-west-3' } },
      waves: [
        {
          waveId: 'a',
          servers: { tags: { Tier: 'web', Site: 'north' }, minimum: 1 },
          before: [{ kind: 'automation', actionId: 'stop', document: 'Shop-Stop' }],
        },
      ],
    },
  ],
  {
    servers: [
      {
        sourceServerId: 's-00000000000000001',
        name: 'database-1',
        account: '',
        region: '',
        liveInstances: [],
        plans: [],
      },
    ],
    places: [{ account: '111122223333', region: 'eu-west-1' }],
  },
);

/** Completes where | stands, and gives the labels; and the text once one of them is taken. */
const at = (marked: string) => {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = completionsAt(text, offset, known);
  return {
    labels: found?.options.map(({ label }) => label) ?? [],
    options: found?.options ?? [],
    taken: (label: string): string => {
      const option = found?.options.find((each) => each.label === label);
      if (found === undefined || option === undefined) return expect.fail(`${label} is not offered`);
      return text.slice(0, found.from) + option.text + text.slice(found.to);
    },
  };
};

const head = 'planId: shop\nwaves:\n';

describe('a field', () => {
  it('is completed from the schema, without those that are there', () => {
    const { labels, options, taken } = at(`${head}  - waveId: web\n    de|\n`);
    expect(labels).toContain('dependsOn');
    expect(labels).not.toContain('waveId');
    expect(options.find(({ label }) => label === 'servers')).toMatchObject({
      detail: 'needed',
      isNeeded: true,
    });
    expect(options.find(({ label }) => label === 'timeoutMinutes')).toMatchObject({
      detail: 'default 240',
      about: 'From the start of the wave; then an operator is asked.',
    });
    expect(taken('dependsOn')).toBe(`${head}  - waveId: web\n    dependsOn: \n`);
  });

  it('is completed in an empty document, at the start of an entry, and in brackets', () => {
    expect(at('|').labels).toContain('planId');
    expect(at(`${head}  - |\n`).labels).toContain('waveId');
    expect(at(`${head}  - waveId: web\n    servers: { mi| }\n`).taken('minimum')).toContain('{ minimum:  }');
  });

  it('of an action is one of its kind, and of any while it has none', () => {
    const ofWait = `${head}  - waveId: web\n    before:\n      - kind: wait\n        |\n`;
    expect(at(ofWait).labels).toContain('minutes');
    expect(at(ofWait).labels).not.toContain('document');
    expect(at(`${head}  - waveId: web\n    before:\n      - |\n`).labels).toEqual(
      expect.arrayContaining(['kind', 'document', 'minutes']),
    );
  });

  it('keeps the colon that is there', () => {
    expect(at('plan|: shop\n').taken('planId')).toBe('planId: shop\n');
  });

  it('is quoted in JSON', () => {
    expect(at('{ "planId": "a", "wa|" }').taken('waves')).toBe('{ "planId": "a", "waves":  }');
    expect(at('{ "planId": "a", | }').taken('waves')).toBe('{ "planId": "a", "waves":  }');
  });
});

describe('a value', () => {
  it('is one of those that the schema lists', () => {
    expect(at(`${head}  - waveId: web\n    onFailure: |\n`).labels).toEqual(['stop', 'continue', 'ask']);
    expect(at(`${head}  - waveId: web\n    pauseBefore: t|\n`).labels).toEqual(['true', 'false']);
    expect(at(`${head}  - waveId: web\n    success: |\n`).labels).toEqual([
      ...['all', 'critical', '{ atLeast: 1 }', '{ atLeastPercent: 1 }'],
    ]);
    expect(at(`${head}  - waveId: web\n    before:\n      - kind: |\n`).labels).toEqual(
      expect.arrayContaining(['automation', 'approval', 'wait', 'traffic']),
    );
  });

  it('of dependsOn is another wave, and none that would close a circle', () => {
    const waves = `${head}  - waveId: a\n    dependsOn: [|]\n  - waveId: b\n  - waveId: c\n    dependsOn: [a]\n`;
    expect(at(waves).labels).toEqual(['b']);
    expect(at(`${head}  - waveId: a\n    dependsOn:\n      - |\n  - waveId: b\n`).labels).toEqual(['b']);
    expect(
      at('{ "waves": [{ "waveId": "a" }, { "waveId": "b", "dependsOn": ["|"] }] }').taken('a'),
    ).toContain('["a"]');
  });

  it('is a server that DRS knows, found by its name too', () => {
    const { taken, labels } = at(`${head}  - waveId: web\n    servers:\n      - sourceServerId: data|\n`);
    expect(labels).toEqual(['s-00000000000000001 database-1']);
    expect(taken('s-00000000000000001 database-1')).toContain('sourceServerId: s-00000000000000001\n');
  });

  it('is a name that stored plans use', () => {
    const wave = `${head}  - waveId: web\n    `;
    expect(at(`${wave}before:\n      - kind: automation\n        document: |\n`).labels).toEqual([
      'Shop-Stop',
    ]);
    expect(at(`${wave}servers: { tags: { | }, minimum: 1 }\n`).labels).toEqual(['Tier', 'Site']);
    expect(at(`${wave}servers: { tags: { Tier: | }, minimum: 1 }\n`).labels).toEqual(['web']);
    expect(at(`tags: { | }\n`).labels).toEqual(['team']);
    expect(at(`tags: { team: | }\n`).labels).toEqual(['shop']);
    expect(at(`targets:\n  paris: { region: | }\n`).labels).toEqual(['eu-west-1', 'eu-west-3']);
    expect(at(`targets:\n  paris: { account: | }\n`).taken('444455556666')).toContain(
      `account: "444455556666"`,
    );
  });

  it('of a target is one of the plan', () => {
    expect(
      at(`targets:\n  paris: { region: eu-west-3 }\n${head}  - waveId: a\n    target: |\n`).labels,
    ).toEqual(['paris']);
  });

  it('of a parameter is a reference, in quotes', () => {
    const text = `${head}  - waveId: a\n    after:\n      - kind: automation\n        parameters: { Ids: [|] }\n`;
    expect(at(text).taken('${servers.instanceIds}')).toContain("Ids: ['${servers.instanceIds}']");
  });
});

it('nothing is completed in a comment, in a name that people choose, or on a dash', () => {
  expect(at('planId: a # se|\n').labels).toEqual([]);
  expect(at('planId: |\n').labels).toEqual([]);
  expect(at(`${head}  -|\n`).labels).toEqual([]);
});
