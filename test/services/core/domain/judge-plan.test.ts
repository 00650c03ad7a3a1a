import { describe, expect, it } from 'vitest';
import { checkPlanText } from '../../../../services/faces/cli/plan-file.ts';
import { documentFaultsOf } from '../../../../services/core/domain/judge-plan.ts';
import { serverId } from '../../../support/frozen-wave.ts';

const wave = (waveId: unknown, more: Readonly<Record<string, unknown>> = {}) => ({
  waveId,
  servers: { tags: { Tier: String(waveId) }, minimum: 1 },
  ...more,
});
const faultsIn = (waves: unknown, more: Readonly<Record<string, unknown>> = {}) =>
  documentFaultsOf({ planId: 'shop', waves, ...more }).map(({ path, message }) => `${path}: ${message}`);

describe('a document that its schema refuses', () => {
  it('tells of a cycle and of a missing dependency beside an unknown field', () => {
    expect(
      faultsIn([wave('a', { dependsOn: ['b'], colour: 'blue' }), wave('b', { dependsOn: ['a', 'nowhere'] })]),
    ).toEqual([
      'waves[0].colour: unknown field colour',
      'waves[1].dependsOn[1]: there is no wave nowhere',
      'waves: these waves wait for each other: a → b → a',
    ]);
  });

  it('tells of the cycle beside an unknown field of the plan itself', () => {
    const waves = [wave('a', { dependsOn: ['b'] }), wave('b', { dependsOn: ['a'] })];
    expect(faultsIn(waves, { owner: 'me' })).toEqual([
      'owner: unknown field owner',
      'waves: these waves wait for each other: a → b → a',
    ]);
  });

  it('judges actions without what is wrong with them', () => {
    const automation = {
      ...{ kind: 'automation', actionId: 'run', document: 'Doc', colour: 'blue', target: 'there' },
      parameters: { Host: ['${wave.nmae}'] },
    };
    const faults = faultsIn([wave('a', { before: [automation, { kind: 'waiting', actionId: 'run' }] })]);
    expect(faults).toEqual(
      expect.arrayContaining([
        'waves[0].before[0].colour: unknown field colour',
        'waves[0].before[0].target: there is no target there',
        'waves[0].before[0].actionId: two actions are named run',
        expect.stringMatching(/^waves\[0\]\.before\[0\]\.parameters.*wave\.nmae/),
      ]),
    );
  });

  it('finds a server that is there twice beside one whose id is wrong', () => {
    const servers = ['s-1', serverId(1), serverId(1)].map((sourceServerId) => ({ sourceServerId }));
    const faults = faultsIn([wave('a', { servers })]);
    expect(faults).toHaveLength(2);
    expect(faults[1]).toContain(`waves[0].servers[2].sourceServerId: server ${serverId(1)} is also at`);
  });

  it('knows a target that is wrong as a target, and says nothing of what follows from what cannot be read', () => {
    const faults = faultsIn(
      [wave('a', { target: 'there' }), wave('Not A Name'), wave('c', { dependsOn: ['d'] })],
      {
        targets: { there: { account: 12, region: 'eu-west-1' } },
      },
    );
    expect(faults.map((fault) => fault.split(':')[0]).toSorted()).toEqual([
      'targets.there.account',
      'waves[1].waveId',
    ]);
  });

  it.each([
    undefined,
    null,
    7,
    'waves',
    [],
    { waves: 7 },
    { waves: [null, 7, [], 'x'] },
    { waves: [{ dependsOn: {} }] },
  ])('is refused and never fails the check: %j', (input) => {
    expect(documentFaultsOf(input).length).toBeGreaterThan(0);
  });

  it('has nothing against a good plan', () => {
    expect(faultsIn([wave('a'), wave('b', { dependsOn: ['a'] })])).toEqual([]);
  });
});

describe('the position of a fault', () => {
  const document = { planId: 'shop', waves: [wave('a', { colour: 'blue' })] };
  const positions = (text: string) => {
    const checked = checkPlanText(text);
    return 'faults' in checked ? checked.faults.map(({ line, column }) => ({ line, column })) : [];
  };

  it('is line and column in a document of one line', () => {
    const text = `${JSON.stringify(document)}\n`;
    expect(positions(text)).toEqual([{ line: 1, column: text.indexOf('"blue"') + 1 }]);
  });

  it('is the line in a document of several', () => {
    expect(positions(JSON.stringify(document, null, 2))).toEqual([{ line: 12, column: undefined }]);
  });
});
