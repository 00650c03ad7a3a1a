import { GetAutomationExecutionCommand, SSMClient } from '@aws-sdk/client-ssm';
import { createColors } from 'picocolors';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startRuntime, type Runtime } from '../../infra/local/runtime.ts';
import type { Console } from '../../services/cli/console.ts';
import { accessKeyFor } from '../../infra/local/sts/access-key.ts';
import { createProgram } from '../../services/cli/program.ts';
import { chooseScenario } from '../../services/cli/scenario-file.ts';
import { type DomainEvent, parseDomainEvent } from '../../services/streams/domain-event.ts';

const planFile = 'contracts/plans/decisions.yaml';
type Type = DomainEvent['type'];
type Data<T extends Type> = Extract<DomainEvent, { readonly type: T }>['data'];

let runtime: Runtime;
const events: DomainEvent[] = [];

beforeAll(async () => {
  runtime = await startRuntime({ speed: 1_000, scenario: chooseScenario(undefined, planFile) });
  runtime.subscribe((event) => {
    const own = parseDomainEvent(event['detail-type'], event.detail);
    if (own !== undefined) events.push(own);
  });
});
afterAll(() => runtime.close());

/** Runs a command line against the runtime, and gives what it prints. */
const groundswell = async (...args: string[]): Promise<string> => {
  const out: string[] = [];
  const console: Console = {
    colors: createColors(false),
    print: (text) => void out.push(text),
    warn: (text) => void out.push(text),
  };
  const codes: number[] = [];
  const program = createProgram(console, (code) => codes.push(code));
  await program.parseAsync(['node', 'groundswell', ...args, '--endpoint', runtime.endpoint]);
  expect({ args, codes, out }).toMatchObject({ codes: [0] });
  return out.join('\n');
};

/** Waits until an event about this execution has been said. */
const said = async <T extends Type>(
  executionId: string,
  type: T,
  isIt: (data: Data<T>) => boolean = () => true,
): Promise<Data<T>> => {
  const isMeant = ({ metadata, ...event }: DomainEvent): boolean =>
    event.type === type && metadata.executionId === executionId && isIt(event.data as Data<T>);
  const found = () => events.find(isMeant) ?? expect.fail(`nobody has said ${type} of ${executionId}`);
  await vi.waitFor(() => void found(), { timeout: 60_000, interval: 20 });
  return found().data as Data<T>;
};
const isAbout =
  (waveId: string) =>
  (data: object): boolean =>
    'waveId' in data && data.waveId === waveId;

const held = (executionId: string, waveId: string) =>
  said(executionId, 'OperatorNeeded', (data) => data.about === 'wave-failed' && isAbout(waveId)(data));

/** The last state of each wave, as its last event says it. */
const ends = (executionId: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    events
      .filter(({ metadata, type }) => metadata.executionId === executionId && /^Wave(?!Started)/.test(type))
      .flatMap(({ type, data }) => ('waveId' in data ? [[String(data.waveId), type]] : [])),
  );

describe('decisions of operators on the command line', { timeout: 120_000 }, () => {
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
    const jobs = events.flatMap((event) =>
      event.type === 'DRSJobStarted' && event.data.waveId === 'database' ? [event.data.servers.length] : [],
    );
    expect(jobs).toEqual([2, 1]);
  });

  it('find the runbook after that wave told of all that was recovered, with its version, target and role', async () => {
    const { automationExecutionId } = await said(
      asked,
      'ActionStarted',
      ({ actionId }) => actionId === 'tell-frankfurt',
    );
    const ssm = new SSMClient({
      ...{ endpoint: runtime.endpoint, region: 'eu-central-1' },
      credentials: { accessKeyId: accessKeyFor('444455556666', () => 0), secretAccessKey: 'local' },
    });
    const { AutomationExecution } = await ssm.send(
      new GetAutomationExecutionCommand({ AutomationExecutionId: automationExecutionId }),
    );
    expect(AutomationExecution).toMatchObject({
      DocumentName: 'Groundswell-NotifyTeam',
      DocumentVersion: '1',
    });
    const told = AutomationExecution?.Parameters;
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
    await groundswell('decline', asked, 'web', 'go-live', '--by', 'somebody');
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

  it('cancel an execution, which ends when its jobs have', async () => {
    const second = await groundswell('request', 'decisions', '--mode', 'drill', '--request-id', 'second');
    await said(second, 'DRSJobStarted');
    await groundswell('cancel', second, '--reason', 'false alarm');
    await said(second, 'ExecutionCancelled');
    const types = events.flatMap(({ type, metadata }) => (metadata.executionId === second ? [type] : []));
    expect(types.indexOf('DRSJobCompleted')).toBeLessThan(types.indexOf('ExecutionCancelled'));
    expect(types.filter((type) => type === 'DRSJobStarted')).toHaveLength(1);
  });

  it('approve a real recovery as the second person', async () => {
    const real = await groundswell(
      ...['request', 'decisions', '--mode', 'recovery', '--request-id', 'third', '--by', 'ops'],
    );
    const { planHash } = await said(real, 'ApprovalAwaited');
    await groundswell('approve', real, '--plan-hash', planHash, '--by', 'lead');
    await said(real, 'ExecutionStarted');
    await groundswell('cancel', real);
    await said(real, 'ExecutionCancelled');
  });
});
