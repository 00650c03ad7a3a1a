import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chooseScenario } from '../../services/faces/cli/scenario-file.ts';
import type { ExecutionReport } from '../../services/faces/report/report-model.ts';
import { isAbout, type OperatedRuntime, operateRuntime, patienceMs } from '../support/operated-runtime.ts';

const planFile = 'contracts/plans/decisions.yaml';
let operated: OperatedRuntime;

beforeAll(async () => {
  operated = await operateRuntime({ speed: 1_000, scenario: chooseScenario(undefined, planFile) });
}, patienceMs);
afterAll(() => operated.close());

const groundswell: OperatedRuntime['groundswell'] = (...args) => operated.groundswell(...args);
const said: OperatedRuntime['said'] = (...args) => operated.said(...args);

const held = (executionId: string, waveId: string) =>
  said(executionId, 'OperatorNeeded', (data) => data.about === 'wave-failed' && isAbout(waveId)(data));

/** The last state of each wave, as its last event says it. */
const ends = (executionId: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    operated
      .stream(executionId)
      .filter(({ type }) => /^Wave(?!Started)/.test(type))
      .flatMap(({ type, data }) => ('waveId' in data ? [[String(data.waveId), type]] : [])),
  );

describe('decisions of operators on the command line', { timeout: patienceMs }, () => {
  let asked: string;

  beforeAll(async () => {
    await groundswell('plan', 'put', planFile);
    asked = await groundswell('request', 'decisions', '--mode', 'drill', '--request-id', 'first');
    await said(asked, 'ExecutionStarted');
  });

  it('pause and resume an execution, whose running jobs go on', async () => {
    await groundswell('pause', asked, '--by', 'ops', '--reason', 'a phone call');
    expect(await said(asked, 'ExecutionPaused')).toMatchObject({ by: 'ops', reason: 'a phone call' });
    await groundswell('resume', asked, '--by', 'ops');
    expect(await said(asked, 'ExecutionResumed')).toMatchObject({ by: 'ops' });
  });

  it('retry what failed of a wave, and nothing else', async () => {
    await held(asked, 'database');
    await groundswell('retry', asked, 'database');
    await said(asked, 'WaveCompleted', isAbout('database'));
    const jobs = operated
      .stream(asked, 'database')
      .flatMap(({ type, data }) => (type === 'DRSJobStarted' ? [data.servers.length] : []));
    expect(jobs).toEqual([2, 1]);
  });

  it('find that the runbook after that wave was given all that was recovered, with its version, target and role', async () => {
    const { automationExecutionId } = await said(
      asked,
      'ActionStarted',
      ({ actionId }) => actionId === 'tell-frankfurt',
    );
    const automation = await operated.automation(automationExecutionId, {
      ...{ account: '444455556666', region: 'eu-central-1' },
    });
    expect(automation).toMatchObject({
      DocumentName: 'Groundswell-NotifyTeam',
      DocumentVersion: '1',
    });
    const told = automation.Parameters;
    expect(told).toMatchObject({
      ...{
        Mode: ['DRILL'],
        WaveId: ['database'],
        ServerNames: ['database-1', 'database-2', 'database', 'database'],
      },
      AutomationAssumeRole: ['arn:aws:iam::444455556666:role/runbooks'],
      Message: [`${asked} of decisions is on its way`],
    });
    expect(told?.['InstanceIds']).toEqual([expect.stringMatching(/^i-/), expect.stringMatching(/^i-/)]);
  });

  it('end a pause before a wave', async () => {
    await said(asked, 'ActionStarted', ({ actionId }) => actionId === 'pause-before');
    expect(ends(asked)).not.toHaveProperty('application');
    await groundswell('approve', asked, 'application', 'pause-before');
    await said(asked, 'WaveCompleted', isAbout('application'));
  });

  it('decline what only some may answer', async () => {
    await said(asked, 'ActionStarted', ({ actionId }) => actionId === 'go-live');
    await operated.ending(1, 'decline', asked, 'web', 'go-live', '--by', 'somebody');
    expect(await said(asked, 'DecisionRefused', ({ by }) => by === 'somebody')).toBeDefined();
    await groundswell('decline', asked, 'web', 'go-live', '--by', 'lead', '--reason', 'not yet');
    expect(await said(asked, 'WaveFailed', isAbout('web'))).toBeDefined();
  });

  it('skip a wave, and accept the failure of another', async () => {
    await held(asked, 'cache');
    await groundswell('skip', asked, 'cache', '--reason', 'it warms up by itself');
    await held(asked, 'reports');
    await groundswell('continue', asked, 'reports');
    await said(asked, 'WaveSkipped', isAbout('archive'));
  });

  it('lead to an end that says what became of each wave', async () => {
    expect(await said(asked, 'ExecutionCompleted')).toMatchObject({ outcome: 'PARTIAL' });
    expect(ends(asked)).toEqual({
      ...{ database: 'WaveCompleted', application: 'WaveCompleted', web: 'WaveFailed' },
      ...{ cache: 'WaveSkipped', reports: 'WaveSkipped', archive: 'WaveSkipped' },
    });
  });

  it('note something and hand over, also after the end, in every face of the execution', async () => {
    await groundswell('note', asked, 'database-2 came up at the second try', '--by', 'ops');
    await groundswell('handover', asked, '--to', 'lead', 'Only web is open.', '--by', 'ops');
    expect(await said(asked, 'NoteAdded', ({ to }) => to === 'lead')).toMatchObject({ by: 'ops' });
    expect(await groundswell('status', asked)).toContain('in charge: lead');
    expect(ends(asked)).toMatchObject({ database: 'WaveCompleted', web: 'WaveFailed' });
    for (const format of ['md', 'html', 'json']) {
      const report = await groundswell('report', asked, '--format', format);
      expect(report).toContain('database-2 came up at the second try');
      expect(report).toContain('Only web is open.');
    }
    // Its clean-up goes on, and the audit is a moment behind whatever is said.
    await expect
      .poll(async () => JSON.parse(await groundswell('report', asked, '--format', 'json')) as object, {
        timeout: patienceMs / 2,
      })
      .toMatchObject({ inCharge: 'lead', status: 'PARTIAL', verdict: { sound: true } });
  });

  it('note the same once, however often it is said', async () => {
    const note = (text: string): Promise<Response> =>
      fetch(`${operated.runtime.endpoint}/api/executions/${asked}/notes`, {
        method: 'POST',
        headers: { 'idempotency-key': 'the-same' },
        body: JSON.stringify({ text }),
      });
    expect((await note('Twice?')).status).toBe(202);
    // The bus keeps no order: what was said first is what the stream holds first.
    await said(asked, 'NoteAdded', ({ decisionId }) => decisionId === 'the-same');
    expect((await note('Otherwise?')).status).toBe(202);
    await groundswell('note', asked, 'the last');
    const notes = operated.all(asked, 'NoteAdded').map(({ data: { text } }) => text);
    expect(notes.filter((text) => text.endsWith('?'))).toEqual(['Twice?']);
  });

  it('are not what somebody else says that was noted: it changes nothing, and the report names it', async () => {
    const client = {
      ...{ endpoint: operated.runtime.endpoint, region: operated.runtime.region },
      credentials: { accessKeyId: 'intruder', secretAccessKey: 'local' },
    };
    /** All that is stored, but for the audit's copies and the times at which somebody looks. */
    const stored = async () => {
      const scan = new ScanCommand({ TableName: 'groundswell-state' });
      const { Items = [] } = await new DynamoDBClient(client).send(scan);
      return Items.map((item) => JSON.stringify(item))
        .filter((item) => !/"S":"(audit|timer|notice)#/.test(item))
        .toSorted();
    };
    const last = operated.stream(asked).at(-1) ?? expect.fail('nothing was said');
    const forge = {
      metadata: {
        ...last.metadata,
        ...{ eventId: `${asked}@999`, version: 999, previousHash: last.metadata.hash },
      },
      data: { decisionId: 'forged', by: 'lead', text: 'Let mallory decide.', to: 'mallory' },
    };
    expect(await groundswell('report', asked)).not.toContain('Not verified');
    const before = await stored();
    const entry = { EventBusName: 'groundswell', Source: 'groundswell', DetailType: 'NoteAdded' };
    const { FailedEntryCount } = await new EventBridgeClient(client).send(
      new PutEventsCommand({ Entries: [{ ...entry, Detail: JSON.stringify(forge) }] }),
    );
    expect(FailedEntryCount).toBe(0);
    const report = () => groundswell('report', asked, '--format', 'json');
    await vi.waitFor(async () => expect(await report()).toContain('inserted'), {
      timeout: 30_000,
      interval: 200,
    });
    expect(await stored()).toEqual(before);
    const { verdict, inCharge } = JSON.parse(await report()) as ExecutionReport;
    expect(verdict).toMatchObject({ sound: false, discrepancies: [{ kind: 'inserted', version: 999 }] });
    expect(inCharge).toBe('lead');
    expect(await groundswell('status', asked)).toContain('in charge: lead');
    const events = await fetch(`${operated.runtime.endpoint}/api/executions/${asked}/events`);
    expect(await events.text()).not.toContain('mallory');
  });

  it('cancel an execution, which ends when its jobs have', async () => {
    const second = await groundswell('request', 'decisions', '--mode', 'drill', '--request-id', 'second');
    await said(second, 'DRSJobStarted');
    await groundswell('cancel', second, '--confirm', 'decisions', '--reason', 'false alarm');
    await said(second, 'ExecutionCancelled');
    const own = operated.stream(second).map(({ type }) => type);
    expect(own.slice(own.indexOf('ExecutionCancelling'))).not.toContain('WaveStarted');
    for (const { data } of operated.all(second, 'WaveStarted')) {
      const types = operated.stream(second, data.waveId).map(({ type }) => type);
      const count = (wanted: string) => types.filter((type) => type === wanted).length;
      expect([data.waveId, count('DRSJobCompleted')]).toEqual([data.waveId, count('DRSJobStarted')]);
      if (types.includes('WaveStopped'))
        expect(types.slice(types.indexOf('WaveStopped'))).not.toContain('DRSJobClaimed');
    }
  });

  it('approve a real recovery as the second person', async () => {
    const real = await groundswell(
      ...['request', 'decisions', '--mode', 'recovery', '--request-id', 'third', '--by', 'ops'],
      ...['--confirm', 'decisions', '--reason', 'the Region is down'],
    );
    const { planHash } = await said(real, 'ApprovalAwaited');
    await groundswell('approve', real, '--plan-hash', planHash, '--by', 'lead');
    await said(real, 'ExecutionStarted');
    await groundswell('cancel', real, '--confirm', 'decisions', '--reason', 'a false alarm');
    await said(real, 'ExecutionCancelled');
  });
});
