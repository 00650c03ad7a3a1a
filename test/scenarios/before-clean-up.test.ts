import { DescribeRecoveryInstancesCommand, DrsClient } from '@aws-sdk/client-drs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import { cleanUpStream } from '../../contracts/clean-up-stream.ts';
import { closingWaveIds } from '../../contracts/plan.ts';
import { isAbout, type OperatedRuntime, operateRuntime, patienceMs } from '../support/operated-runtime.ts';

const { beforeCleanUp: waveId } = closingWaveIds;
const tier = (name: string) => ({
  ...{ name: `${name}-{n}`, count: 2, windowSeconds: 60, tags: { Tier: name } },
});
const scenario = scenarioSchema.parse({
  drs: { servers: [tier('web'), tier('mail'), tier('files')] },
  ssm: {
    documents: {
      'Groundswell-SwitchDns': { outcomes: [{ result: 'Failed', message: 'the zone is locked' }] },
    },
  },
});

let operated: OperatedRuntime;
beforeAll(async () => {
  operated = await operateRuntime({ speed: 300, scenario });
}, patienceMs);
afterAll(() => operated.close());

const runbook = (actionId: string, document: string, parameters: Record<string, string[]> = {}) => ({
  ...{ kind: 'automation' as const, actionId, document, parameters },
});
/** Two days: nobody has to answer in time. */
const sure = { kind: 'approval' as const, actionId: 'sure', prompt: 'Sure?', timeoutMinutes: 2_880 };

/** A drill of the two servers of a tier, whose instances are to be ended a minute after its end. Gives its id. */
const drill = (name: string, beforeCleanUp: readonly (ReturnType<typeof runbook> | typeof sure)[]) =>
  operated.drill({
    planId: name,
    waves: [{ waveId: name, servers: { tags: { Tier: name }, minimum: 2 } }],
    cleanUp: { policy: 'auto', afterMinutes: 1 },
    beforeCleanUp: [...beforeCleanUp],
  });

/** What a drill's jobs have launched. */
const launchedBy = (executionId: string): readonly string[] =>
  operated
    .all(executionId, 'DRSJobCompleted')
    .flatMap(({ data }) => data.servers.flatMap(({ instanceId }) => instanceId ?? []));

/** As DRS says, of what a drill's jobs have launched: it soon lists no instance that was ended. */
const statesOf = async (executionId: string): Promise<readonly (string | undefined)[]> => {
  const launched = launchedBy(executionId);
  expect(launched).toHaveLength(2);
  const { runtime } = operated;
  const credentials = { accessKeyId: accessKeyFor(runtime.account, () => 0), secretAccessKey: 'local' };
  const drs = new DrsClient({ endpoint: runtime.endpoint, region: runtime.region, credentials });
  const { items = [] } = await drs.send(new DescribeRecoveryInstancesCommand({}));
  return items.flatMap(({ ec2InstanceID = '', ec2InstanceState }) =>
    launched.includes(ec2InstanceID) ? [ec2InstanceState] : [],
  );
};
const running = ['RUNNING', 'RUNNING'];
const expectEnded = async (executionId: string): Promise<void> => {
  expect(await operated.said(executionId, 'CleanUpCompleted')).toMatchObject({ terminated: 2, spared: [] });
  expect((await statesOf(executionId)).filter((state) => state !== 'TERMINATED')).toEqual([]);
};

/** What the clean-up of a drill says, in its order, without its calls. */
const saidByCleanUp = (executionId: string): readonly string[] =>
  operated
    .heard(executionId)
    .filter(({ metadata: { stream } }) => stream === cleanUpStream(executionId))
    .toSorted((a, b) => a.metadata.version - b.metadata.version)
    .flatMap(({ type }) => (/^(CleanUp(?!Queued)|DrillKept|OperatorNeeded)/.test(type) ? [type] : []));

describe('a drill whose plan has actions before its clean-up', { timeout: patienceMs }, () => {
  it('has its instances ended by itself once a runbook has succeeded and somebody has approved', async () => {
    const leaving = runbook('leave', 'Groundswell-NotifyTeam', {
      InstanceIds: ['${servers.instanceIds}'],
      ServerNames: ['${servers.names}'],
    });
    const id = await drill('web', [leaving, sure]);
    const ended = await operated.said(id, 'ExecutionCompleted');
    expect(ended.outcome).toBe('COMPLETED');
    await operated.said(id, 'ActionStarted', ({ actionId }) => actionId === 'sure');
    const { automationExecutionId } = await operated.said(
      id,
      'ActionStarted',
      (data) => isAbout(waveId)(data) && data.actionId === 'leave',
    );
    const { AutomationExecutionStatus, Parameters } = await operated.automation(automationExecutionId);
    expect(AutomationExecutionStatus).toBe('Success');
    expect(Parameters?.['InstanceIds']?.toSorted()).toEqual(launchedBy(id).toSorted());
    expect(Parameters?.['ServerNames']?.toSorted()).toEqual(['web-1', 'web-2']);
    expect(await statesOf(id)).toEqual(running);
    expect(saidByCleanUp(id)).toEqual(['CleanUpAwaited', 'CleanUpStarted', 'CleanUpActionsStarted']);
    await operated.groundswell('approve', id, waveId, 'sure', '--by', 'lead');
    await expectEnded(id);
    expect(
      operated
        .stream(id, waveId)
        .map(({ type, data }) => ('actionId' in data ? [type, data.actionId] : [type])),
    ).toEqual([
      ...['ActionClaimed', 'ActionStarted', 'ActionCompleted'].map((type) => [type, 'leave']),
      ...['ActionStarted', 'ActionCompleted'].map((type) => [type, 'sure']),
    ]);
    expect(saidByCleanUp(id).slice(2)).toEqual([
      'CleanUpActionsStarted',
      'CleanUpActionsEnded',
      'CleanUpCompleted',
    ]);
  });

  it('ends nothing when a runbook fails, asks, and does without where a person says so', async () => {
    const id = await drill('mail', [runbook('switch-dns', 'Groundswell-SwitchDns'), sure]);
    const { reason, actions } = await operated.said(id, 'CleanUpFailed');
    expect(reason).toContain('the zone is locked');
    expect(actions).toBe('failed');
    const asked = await operated.said(id, 'OperatorNeeded', ({ about }) => about === 'clean-up-failed');
    expect(asked.choices).toEqual(['clean-up', 'keep']);
    expect(operated.all(id, 'TerminationClaimed')).toEqual([]);
    expect(await statesOf(id)).toEqual(running);
    await operated.groundswell(
      'clean-up',
      id,
      '--skip-actions',
      '--reason',
      'the zone was put right by hand',
    );
    await expectEnded(id);
    expect(operated.all(id, 'CleanUpStarted').map(({ data }) => data.actions)).toEqual(['first', 'skipped']);
    expect(operated.all(id, 'CleanUpActionsStarted')).toHaveLength(1);
    expect(operated.all(id, 'ActionStarted').map(({ data }) => data.actionId)).toEqual(['switch-dns']);
  });

  it('has nothing ended, and no other action begun, by who keeps its instances while a question waits', async () => {
    const id = await drill('files', [sure, runbook('leave', 'Groundswell-NotifyTeam')]);
    await operated.said(id, 'ActionStarted', ({ actionId }) => actionId === 'sure');
    await operated.groundswell('keep', id, '--reason', 'somebody still looks');
    const { outcome } = await operated.said(id, 'CleanUpActionsEnded');
    expect(outcome).toBe('STOPPED');
    // The clean-up ends last, with all of its instances kept.
    expect(await operated.said(id, 'CleanUpCompleted')).toMatchObject({ terminated: 0, kept: 2 });
    expect(operated.all(id, 'TerminationClaimed')).toEqual([]);
    expect(operated.all(id, 'ActionStarted').map(({ data }) => data.actionId)).toEqual(['sure']);
    expect(await statesOf(id)).toEqual(running);
  });
});
