import { describe, expect, it } from 'vitest';
import { runbookFaults } from '../../../../services/core/domain/runbook-faults.ts';
import type { RunbookParameter } from '../../../../services/core/domain/runbook.ts';
import { aWave, anAutomation, serverId } from '../../../support/frozen-wave.ts';

const required = (type: string, more: Partial<RunbookParameter> = {}): RunbookParameter => ({
  type,
  isRequired: true,
  ...more,
});

const faultsOf = (
  parameters: Readonly<Record<string, RunbookParameter>>,
  told: Readonly<Record<string, readonly string[]>>,
  { servers = 2, assumeRole }: { servers?: number; assumeRole?: string } = {},
) => {
  const wave = aWave('web', {
    servers: Array.from({ length: servers }, (_, n) => ({
      ...{ sourceServerId: serverId(n + 1), name: `web-${n + 1}`, critical: true },
      tags: { Role: `role-${n + 1}` },
    })),
  });
  const action = anAutomation('check', {
    ...{
      document: 'Check',
      parameters: Object.fromEntries(Object.entries(told).map(([k, v]) => [k, [...v]])),
    },
    ...(assumeRole !== undefined && { assumeRole }),
  });
  if (action.kind !== 'automation') throw new Error('it is an automation');
  const question = { action, wave, planId: 'shop', mode: 'DRILL' as const, at: 'waves[0].after[0]' };
  return runbookFaults({ parameters }, question).map(({ path, message, expected }) =>
    [path.replace('waves[0].after[0]', ''), message, expected].join(' | '),
  );
};

describe('what a runbook is told', () => {
  const list = '${servers.instanceIds}';

  it('is good when each parameter is declared, given and of its type', () => {
    const parameters = {
      Ids: required('StringList'),
      Instances: required('List<AWS::EC2::Instance::Id>'),
      Mode: required('String', { allowedValues: ['DRILL', 'RECOVERY'] }),
      Wait: required('Integer'),
      Force: required('Boolean'),
      Tags: required('StringMap'),
      Execution: required('String', { allowedPattern: '^never$' }),
      Optional: { type: 'String', isRequired: false },
      AutomationAssumeRole: { type: 'AWS::IAM::Role::Arn', isRequired: false },
    };
    const told = {
      ...{
        Ids: [list, 'i-extra'],
        Instances: [list],
        Mode: ['${execution.mode}'],
        Wait: ['30'],
        Force: ['true'],
      },
      ...{ Tags: ['{"a":"b"}'], Execution: ['run of ${execution.id}'] },
    };
    expect(faultsOf(parameters, told, { assumeRole: 'arn:aws:iam::111122223333:role/Auto' })).toEqual([]);
  });

  it.each([
    [50, []],
    [
      51,
      [
        '.parameters.Ids | Ids would be given 51 values, and SSM takes at most 50 | at most 50: smaller waves, or a runbook that is given a tag and finds its servers by it',
      ],
    ],
  ])('may be a list of %i servers', (servers, expected) => {
    expect(faultsOf({ Ids: required('StringList') }, { Ids: [list] }, { servers })).toEqual(expected);
  });

  it('counts what stands beside a list of servers', () => {
    const told = { Ids: [list, 'one more'] };
    expect(faultsOf({ Ids: required('StringList') }, told, { servers: 50 })).toHaveLength(1);
  });

  it.each<[string, RunbookParameter, readonly string[], string]>([
    ['a list for one value', required('String'), [list], 'exactly one value'],
    ['nothing for one value', required('String'), [], 'exactly one value'],
    [
      'more than the runbook takes',
      required('StringList', { maxItems: 1 }),
      [list],
      'at most 1: smaller waves',
    ],
    ['fewer than the runbook takes', required('StringList', { minItems: 3 }), [list], 'at least 3'],
    ['a value that is not allowed', required('String', { allowedValues: ['a', 'b'] }), ['c'], 'one of a, b'],
    ['another pattern', required('String', { allowedPattern: '^x' }), ['y'], 'text that matches ^x'],
    [
      'a tag of another pattern',
      required('StringList', { allowedPattern: '^role-1$' }),
      ['${servers.tags.Role}'],
      'text that matches ^role-1$',
    ],
    ['no whole number', required('Integer'), ['3.5'], 'a whole number'],
    ['neither true nor false', required('Boolean'), ['yes'], 'true or false'],
    ['no object', required('StringMap'), ['a=b'], 'an object in JSON'],
    ['no instance', required('List<AWS::EC2::Instance::Id>'), ['web-1'], 'an instance id'],
    ['an empty text', required('String'), [''], '1 to 512 characters'],
    ['too short a text', required('String', { minChars: 4 }), ['abc'], '4 to 512 characters'],
    ['too long a text', required('String', { maxChars: 2 }), ['abc'], '1 to 2 characters'],
  ])('is refused when it is %s', (_, parameter, values, expected) => {
    const faults = faultsOf({ Value: parameter }, { Value: values });
    expect(faults).toEqual([expect.stringContaining(`| ${expected}`)]);
    expect(faults[0]).toMatch(/^\.parameters\.Value \| Value .*would be given /);
  });

  it('is refused with all its faults at once: what is unknown, what is lacking, and the role', () => {
    const parameters = { InstanceIds: required('StringList'), Path: { type: 'String', isRequired: false } };
    const assumeRole = 'arn:aws:iam::111122223333:role/Auto';
    expect(faultsOf(parameters, { InstanceIDs: [list] }, { assumeRole })).toEqual([
      '.parameters.InstanceIDs | the runbook Check has no parameter InstanceIDs | one of InstanceIds, Path',
      '.assumeRole | the runbook Check has no parameter AutomationAssumeRole | one of InstanceIds, Path',
      '.parameters | the runbook Check needs the parameter InstanceIds | InstanceIds: a list of values (StringList)',
    ]);
  });

  it('knows no parameters but those that are declared, whatever objects inherit', () => {
    expect(faultsOf({}, { constructor: ['x'] })).toEqual([
      '.parameters.constructor | the runbook Check has no parameter constructor | no parameters, since it has none',
    ]);
  });

  it('leaves a pattern that only Java knows to SSM', () => {
    expect(faultsOf({ Value: required('String', { allowedPattern: '(?i)^x$' }) }, { Value: ['y'] })).toEqual(
      [],
    );
  });
});
