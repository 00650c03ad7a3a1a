import type { AutomationExecution } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import type { ActionStage } from '../../contracts/wave-events.ts';
import { isAbout, type OperatedRuntime, operateRuntime, patienceMs } from '../support/operated-runtime.ts';

const frankfurt = { account: '444455556666', region: 'eu-central-1' };
const tier = (name: string, count: number, windowSeconds = 60) => ({
  ...{ name: `${name}-{n}`, count, windowSeconds, tags: { Tier: name } },
});
const scenario = scenarioSchema.parse({
  drs: {
    servers: [
      tier('database', 2),
      tier('web', 1),
      tier('mail', 1),
      tier('search', 1),
      tier('files', 1, 1_800),
    ],
    failures: ['database-2', 'mail-1'].map((server) => ({ server, phase: 'LAUNCH' })),
  },
  ssm: {
    documents: {
      'Groundswell-WarmCache': { outcomes: [{ result: 'NeverEnds' }] },
      'Groundswell-SwitchDns': { outcomes: [{ result: 'Failed', message: 'the zone is locked' }] },
    },
  },
  targets: { [`${frankfurt.account}/${frankfurt.region}`]: {} },
});

let operated: OperatedRuntime;
beforeAll(async () => {
  operated = await operateRuntime({ speed: 300, scenario });
}, patienceMs);
afterAll(() => operated.close());

/** A wave of all servers of its tier. */
const wave = (waveId: string, more: object = {}) => ({
  ...{ waveId, servers: { tags: { Tier: waveId }, minimum: 1 }, ...more },
});
const runbook = (actionId: string, document: string, more: object = {}) => ({
  ...{ kind: 'automation' as const, actionId, document, ...more },
});

/** A message with everything that an action can refer to which has no recovered servers. */
const tell = (actionId: string, more: object = {}, parameters: object = {}) =>
  runbook(actionId, 'Groundswell-NotifyTeam', {
    ...more,
    parameters: {
      ExecutionId: ['${execution.id}'],
      Mode: ['${execution.mode}'],
      WaveId: ['${wave.id}'],
      TargetAccount: ['${target.account}'],
      TargetRegion: ['${target.region}'],
      Message: ['${plan.id} in ${target.region}: see ${wave.id}'],
      ...parameters,
    },
  });
const told = (executionId: string, planId: string, waveId: string) => ({
  ...{ ExecutionId: [executionId], Mode: ['DRILL'], WaveId: [waveId] },
  ...{ TargetAccount: ['111122223333'], TargetRegion: ['eu-west-1'] },
  Message: [`${planId} in eu-west-1: see ${waveId}`],
});

/** What SSM itself says of the automation of an action. */
const automationOf = async (
  executionId: string,
  waveId: string,
  [stage, actionId]: readonly [ActionStage, string],
  place?: typeof frankfurt,
) => {
  const { automationExecutionId } = await operated.said(
    executionId,
    'ActionStarted',
    (data) => isAbout(waveId)(data) && data.stage === stage && data.actionId === actionId,
  );
  return operated.automation(automationExecutionId, place);
};

/** What a stream says, from its first event of this type on, without the progress of jobs. */
const expectStream = (executionId: string, waveId: string | undefined, from: string) => {
  const said = () =>
    operated
      .stream(executionId, waveId)
      .map(({ type, data }) => ('actionId' in data ? `${type} ${data.actionId}` : type))
      // Whether a look comes between the last launch and the end of its job is a matter of moments.
      .filter((text) => text !== 'DRSJobProgressed' && text !== 'ServerLaunchesEnded');
  return expect.poll(() => said().slice(said().indexOf(from)), { timeout: patienceMs - 10_000 });
};

const instantOf = (executionId: string, type: string): number => {
  const event = operated.heard(executionId).find((each) => each.type === type);
  return Date.parse(event?.metadata.emittedAt ?? expect.fail(`nobody has said ${type}`));
};

/** By SSM's own record it began and ended while the execution said these two events. */
const expectBetween = (
  { ExecutionStartTime, ExecutionEndTime }: AutomationExecution,
  from: number,
  to: number,
): void => {
  expect(ExecutionStartTime?.getTime() ?? 0).toBeGreaterThanOrEqual(from);
  expect(ExecutionEndTime?.getTime() ?? Infinity).toBeLessThanOrEqual(to);
};

const ranToItsEnd = (actionId: string): readonly string[] =>
  ['ActionClaimed', 'ActionStarted', 'ActionCompleted'].map((type) => `${type} ${actionId}`);

describe('last actions of an execution that fails', { timeout: patienceMs }, () => {
  let executionId: string;

  beforeAll(async () => {
    const role = `arn:aws:iam::${frankfurt.account}:role/groundswell-target`;
    executionId = await operated.drill({
      planId: 'failing',
      targets: { frankfurt: { ...frankfurt, role } },
      waves: [
        wave('database', {
          onFailureActions: [
            tell(
              'tell-dbas',
              {},
              { InstanceIds: ['${servers.instanceIds}'], ServerNames: ['${servers.names}'] },
            ),
          ],
          onCancelActions: [tell('not-cancelled')],
        }),
        wave('web', { dependsOn: ['database'], onFailureActions: [tell('not-started')] }),
      ],
      onFailureActions: [tell('tell-all', { target: 'frankfurt' })],
      onCancelActions: [tell('not-cancelled')],
    });
    await operated.said(executionId, 'ExecutionFailed');
  }, patienceMs);

  it('run in the wave before it has failed, and know the servers that it did recover', async () => {
    await expectStream(executionId, 'database', 'DRSJobCompleted').toEqual([
      'DRSJobCompleted',
      ...ranToItsEnd('tell-dbas'),
    ]);
    const automation = await automationOf(executionId, 'database', ['onFailure', 'tell-dbas']);
    expect(automation).toMatchObject({
      AutomationExecutionStatus: 'Success',
      Parameters: {
        ...told(executionId, 'failing', 'database'),
        InstanceIds: [expect.stringMatching(/^i-/)],
        ServerNames: ['database-1'],
      },
    });
    expect(automation.ExecutionEndTime?.getTime()).toBeLessThanOrEqual(instantOf(executionId, 'WaveFailed'));
  });

  it('run for the plan when everything has finished, before the execution has failed, in the target that they name', async () => {
    await expectStream(executionId, undefined, 'WaveFailed').toEqual([
      'WaveFailed',
      'WaveSkipped',
      'WaveStarted',
      'WaveCompleted',
      'ExecutionFailed',
    ]);
    const automation = await automationOf(executionId, 'plan-on-failure', ['before', 'tell-all'], frankfurt);
    expect(automation).toMatchObject({
      AutomationExecutionStatus: 'Success',
      Parameters: told(executionId, 'failing', 'plan-on-failure'),
    });
    expectBetween(
      automation,
      instantOf(executionId, 'WaveFailed'),
      instantOf(executionId, 'ExecutionFailed'),
    );
  });

  it('are those of failures only, and none of a wave that never started', () => {
    const actions = operated.all(executionId, 'ActionStarted').map(({ data }) => data.actionId);
    expect(actions.toSorted()).toEqual(['tell-all', 'tell-dbas']);
  });
});

describe('last actions of an execution that is cancelled', { timeout: patienceMs }, () => {
  let executionId: string;

  beforeAll(async () => {
    executionId = await operated.drill({
      planId: 'cancelled',
      waves: [
        wave('files', { onFailureActions: [tell('not-failed')], onCancelActions: [tell('tell-files')] }),
        wave('search', {
          before: [runbook('warm', 'Groundswell-WarmCache')],
          onCancelActions: [tell('tell-search')],
        }),
        wave('web', { dependsOn: ['files'], onCancelActions: [tell('not-started')] }),
      ],
      onFailureActions: [tell('not-failed')],
      onCancelActions: [tell('tell-all')],
    });
    await operated.said(executionId, 'DRSJobStarted', isAbout('files'));
    await operated.said(executionId, 'ActionStarted', isAbout('search'));
    await operated.groundswell(
      'cancel',
      executionId,
      '--by',
      'ops',
      '--reason',
      'a false alarm',
      ...['--confirm', 'cancelled'],
    );
    await operated.said(executionId, 'ExecutionCancelled');
  }, patienceMs);

  it('run in a wave that recovers once its job has ended, before the wave has', async () => {
    await expectStream(executionId, 'files', 'WaveStopped').toEqual([
      ...['WaveStopped', 'DRSJobCompleted'],
      ...ranToItsEnd('tell-files'),
    ]);
    expect(await automationOf(executionId, 'files', ['onCancel', 'tell-files'])).toMatchObject({
      AutomationExecutionStatus: 'Success',
      Parameters: told(executionId, 'cancelled', 'files'),
    });
  });

  it('run in a wave whose runbook is stopped for them', async () => {
    await expectStream(executionId, 'search', 'WaveStopped').toEqual([
      ...['WaveStopped', 'ActionFailed warm'],
      ...ranToItsEnd('tell-search'),
    ]);
    const warming = await automationOf(executionId, 'search', ['before', 'warm']);
    expect(warming.AutomationExecutionStatus).toBe('Cancelled');
    expect(await automationOf(executionId, 'search', ['onCancel', 'tell-search'])).toMatchObject({
      AutomationExecutionStatus: 'Success',
      Parameters: told(executionId, 'cancelled', 'search'),
    });
  });

  it('run for the plan when everything has finished, before the execution is cancelled', async () => {
    await expectStream(executionId, undefined, 'ExecutionCancelling').toEqual([
      ...['ExecutionCancelling', 'WaveSkipped', 'WaveFailed', 'WaveFailed'],
      ...['WaveStarted', 'WaveCompleted', 'ExecutionCancelled'],
    ]);
    const automation = await automationOf(executionId, 'plan-on-cancel', ['before', 'tell-all']);
    expect(automation).toMatchObject({
      AutomationExecutionStatus: 'Success',
      Parameters: told(executionId, 'cancelled', 'plan-on-cancel'),
    });
    expectBetween(
      automation,
      instantOf(executionId, 'DRSJobCompleted'),
      instantOf(executionId, 'ExecutionCancelled'),
    );
  });

  it('are those of cancellations only, and none of a wave that never started', () => {
    const actions = operated.all(executionId, 'ActionStarted').map(({ data }) => data.actionId);
    expect(actions.toSorted()).toEqual(['tell-all', 'tell-files', 'tell-search', 'warm']);
  });
});

describe('last actions that fail themselves', { timeout: patienceMs }, () => {
  let executionId: string;

  beforeAll(async () => {
    const switchDns = (more: object = {}) => runbook('switch-dns', 'Groundswell-SwitchDns', more);
    executionId = await operated.drill({
      planId: 'in-vain',
      waves: [wave('mail', { onFailureActions: [switchDns({ optional: true }), tell('tell-postmaster')] })],
      onFailureActions: [switchDns(), tell('never')],
    });
    await operated.said(executionId, 'ExecutionFailed');
  }, patienceMs);

  it('keep no optional one from the next', async () => {
    await expectStream(executionId, 'mail', 'ActionClaimed switch-dns').toEqual([
      ...['ActionClaimed', 'ActionStarted', 'ActionFailed'].map((type) => `${type} switch-dns`),
      ...ranToItsEnd('tell-postmaster'),
    ]);
    const automation = await automationOf(executionId, 'mail', ['onFailure', 'switch-dns']);
    expect(automation.AutomationExecutionStatus).toBe('Failed');
  });

  it('leave out what follows them, and the execution ends all the same', async () => {
    await expectStream(executionId, 'plan-on-failure', 'ActionClaimed switch-dns').toEqual(
      ['ActionClaimed', 'ActionStarted', 'ActionFailed'].map((type) => `${type} switch-dns`),
    );
    await expectStream(executionId, undefined, 'WaveFailed').toEqual([
      ...['WaveFailed', 'WaveStarted', 'WaveFailed', 'ExecutionFailed'],
    ]);
    const closing = await operated.said(executionId, 'WaveFailed', isAbout('plan-on-failure'));
    expect(closing).toMatchObject({
      reasons: [expect.stringMatching(/^action switch-dns: .*the zone is locked/)],
    });
  });

  it('count as no wave of the plan', async () => {
    const { waves, servers } = await operated.said(executionId, 'ExecutionFailed');
    expect(waves).toEqual({ completed: 0, partial: 0, failed: 1, skipped: 0 });
    expect(servers).toEqual({ launched: 0, failed: 1 });
  });
});
