import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pathText } from '../../../../../contracts/faults.ts';
import { importMapSchema } from '../../../../../services/faces/cli/import/import-map.ts';
import { importKinds } from '../../../../../services/faces/cli/import/kinds/kinds.ts';
import { type Imported, readImport } from '../../../../../services/faces/cli/import/read-import.ts';
import { kinds as offered } from '../../../../../services/faces/cli/plan-commands.ts';
import { importCases } from './cases.ts';

interface Asked {
  readonly from?: string;
  readonly map?: object;
  readonly asGraph?: boolean;
  readonly inTurn?: boolean;
}

const read = (value: unknown, { from, map = {}, asGraph = false, inTurn = false }: Asked = {}): Imported =>
  readImport(value, { from, map: importMapSchema.parse(map), asGraph, inTurn });

const faultsOf = (value: unknown, asked?: Asked): readonly string[] =>
  read(value, asked).faults.map(({ path, message }) => `${path}: ${message}`);

const wavesOf = (value: unknown, asked?: Asked) => {
  const { plans, faults } = read(value, asked);
  expect(faults).toEqual([]);
  return plans[0]?.plan.waves ?? [];
};

const server = (n: number): string => `s-${String(n).padStart(17, '0')}`;

const exported = (waves: readonly object[], groups: readonly object[] = []) => ({
  sourceAccount: '111122223333',
  protectionGroups: [{ groupName: 'g', region: 'eu-west-1', accountId: '' }, ...groups],
  recoveryPlans: [{ planName: 'plan', waves }],
});

const exportedWave = (waveNumber: number, more: object = {}) => ({
  waveNumber,
  waveName: `wave ${waveNumber}`,
  protectionGroupName: 'g',
  serverIds: [server(waveNumber + 1)],
  ...more,
});

const item = (waves: readonly object[], more: object = {}) => ({
  PlanId: 'plan',
  ...more,
  Waves: waves.map((wave, index) => ({ ServerIds: [server(index + 1)], ...wave })),
});

const arn = (n: number, region = 'eu-west-1'): string =>
  `arn:aws:drs:${region}:111122223333:source-server/${server(n)}`;

const ofDrs = (...configurations: readonly object[]) => ({
  recoveryPlan: { name: 'plan' },
  recoveryPlanSteps: configurations.map((configuration, index) => ({
    stepOrder: index + 1,
    stepName: `step ${index + 1}`,
    configuration,
  })),
});

const recovers = (...servers: readonly object[]) => ({ serverStepConfiguration: { servers } });
const waits = (waitDurationMinutes: unknown) => ({ waitStepConfiguration: { waitDurationMinutes } });

const ofSiteRecovery = (...groups: readonly object[]) => ({ name: 'plan', properties: { groups } });
const boot = (name: string, more: object = {}) => ({
  groupType: 'Boot',
  replicationProtectedItems: [{ id: `/x/${name}` }],
  ...more,
});

const application = (plan: object, more: object = {}) => ({
  AppName: 'app',
  KeyName: 'Application',
  KeyValue: 'app',
  AccountId: '111122223333',
  Region: 'eu-west-1',
  Plans: [{ PlanName: 'plan', ...plan }],
  ...more,
});

const aWave = { Name: 'wave', KeyName: 'Role', KeyValue: 'db' };

describe('import', () => {
  it('offers by name the kinds that there are', () => {
    expect(offered.toSorted()).toEqual(importKinds.map(({ name }) => name).toSorted());
  });

  it.each(importCases)('recognises $name by its content as one kind alone', ({ file }) => {
    const value: unknown = parse(readFileSync(file, 'utf8'));
    const plain: unknown = (value as { readonly Item?: unknown }).Item === undefined ? value : undefined;
    if (plain !== undefined) expect(importKinds.filter(({ isIt }) => isIt(plain))).toHaveLength(1);
  });

  it.each([
    ['nothing', null, 'is nothing that can be imported'],
    ['a text', 'plan', 'is nothing that can be imported'],
    ['an empty list', [], 'is nothing that can be imported'],
    ['an execution', { executionId: 'e', waves: [] }, 'is the record of an execution'],
    ['a request', { PlanId: 'p', ExecutionType: 'DRILL' }, 'asks for an execution'],
    ['a run of drs-plan-automation', { IsDrill: true, Applications: [] }, 'asks drs-plan-automation'],
    ['a protection group', { Id: 'g', ServerIds: [] }, 'is a protection group'],
    ['a list of plans without steps', { recoveryPlans: [{ recoveryPlanArn: 'a' }] }, 'has no steps'],
    ['half a plan of DRS', { recoveryPlan: {} }, 'is one half of a recovery plan'],
    ['a plan of its own', { planId: 'p', waves: [] }, 'is a plan of Groundswell already'],
  ])('refuses %s with the reason', (_, value, reason) => {
    expect(read(value)).toMatchObject({
      plans: [],
      faults: [{ path: '', message: expect.stringContaining(reason) as string }],
    });
  });

  it('refuses a file that is of another kind than was asked for', () => {
    expect(read(ofDrs(recovers({ serverArn: arn(1) })), { from: 'site-recovery' }).faults).toEqual([
      {
        path: '',
        message: expect.stringContaining('not what --from site-recovery asks for') as string,
        expected: '--from drs',
      },
    ]);
    expect(faultsOf({}, { from: 'nothing' })).toEqual([': there is no kind nothing']);
  });

  it('tells everything that is wrong at once, each with its place', () => {
    const value = exported([
      exportedWave(0, { serverIds: ['old-name', 7] }),
      exportedWave(1, { serverIds: 'all', pauseBeforeWave: 'yes' }),
    ]);
    expect(faultsOf(value)).toEqual([
      'recoveryPlans[0].waves[0].serverIds[1]: is 7',
      'recoveryPlans[0].waves[0].serverIds[0]: "old-name" is not the id of a DRS source server',
      'recoveryPlans[0].waves[1].pauseBeforeWave: is "yes"',
      'recoveryPlans[0].waves[1].serverIds: is "all"',
      expect.stringContaining('has no servers, and neither has its group'),
    ]);
  });

  it('tells what a plan may not hold at the place of the file that it came from', () => {
    const value = exported([exportedWave(0), exportedWave(1, { serverIds: [server(1)] })]);
    expect(faultsOf(value)).toEqual([
      `recoveryPlans[0].waves[1].serverIds[0]: server ${server(1)} is also at waves[0].servers[0].sourceServerId`,
    ]);
  });

  it('shows nothing of a name as a control character', () => {
    const { plans } = read(exported([exportedWave(0, { waveName: 'a\u001b[2J\nb' })]));
    expect(plans[0]?.plan.waves[0]?.waveId).toBe('a-2-j-b');
  });
});

describe('import of an export of the orchestrator', () => {
  it('runs waves in the order of the list unless it is asked for the graph', () => {
    const value = exported([exportedWave(0), exportedWave(1), exportedWave(2, { dependsOnWaves: [0] })]);
    expect(wavesOf(value).map(({ dependsOn }) => dependsOn)).toEqual([undefined, ['wave-0'], ['wave-1']]);
    expect(wavesOf(value, { asGraph: true }).map(({ dependsOn }) => dependsOn)).toEqual([
      undefined,
      undefined,
      ['wave-0'],
    ]);
  });

  it('refuses a cycle and a wave that is not there, but only where dependencies are followed', () => {
    const value = exported([
      exportedWave(0, { dependsOnWaves: [1] }),
      exportedWave(1, { dependsOnWaves: [0] }),
    ]);
    expect(faultsOf(value, { asGraph: true })).toEqual([
      expect.stringContaining('these waves wait for each other'),
    ]);
    expect(wavesOf(value)).toHaveLength(2);
    expect(faultsOf(exported([exportedWave(0, { dependsOnWaves: [7] })]), { asGraph: true })).toEqual([
      'recoveryPlans[0].waves[0].dependsOnWaves: there is no wave 7',
    ]);
  });

  it('refuses a wave whose group is not in the file, unless the map knows it', () => {
    const orphan = exportedWave(0, {
      protectionGroupName: undefined,
      protectionGroupId: 'lost',
      serverIds: [],
    });
    expect(faultsOf(exported([orphan]))).toEqual([
      'recoveryPlans[0].waves[0]: neither names servers nor a group of this file',
    ]);
    const map = { account: '111122223333', region: 'eu-west-1', groups: { lost: { servers: [server(4)] } } };
    expect(wavesOf(exported([orphan]), { map })).toMatchObject([
      { servers: [{ sourceServerId: server(4) }] },
    ]);
  });

  it('refuses two groups of one name, two waves of one number, and an account into which no role leads', () => {
    const foreign = { groupName: 'h', region: 'eu-west-1', accountId: '444455556666' };
    expect(faultsOf(exported([exportedWave(0), exportedWave(0)], [{ ...foreign, groupName: 'g' }]))).toEqual([
      'protectionGroups[1].groupName: two groups are named g',
      'recoveryPlans[0].waves[1].waveNumber: two waves have the number 0',
    ]);
    expect(faultsOf(exported([exportedWave(0, { protectionGroupName: 'h' })], [foreign]))).toEqual([
      'protectionGroups[1]: names no role into the account 444455556666',
    ]);
  });
});

describe('import of items of the older orchestrator', () => {
  const dependsOn = (value: unknown) => wavesOf(value).map((wave) => wave.dependsOn ?? []);

  it('binds dependencies by what they say, in the numbering from 1 and in that from 0', () => {
    expect(dependsOn(item([{ WaveNumber: 1 }, { WaveNumber: 2, Dependencies: ['Wave-1'] }]))).toEqual([
      [],
      ['wave-1'],
    ]);
    expect(
      dependsOn(
        item([
          { WaveId: 'wave-0', ExecutionOrder: 0 },
          { WaveId: 'wave-1', ExecutionOrder: 1, Dependencies: [{ DependsOnWaveId: 'wave-0' }] },
        ]),
      ),
    ).toEqual([[], ['wave-0']]);
    expect(
      dependsOn(
        item([{ ExecutionOrder: 0 }, { ExecutionOrder: 1, Dependencies: [{ DependsOnWaveId: 'wave-0' }] }]),
      ),
    ).toEqual([[], ['wave-0']]);
  });

  it('refuses a dependency that fits no wave of its numbering, and one that fits two', () => {
    expect(faultsOf(item([{ WaveNumber: 1 }, { WaveNumber: 2, Dependencies: ['Wave-0'] }]))).toEqual([
      'Waves[1].Dependencies[0]: there is no wave Wave-0',
    ]);
    expect(
      faultsOf(item([{ WaveName: 'a' }, { WaveName: 'a' }, { WaveName: 'b', Dependencies: ['a'] }])),
    ).toEqual(['Waves[2].Dependencies[0]: a can be more than one wave']);
  });

  it('refuses cycles, references that nobody knows and runbooks in many places', () => {
    const cycle = item([
      { WaveNumber: 1, Dependencies: ['Wave-2'] },
      { WaveNumber: 2, Dependencies: ['Wave-1'] },
    ]);
    expect(faultsOf(cycle)).toEqual([expect.stringContaining('these waves wait for each other')]);
    const action = {
      DocumentName: 'Doc',
      Parameters: { Ids: ['{{PlanId}}'], Text: ['${execution.id}'] },
      TargetLocations: [{}],
    };
    expect(faultsOf(item([{ PostWaveActions: [action] }]))).toEqual([
      'Waves[0].PostWaveActions[0].Parameters.Ids[0]: {{PlanId}} holds a reference that has no counterpart',
      'Waves[0].PostWaveActions[0].Parameters.Text[0]: ${execution.id} would be read as a reference of Groundswell',
      'Waves[0].PostWaveActions[0].TargetLocations: starts the runbook in several accounts or Regions, which one action does not do',
    ]);
  });

  it.each([
    ['1200', undefined, ': 1200 has no unit'],
    ['soon', undefined, ': "soon" is no duration'],
    ['0', 'minutes', ': is 0 in minutes'],
  ])('refuses the RTO %s', (RTO, rto, fault) => {
    expect(faultsOf(item([{}], { RTO }), { map: { units: rto === undefined ? {} : { rto } } })).toEqual([
      `RTO${fault}`,
    ]);
  });
});

describe('import of an application of drs-plan-automation', () => {
  it('refuses an RTO without a unit, and takes one with the unit of the map', () => {
    const value = application({ RTO: '1200', Waves: [aWave] });
    expect(faultsOf(value)).toEqual(['Plans[0].RTO: 1200 has no unit']);
    expect(read(value, { map: { units: { rto: 'seconds' } } }).plans[0]?.plan.rtoMinutes).toBe(20);
  });

  it('refuses tags that no server can have at once, and waves without any', () => {
    const Waves = [{ ...aWave, KeyName: 'Application', KeyValue: 'other' }, { Name: 'untagged' }];
    expect(faultsOf(application({ Waves }))).toEqual([
      'Plans[0].Waves[0].KeyValue: no server has Application as app, as the application asks, and as other',
      'Plans[0].Waves[1].KeyName: is missing',
    ]);
  });
});

describe("import of DRS's own recovery plans", () => {
  it('makes of optional servers alone a wave that holds with none of them', () => {
    const value = ofDrs(recovers({ serverArn: arn(1), impactLevel: 'OPTIONAL' }));
    expect(wavesOf(value)).toMatchObject([{ success: 'critical', servers: [{ critical: false }] }]);
  });

  it('takes 101 servers in one step, which a wave may have', () => {
    const servers = Array.from({ length: 101 }, (_, index) => ({ serverArn: arn(index + 1) }));
    expect(wavesOf(ofDrs(recovers(...servers)))[0]?.servers).toHaveLength(101);
  });

  it('refuses a plan that recovers nothing, servers in two Regions, and waits that are none', () => {
    expect(faultsOf(ofDrs(waits(5)))).toEqual([
      'recoveryPlanSteps: there is no step that recovers servers: DRS calls such a plan INVALID',
    ]);
    expect(faultsOf(ofDrs(recovers({ serverArn: arn(1) }, { serverArn: arn(2, 'us-east-1') })))).toEqual([
      ': its servers are in 111122223333/eu-west-1 and 111122223333/us-east-1',
    ]);
    expect(
      faultsOf(ofDrs(recovers({ serverArn: arn(1) }), waits(0), waits(121), waits('5'), {})),
    ).toHaveLength(5);
  });

  it('refuses two steps of one number', () => {
    const value = ofDrs(recovers({ serverArn: arn(1) }), recovers({ serverArn: arn(2) }));
    const steps = value.recoveryPlanSteps.map((step) => ({ ...step, stepOrder: 1 }));
    expect(faultsOf({ ...value, recoveryPlanSteps: steps })).toEqual([
      'recoveryPlanSteps[1].stepOrder: two steps are number 1',
    ]);
  });
});

describe('import of a plan of Site Recovery', () => {
  it('refuses groups in an order that cannot be, and machines where there are none', () => {
    const value = ofSiteRecovery(
      boot(server(1)),
      { groupType: 'Failover' },
      { groupType: 'Shutdown' },
      { groupType: 'Failover' },
    );
    expect(faultsOf(value)).toEqual([
      'properties.groups[1]: a Failover group after machines were started',
      'properties.groups[2]: a Shutdown group after Boot, Failover',
      'properties.groups[3]: is a second Failover group',
      'properties.groups[3]: a Failover group after machines were started',
    ]);
    expect(faultsOf(ofSiteRecovery({ ...boot(server(1)), groupType: 'Shutdown' }, boot(server(2))))).toEqual([
      'properties.groups[0].replicationProtectedItems: a Shutdown group has no machines of its own',
    ]);
  });

  it('refuses machines and runbooks that nobody has mapped, durations that are none, and plans without machines', () => {
    const action = {
      actionName: 'run',
      customDetails: {
        instanceType: 'ScriptActionDetails',
        path: 'a.ps1',
        timeout: 'PT',
        fabricLocation: 'Primary',
      },
    };
    expect(
      faultsOf(ofSiteRecovery(boot('sql-1', { startGroupActions: [action, { actionName: 'odd' }] }))),
    ).toEqual([
      'properties.groups[0].startGroupActions[0].customDetails.timeout: PT is no duration',
      'properties.groups[0].startGroupActions[0].customDetails: the script a.ps1 is no SSM document',
      'properties.groups[0].startGroupActions[1].customDetails: is missing',
      'properties.groups[0].replicationProtectedItems[0]: "sql-1" is not the id of a DRS source server',
    ]);
    expect(faultsOf(ofSiteRecovery({ groupType: 'Boot' }))).toEqual(['properties: no group has machines']);
  });
});

describe('import of a plan of Region switch', () => {
  const step = (name: string, more: object = {}) => ({
    name,
    executionBlockType: 'CustomActionLambda',
    executionBlockConfiguration: {
      customActionLambdaConfig: { lambdas: [{ arn: 'arn:aws:lambda:eu-west-1:111122223333:function:f' }] },
    },
    ...more,
  });
  const plan = (...steps: readonly object[]) => ({
    name: 'plan',
    recoveryApproach: 'activePassive',
    workflows: [{ workflowTargetAction: 'activate', workflowTargetRegion: 'eu-west-1', steps }],
  });

  it('refuses a plan of which nobody has said what recovers servers, and names the steps that might', () => {
    expect(read(plan(step('one'))).faults).toMatchObject([
      { path: 'workflows', expected: expect.stringContaining('functions are called by one') as string },
    ]);
  });

  it('refuses every step that nobody has decided about', () => {
    const map = { steps: { one: { servers: [server(1)] } } };
    expect(faultsOf(plan(step('one'), step('two')), { map })).toEqual([
      'workflows[0].steps[1]: what the step two (CustomActionLambda) is for Groundswell, only a person knows',
    ]);
  });

  it('refuses actions that would stand between waves side by side', () => {
    const both = {
      name: 'both',
      executionBlockType: 'Parallel',
      executionBlockConfiguration: { parallelConfig: { steps: [step('one'), step('two')] } },
    };
    const map = {
      steps: { one: { servers: [server(1)] }, two: { servers: [server(2)] }, after: { document: 'After' } },
    };
    expect(faultsOf(plan(both, step('after')), { map })).toEqual([
      'workflows[0].steps[1]: actions follow steps that run side by side',
    ]);
  });
});

type Path = readonly (string | number)[];

/** The places of all objects in a value. */
const objectsIn = (value: unknown, path: Path = []): readonly Path[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, member]) =>
    objectsIn(member, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return Array.isArray(value) ? inner : [path, ...inner];
};

const withMember = (value: unknown, path: Path, name: string): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return { ...(value as object), [name]: 'something' };
  if (Array.isArray(value))
    return value.map((each: unknown, at) => (at === key ? withMember(each, rest, name) : each));
  const members = value as Readonly<Record<string, unknown>>;
  return { ...members, [key]: withMember(members[String(key)], rest, name) };
};

describe('whatever a file says beyond what is known', () => {
  const read = importCases.filter(({ name }) => name !== 'items-of-the-table' && !name.includes('+'));

  it.each(read)('is told of, wherever it stands in $name', ({ file, options }) => {
    const value: unknown = parse(readFileSync(file, 'utf8'));
    const map = importMapSchema.parse(
      options.map === undefined ? {} : parse(readFileSync(options.map, 'utf8')),
    );
    fc.assert(
      fc.property(fc.constantFrom(...objectsIn(value)), (path) => {
        const changed = readImport(withMember(value, path, 'unheardOf'), {
          from: undefined,
          map,
          asGraph: false,
          inTurn: false,
        });
        const told = [...changed.notes.map(({ from }) => from), ...changed.faults.map((fault) => fault.path)];
        const places = [...path, 'unheardOf'].map((_, length) =>
          pathText([...path, 'unheardOf'].slice(0, length + 1)),
        );
        return places.some((place) => told.includes(place));
      }),
      { numRuns: 60 },
    );
  });
});
