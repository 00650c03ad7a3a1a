import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  namesServers,
  referenceFaults,
  resolveParameters,
  tagsNamedIn,
  unknownFacts,
} from '../../../../services/core/domain/parameter-reference.ts';
import { aWave, serverId } from '../../../support/frozen-wave.ts';

const context = {
  executionId: 'exec-1',
  mode: 'DRILL' as const,
  planId: 'p',
  wave: aWave('web'),
  servers: [
    {
      sourceServerId: serverId(1),
      name: 'web-1',
      tags: { Role: 'blue' },
      instanceId: 'i-1',
      privateAddress: '10.0.0.1',
      availabilityZone: 'eu-west-1a',
    },
    { sourceServerId: serverId(2), name: 'web-2', tags: {}, instanceId: 'i-2' },
  ],
};

const resolved = (value: string): readonly string[] | undefined =>
  resolveParameters({ P: [value] }, context)['P'];

describe('reference in a parameter', () => {
  it.each([
    ['${execution.id}/${execution.mode}/${plan.id}/${wave.id}', ['exec-1/DRILL/p/web']],
    ['${target.account}:${target.region}', ['111122223333:eu-west-1']],
    ['${execution.id}', ['exec-1']],
    ['${servers.instanceIds}', ['i-1', 'i-2']],
    ['${servers.sourceServerIds}', [serverId(1), serverId(2)]],
    ['${servers.names}', ['web-1', 'web-2']],
    ['${servers.privateAddresses}', ['10.0.0.1']],
    ['${servers.availabilityZones}', ['eu-west-1a']],
    ['${servers.tags.Role}', ['blue']],
    ['plain text', ['plain text']],
    ['wave ${wave.id}', ['wave web']],
    ['${wave.id} wave', ['web wave']],
  ])('%s becomes %j', (value, expected) => {
    expect(resolved(value)).toEqual(expected);
  });
});

describe('the tags that parameters name', () => {
  it('are those of their references, and nothing else is', () => {
    const parameters = {
      Role: ['${servers.tags.Role}', 'plain', '${wave.id}'],
      Both: ['${servers.tags.Tier}, ${servers.tags.Owner}', '${servers.names}'],
    };
    expect(tagsNamedIn(parameters)).toEqual(['Role', 'Tier', 'Owner']);
    expect(tagsNamedIn({ None: ['servers.tags.Role'] })).toEqual([]);
  });
});

describe('what is not known of recovered servers', () => {
  it('is each fact that a list asks for and a server lacks, once, by the name of the server', () => {
    const parameters = {
      Hosts: ['${servers.privateAddresses}', '${servers.instanceIds}'],
      Again: ['${servers.privateAddresses}', '${servers.tags.Role}', 'a ${servers.availabilityZones}'],
    };
    expect(unknownFacts(parameters, context.servers)).toEqual([
      '${servers.privateAddresses} of web-2',
      '${servers.tags.Role} of web-2',
    ]);
  });

  it('is nothing where no list is asked for, and where no server is', () => {
    expect(unknownFacts({ Wave: ['${wave.id}', 'plain'] }, context.servers)).toEqual([]);
    expect(unknownFacts({ Hosts: ['${servers.privateAddresses}'] }, [])).toEqual([]);
  });

  it('matters only to parameters that name servers', () => {
    expect(namesServers({ A: ['plain'], B: ['${wave.id}', '${servers.names}'] })).toBe(true);
    expect(namesServers({ A: ['plain', 'x ${servers.names}'], B: ['${wave.id}'] })).toBe(false);
    expect(namesServers({})).toBe(false);
  });
});

/** What each reference of one value stands for. */
const singles = {
  'execution.id': 'exec-1',
  'execution.mode': 'DRILL',
  'plan.id': 'p',
  'wave.id': 'web',
  'target.account': '111122223333',
  'target.region': 'eu-west-1',
} as const;
const lists = [
  'sourceServerIds',
  'names',
  'instanceIds',
  'privateAddresses',
  'availabilityZones',
  'tags.Role',
];
/** Every object has these without anybody having put them there. */
const inherited = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'];

const faultsOf = (value: string, afterRecovery = true) =>
  referenceFaults({ P: ['', value] }, afterRecovery, 'at').map(({ path, message }) => `${path}: ${message}`);

const plain = fc.string().map((text) => text.replaceAll('$', '€'));
const singleName = fc.constantFrom(...(Object.keys(singles) as (keyof typeof singles)[]));
const listName = fc.constantFrom(...lists).map((name) => `servers.${name}`);
const unknownName = fc
  .oneof(
    fc.constantFrom(...inherited),
    fc.string().map((text) => text.replaceAll('}', ')')),
  )
  .filter((name) => !Object.hasOwn(singles, name) && !name.startsWith('servers.'));

describe('any text with references', () => {
  it.each([
    [
      '${moon}',
      true,
      'one of execution.id, execution.mode, plan.id, wave.id, target.account, target.region, ' +
        'servers.sourceServerIds, servers.names, servers.instanceIds, servers.privateAddresses, ' +
        'servers.availabilityZones, servers.tags.KEY',
    ],
    ['${servers.tags.}', true, expect.stringContaining('servers.tags.KEY')],
    ['${servers.names}', false, 'this reference in an after-action, or before a clean-up'],
    ['a ${servers.names}', true, '"${servers.names}" as the whole value'],
    ['${servers.names} b', true, '"${servers.names}" as the whole value'],
  ])('says what would be valid in place of %s', (value, afterRecovery, expected) => {
    const found = referenceFaults({ P: [value] }, afterRecovery, 'at');
    expect(found.map((fault) => fault.expected)).toEqual([expected]);
  });

  it('becomes the same text with what they stand for', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, singleName)), plain, (parts, tail) => {
        const written = parts.map(([text, name]) => `${text}\${${name}}`).join('') + tail;
        const meant = parts.map(([text, name]) => text + singles[name]).join('') + tail;
        expect(faultsOf(written, false)).toEqual([]);
        expect(resolved(written)).toEqual([meant]);
      }),
    );
  });

  it('is a fault for each name that is not known, and is not touched', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, unknownName), { minLength: 1 }), plain, (parts, tail) => {
        const written = parts.map(([text, name]) => `${text}\${${name}}`).join('') + tail;
        expect(faultsOf(written)).toEqual(
          parts.map(([, name]) => `at.P[1]: \${${name}} is not a known reference`),
        );
        expect(resolved(written)).toEqual([written]);
      }),
    );
  });

  it('has a list of servers alone, and after the recovery', () => {
    fc.assert(
      fc.property(listName, plain, plain, (name, before, after) => {
        const written = `\${${name}}`;
        const within = before + written + after;
        expect(faultsOf(written)).toEqual([]);
        expect(faultsOf(within, false)).toEqual([`at.P[1]: ${written} is known only after the recovery`]);
        expect(faultsOf(within)).toEqual(
          within === written ? [] : [`at.P[1]: ${written} is a list and must be the whole value`],
        );
      }),
    );
  });

  it.each(inherited)('takes no server for one that has the tag %s', (tag) => {
    expect(resolved(`\${servers.tags.${tag}}`)).toEqual([]);
  });
});
