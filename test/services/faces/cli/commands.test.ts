import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DisableRuleCommand, EnableRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleScenario } from '../../../../infra/simulated-aws/drs/sample-scenario.ts';
import { parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import { type Runtime, type RuntimeEvent, startRuntime } from '../../../../infra/local/runtime.ts';
import { defaultScenario, type Scenario, scenarioSchema } from '../../../../infra/simulated-aws/scenario.ts';
import { InputError } from '../../../../services/faces/cli/input-error.ts';
import { calledAs } from '../../../../services/faces/cli/help.ts';
import { createProgram } from '../../../../services/faces/cli/program.ts';
import { createSignedCall } from '../../../../services/core/ports/aws/signed-call.ts';
import { executionIdOf } from '../../../../services/core/kernel/canonical.ts';
import { openTerminal } from '../../../support/terminal.ts';

const plans = resolve(import.meta.dirname, '../../../../contracts/plans');
const executionId = 'exec-00000000000000000000';

/** The usual shop, a server that cannot be launched, and one in another Region. */
const scenario: Scenario = {
  ...defaultScenario,
  ...scenarioSchema.pick({ targets: true }).parse({
    targets: {
      '111122223333/eu-central-1': { drs: { servers: [{ name: 'mirror', tags: { Name: 'mirror' } }] } },
      '111122223333/us-west-2': {
        drs: {
          servers: [{ name: 'erp-{n}', count: 230, tags: { Tier: 'erp' }, stagingAccountID: '999900001111' }],
        },
      },
      '111122223333/us-east-2': {
        drs: {
          servers: [{ name: 'small-{n}', count: 2, tags: { Tier: 'small' } }],
          quotas: { serversInJobs: 1 },
        },
      },
      '111122223333/eu-north-1': {
        drs: { servers: [{ name: 'slow', replication: { lagDuration: 'PT2H' } }] },
      },
      '111122223333/ap-south-1': { drs: { initialized: false } },
    },
  }),
  drs: parseDrsScenario({
    ...sampleScenario,
    servers: [
      ...sampleScenario.servers,
      { name: 'old', replication: { state: 'DISCONNECTED', lagDuration: 'PT2H' }, snapshots: [] },
    ],
  }),
};

// What is asked for is waited for until the intake has seen it, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let runtime: Runtime;
const events: RuntimeEvent[] = [];
const terminal = openTerminal();
const { console, out, err } = terminal;

beforeAll(async () => {
  runtime = await startRuntime({ speed: 1_000, scenario });
  runtime.subscribe((event) => events.push(event));
});
afterAll(() => runtime.close());
beforeEach(() => terminal.forget());

/** Runs a command line and gives its exit code. */
const run = async (...args: string[]): Promise<number> => {
  const codes: number[] = [];
  const program = createProgram(console, (code) => codes.push(code));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((each) => each.commands)])
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  await program.parseAsync(['node', 'groundswell', ...args]);
  return codes[0] ?? -1;
};

const remote = (...args: string[]) => run(...args, '--endpoint', runtime.endpoint);

/** What people have asked for on the bus; facts of what they asked for before may still come in. */
const requests = () => events.filter((event) => event['detail-type'].endsWith('Requested'));

const said = async (type: string, isIt: (data: Record<string, unknown>) => boolean) => {
  const find = () =>
    events.find(
      (event) =>
        event['detail-type'] === type && isIt((event.detail as { data: Record<string, unknown> }).data),
    );
  await expect.poll(find, { timeout: 60_000 }).toBeDefined();
  return (find()!.detail as { data: Record<string, unknown> }).data;
};

describe('plan', () => {
  // The first command loads the command line, which takes long on a busy machine.
  it('that is unchanged stays at its version', { timeout: 120_000 }, async () => {
    expect(await remote('plan', 'put', `${plans}/diamond.yaml`)).toBe(0);
    expect(await remote('plan', 'put', `${plans}/diamond.yaml`)).toBe(0);
    expect(out[0]).toMatch(/^diamond v1 [0-9a-f]{64}$/);
    expect(out[1]).toBe(out[0]);
  });

  it('is shown and listed', async () => {
    await remote('plan', 'get', 'diamond');
    expect(out.join('\n')).toMatch(/^planId: diamond\n/);
    out.length = 0;
    await expect
      .poll(async () => (await remote('plan', 'list'), out.join('\n')), { timeout: 60_000 })
      .toMatch(/diamond +v1/);
  });

  it('that is not there is told of', async () => {
    expect(await remote('plan', 'get', 'nothing')).toBe(2);
    expect(err).toEqual([
      `There is no plan nothing. List them: ${calledAs()} plan list --endpoint ${runtime.endpoint}`,
    ]);
  });

  it('that is not good is not stored', async () => {
    await expect(remote('plan', 'put', `${plans}/failures.scenario.yaml`)).rejects.toThrow(InputError);
  });
});

describe('check', () => {
  it('says that a plan is ready, with its critical path and its expected duration', async () => {
    expect(await remote('check', `${plans}/diamond.yaml`)).toBe(0);
    expect(out.join('\n')).toMatch(
      /critical path +database → application → web\nexpected duration +30m 00s.*\ndiamond is ready: 4 waves, 6 servers/,
    );
  });

  it('says everything that stands against a start, and exits with 1', async () => {
    expect(await remote('check', `${plans}/large-wave.yaml`, '--json')).toBe(1);
    expect(JSON.parse(out.join(''))).toMatchObject({
      isReady: false,
      faults: [{ path: 'waves[0].servers', expected: 'at least 120' }],
    });
  });

  it('counts a warning for which a start would be refused, until it is accepted', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'groundswell-')), 'plan.yaml');
    writeFileSync(
      file,
      `planId: slow
rpoMinutes: 15
targets: { there: { account: "111122223333", region: eu-north-1 } }
waves: [{ waveId: slow, target: there, servers: { tags: { Name: slow }, minimum: 1 } }]
`,
    );
    expect(await remote('check', file)).toBe(1);
    expect(out.join('\n')).toContain('on the command line --accept-warning lag');
    expect(await remote('check', file, '--accept-warning', 'lag')).toBe(0);
    expect(await remote('plan', 'put', file)).toBe(0);
    const ready = async (query: string): Promise<unknown> => {
      const answer = await fetch(`${runtime.endpoint}/api/plans/slow/check${query}`);
      return ((await answer.json()) as { readonly ready: boolean }).ready;
    };
    expect([await ready(''), await ready('?acceptWarnings=lag')]).toEqual([false, true]);
    expect(await ready('?mode=RECOVERY')).toBe(true);
  });

  it('counts the extended servers of every page, by their tags', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'groundswell-')), 'plan.yaml');
    const planOf = (minimum: number) =>
      `planId: erp
targets: { there: { account: "111122223333", region: us-west-2 } }
waves: [{ waveId: erp, target: there, servers: { tags: { Tier: erp }, minimum: ${minimum} } }]
`;
    writeFileSync(file, planOf(230));
    expect(await remote('check', file)).toBe(0);
    expect(out.join('\n')).toContain('erp is ready: 1 wave, 230 servers.');
    writeFileSync(file, planOf(231));
    expect(await remote('check', file)).toBe(1);
    expect(out.join('\n')).toContain('230 source servers carry these tags');
    out.length = 0;
    expect(await remote('servers', '--plan', file)).toBe(1);
    writeFileSync(file, planOf(230));
    out.length = 0;
    expect(await remote('servers', '--plan', file)).toBe(0);
    expect(out.join('\n').match(/CONTINUOUS in 999900001111/g)).toHaveLength(230);
  });

  describe('of a plan with runbooks', () => {
    const name = '/groundswell/allowed-documents';
    const ssm = async (operation: string, input: object) => {
      const answer = await createSignedCall(runtime.endpoint)({
        ...{ service: 'ssm', region: runtime.region },
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AmazonSSM.${operation}`,
        },
        body: JSON.stringify(input),
      });
      return JSON.parse(answer) as { readonly Parameter?: { readonly Value: string } };
    };
    const allow = (value: string) =>
      ssm('PutParameter', { Name: name, Type: 'String', Overwrite: true, Value: value });
    const planWith = (...before: readonly object[]): string => {
      const file = join(mkdtempSync(join(tmpdir(), 'check-')), 'plan.json');
      const servers = [{ sourceServerId: 's-feb569732d596d1ec' }];
      writeFileSync(file, JSON.stringify({ planId: 'guarded', waves: [{ waveId: 'db', servers, before }] }));
      return file;
    };
    const runbook = (document: string) => ({
      kind: 'automation',
      actionId: document.toLowerCase(),
      document,
    });
    const checked = async (file: string) => {
      out.length = 0;
      const code = await remote('check', file, '--json');
      return {
        code,
        ...(JSON.parse(out.join('')) as { readonly faults: unknown[]; readonly runbooks: unknown }),
      };
    };
    const steps = [{ name: 'wait', action: 'aws:sleep', inputs: { Duration: 'PT1S' } }];
    const Content = JSON.stringify({ schemaVersion: '0.3', mainSteps: steps });
    beforeAll(async () => {
      for (const document of ['Anything', 'Shop-Warm', 'Check'])
        await ssm('CreateDocument', {
          ...{ Name: document, DocumentType: 'Automation', DocumentFormat: 'JSON', Content },
        });
    });
    afterAll(() => allow('["*"]'));

    it('applies the allow-list that the runtime publishes', async () => {
      expect((await ssm('GetParameter', { Name: name })).Parameter?.Value).toBe('["*"]');
      expect(await checked(planWith(runbook('Anything')))).toMatchObject({
        ...{ code: 0, faults: [], runbooks: { isChecked: true } },
      });
    });

    it('has an error for each that is not on the list, as the start has', async () => {
      await allow('["Shop-*","Check"]');
      const file = planWith(runbook('Shop-Warm'), runbook('Check'), runbook('Checks'), runbook('Other'));
      const { code, faults } = await checked(file);
      expect([code, faults]).toEqual([
        1,
        [2, 3].map((n) => ({
          path: `waves[0].before[${n}].document`,
          message: `document ${n === 2 ? 'Checks' : 'Other'} is not on the allow-list`,
          expected: 'one of Shop-*, Check',
        })),
      ]);
    });

    it('says that nothing is allowed where the list is empty', async () => {
      await allow('[]');
      expect(await checked(planWith(runbook('Check')))).toMatchObject({
        code: 1,
        faults: [{ expected: 'a document that the deployment allows' }],
      });
    });

    it('says plainly that the list was not checked where there is none', async () => {
      await allow('nothing of the kind');
      const file = planWith(runbook('Check'));
      expect(await checked(file)).toMatchObject({
        code: 0,
        runbooks: { isChecked: false, why: expect.stringContaining(name) },
      });
      out.length = 0;
      await remote('check', file);
      expect(out.join('\n')).toMatch(/\nnot checked +the runbooks: the parameter .* cannot be read/);
    });

    it('needs no list for a plan without runbooks, and counts approvals in words', async () => {
      const approval = (actionId: string) => ({ kind: 'approval', actionId, prompt: 'Go?' });
      for (const [actions, words] of [
        [[approval('a')], 'plus 1 approval or pause on that path'],
        [[approval('a'), approval('b')], 'plus 2 approvals or pauses on that path'],
      ] as const) {
        out.length = 0;
        expect(await remote('check', planWith(...actions))).toBe(0);
        expect(out.join('\n')).toContain(words);
        expect(out.join('\n')).toMatch(/\nguarded is ready: 1 wave, 1 server\.$/);
        expect(out.join('\n')).not.toContain('not checked');
      }
    });
  });

  it('of what is neither a file nor a plan says so', async () => {
    expect(await remote('check', 'nothing')).toBe(2);
  });
});

describe('servers', () => {
  interface Listed {
    readonly servers: readonly Record<string, unknown>[];
    readonly findings: readonly Record<string, unknown>[];
    readonly faults: readonly Record<string, unknown>[];
  }
  const listed = async (...args: string[]) => {
    out.length = 0;
    const code = await remote('servers', '--json', ...args);
    return { code, ...(JSON.parse(out.join('')) as Listed) };
  };
  const planFile = (waves: string) => {
    const file = join(mkdtempSync(join(tmpdir(), 'groundswell-')), 'plan.yaml');
    const targets = '{ there: { account: "111122223333", region: eu-central-1 } }';
    writeFileSync(file, `planId: mirrors\nrpoMinutes: 1\ntargets: ${targets}\nwaves: [${waves}]\n`);
    return file;
  };

  it('of all places that plans name are shown with all that their readiness is judged by', async () => {
    expect(await remote('servers')).toBe(1);
    const text = out.join('\n');
    expect(text).toMatch(
      /(^|\n)111122223333\/eu-west-1\n +server +name +replication +lag +last recovery point/,
    );
    expect(text).toMatch(
      /database-1 +CONTINUOUS +0 s +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +yes +none +ready .*diamond \(database\)/,
    );
    expect(text).toMatch(
      /old +DISCONNECTED +unknown +none +yes +none +error not-recoverable, error no-recovery-point +none\n/,
    );
    expect(text).toContain('7 of 8 servers can be launched, 1 covered by no plan.');
    expect(text).not.toContain('mirror');
  });

  it('that no plan recovers are shown alone, and the exit code tells that there are some', async () => {
    expect(await remote('servers', '--uncovered')).toBe(1);
    const text = out.join('\n');
    expect(text).toMatch(/\bold +DISCONNECTED .* none\n/);
    expect(text).not.toContain('database-1');
    expect(text).toContain('0 of 1 server can be launched, 1 covered by no plan.');
    const { servers } = await listed();
    expect(servers.find(({ name }) => name === 'database-1')?.['plans']).toContainEqual({
      ...{ planId: 'diamond', version: 1, waves: ['database'] },
    });
    await expect(remote('servers', '--uncovered', '--plan', 'diamond')).rejects.toThrow(
      'cannot be used with',
    );
  });

  it('of a plan are those of its waves and targets, judged as a check of that plan does', async () => {
    const file = planFile(
      '{ waveId: a, target: there, servers: { tags: { Name: mirror }, minimum: 1 } }, { waveId: b, servers: [{ sourceServerId: s-00000000000000000 }] }',
    );
    const { code, servers, faults } = await listed('--plan', file);
    expect(code).toBe(1);
    expect(faults).toEqual([]);
    expect(servers).toMatchObject([
      { name: 'mirror', target: { region: 'eu-central-1' }, hasLaunchConfiguration: true, lagSeconds: 0 },
      { sourceServerId: 's-00000000000000000', findings: [{ level: 'error', name: 'unknown-server' }] },
    ]);
    out.length = 0;
    expect(await remote('check', file, '--json')).toBe(1);
    const { findings } = JSON.parse(out.join('')) as { readonly findings: readonly { message: string }[] };
    expect(findings.map(({ message }) => message)).toEqual(
      servers.flatMap((server) =>
        (server['findings'] as { message: string }[]).map(({ message }) => message),
      ),
    );
  });

  it('of a plan are too few, or too many for the quota of DRS, and either is said', async () => {
    const file = planFile('{ waveId: a, target: there, servers: { tags: { Name: mirror }, minimum: 2 } }');
    const { code, servers, faults } = await listed('--plan', file);
    expect({ code, count: servers.length }).toEqual({ code: 1, count: 1 });
    expect(faults).toEqual([
      { path: 'waves[0].servers', message: '1 source server carries these tags', expected: 'at least 2' },
    ]);
    out.length = 0;
    expect(await remote('servers', '--plan', file)).toBe(1);
    expect(out.join('\n')).toMatch(/faults\n +waves\[0\].servers: 1 source server carries these tags/);
    expect(out.join('\n')).toContain('1 of 1 server can be launched');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('eu-central-1', 'us-east-2').replace('Name: mirror', 'Tier: small'),
    );
    const quota = await listed('--plan', file);
    expect(quota).toMatchObject({ code: 1, findings: [{ level: 'error', name: 'quota', waveId: 'a' }] });
    out.length = 0;
    await remote('servers', '--plan', file);
    expect(out.join('\n')).toMatch(
      /error +quota +wave a: a job of 2 servers never fits the quota of 1 servers/,
    );
  });

  it('of a stored plan can all be launched, and the exit code says so', async () => {
    const { code, servers } = await listed('--plan', 'diamond', '--mode', 'recovery');
    expect(code).toBe(0);
    expect(servers).toHaveLength(6);
  });

  it('of a target that cannot be read are a fault, and not the ready rest', async () => {
    const file = planFile('{ waveId: a, target: there, servers: [{ sourceServerId: s-00000000000000000 }] }');
    writeFileSync(file, readFileSync(file, 'utf8').replace('eu-central-1', 'ap-south-1'));
    const { code, servers, faults } = await listed('--plan', file);
    expect({ code, servers }).toEqual({ code: 1, servers: [] });
    expect(faults).toMatchObject([{ path: 'targets', message: expect.stringContaining('ap-south-1') }]);
  });

  it('of a plan that is not there are none, with what was perhaps meant', async () => {
    expect(await remote('servers', '--plan', 'diamnod')).toBe(2);
    expect(err.join('')).toMatch(/no plan diamnod. Did you mean diamond\?/);
  });
});

describe('drills', () => {
  it('shows whose instances run from a drill, and what becomes of them', async () => {
    await remote('plan', 'put', `${plans}/three-tier.yaml`);
    expect(
      await remote('request', 'three-tier', '--mode', 'drill', '--request-id', 'runs', '--by', 'ann'),
    ).toBe(0);
    const read = async () => {
      out.length = 0;
      expect(await remote('drills', '--json')).toBe(0);
      return JSON.parse(out.join('')) as { readonly drills: readonly Record<string, unknown>[] };
    };
    await expect.poll(async () => (await read()).drills.length, { timeout: 60_000 }).toBeGreaterThan(0);
    const { drills } = await read();
    expect(drills[0]).toMatchObject({
      execution: { executionId: executionIdOf('runs'), planId: 'three-tier', requestedBy: 'ann' },
    });
    out.length = 0;
    await remote('drills');
    expect(out.join('\n')).toMatch(
      /ann .*\n[^]*instances? from drills in \d+ accounts? and Regions?, [\d.]+ instance-hours/,
    );
    // What it holds is free again for those that follow.
    expect(await remote('watch', executionIdOf('runs'))).toBe(0);
  });
});

describe('request', () => {
  it('is published with who asks, and answers with the id of the execution', async () => {
    const ids = [
      'request',
      'diamond',
      '--mode',
      'drill',
      '--request-id',
      'r-1',
      '--by',
      'ann',
      '--reason',
      'test',
    ];
    expect(await remote(...ids)).toBe(0);
    expect(out).toEqual([executionIdOf('r-1')]);
    expect(await said('ExecutionRequested', ({ requestId }) => requestId === 'r-1')).toMatchObject({
      planId: 'diamond',
      mode: 'DRILL',
      requestedBy: 'ann',
      reason: 'test',
    });
  });

  it('for a plan that is not there names what was perhaps meant, and asks for nothing', async () => {
    expect(await remote('request', 'diamnod', '--mode', 'drill', '--request-id', 'r-0')).toBe(2);
    expect(out).toEqual([]);
    expect(err.join('\n')).toMatch(
      /There is no plan diamnod. Did you mean diamond\? .*\nNothing was requested/,
    );
    err.length = 0;
    expect(await remote('request', 'diamond', '--mode', 'drill', '--plan-version', '9')).toBe(2);
    expect(err.join('\n')).toContain('no version 9 of the plan diamond');
    expect(await remote('status', executionIdOf('r-0'))).toBe(2);
  });

  it('on a bus that nobody listens to says that nobody has seen it, and that nothing is known of it', async () => {
    const ids = ['--bus', 'groundswell-dr', '--patience', '1', '--request-id', 'r-lost'];
    expect(await remote('request', 'diamond', '--mode', 'drill', ...ids)).toBe(4);
    expect(out).toEqual([]);
    expect(err.join('\n')).toMatch(
      /on the bus groundswell-dr, but nothing responded within 1 s[^]*--request-id r-lost/,
    );
  });

  it('for a plan that cannot exist says what is wrong', async () => {
    await expect(remote('request', 'Not A Plan', '--mode', 'drill')).rejects.toThrow(/planId.*is not valid/s);
  });
});

describe('status', () => {
  it('of an execution shows its waves', { timeout: 120_000 }, async () => {
    const text = async () => {
      out.length = 0;
      await remote('status', executionIdOf('r-1'));
      return out.join('\n');
    };
    await expect
      .poll(text, { timeout: 100_000, interval: 500 })
      .toMatch(/COMPLETED[^]*database-1[^]*overhead/);
  });

  it('of a drill that has ended leaves recovery instances, which `servers` names', async () => {
    await remote('servers', '--plan', 'diamond');
    expect(out.join('\n')).toMatch(/database-1 .* i-[0-9a-f]+ \(drill\) +ready/);
  });

  it('of a rejected execution says every reason', { timeout: 120_000 }, async () => {
    await remote('plan', 'put', `${plans}/large-wave.yaml`);
    await remote('request', 'large-wave', '--mode', 'drill', '--request-id', 'r-2');
    const text = async () => {
      out.length = 0;
      await remote('status', executionIdOf('r-2'));
      return out.join('\n');
    };
    await expect.poll(text, { timeout: 100_000, interval: 500 }).toMatch(/REJECTED[^]*servers/);
    expect(out.join('\n').split('\n').length).toBeGreaterThan(1);
  });

  it('of nothing says how to list', async () => {
    expect(await remote('status', executionId)).toBe(2);
    expect(err[0]).toContain('status --endpoint');
  });
});

describe('executions', () => {
  const listed = async (...args: string[]): Promise<readonly string[]> => {
    out.length = 0;
    expect(await remote('status', ...args, '--json')).toBe(0);
    return (JSON.parse(out.join('')) as { executionId: string }[]).map(({ executionId: id }) => id);
  };

  it('are listed with mode and requester, and narrowed by plan, mode, person, text and time', async () => {
    await remote('status');
    expect(out.join('\n')).toMatch(/diamond +DRILL +COMPLETED +ann /);
    const own = executionIdOf('r-1');
    expect(await listed('--plan', 'diamond')).toEqual([own]);
    expect(await listed('--by', 'Ann', '--mode', 'drill', '--text', 'TEST')).toEqual([own]);
    expect(await listed('--mode', 'recovery')).toEqual([]);
    expect(await listed('--state', 'completed', '--to', '2020-01-01')).toEqual([]);
  });

  it(
    'that wait for people are told with the commands, wherever else they stand',
    { timeout: 120_000 },
    async () => {
      const approval = { kind: 'approval', actionId: 'release', prompt: 'Go?' };
      const servers = { tags: { Name: 'database-1' }, minimum: 1 };
      const file = join(mkdtempSync(join(tmpdir(), 'plan-')), 'waits.json');
      writeFileSync(
        file,
        JSON.stringify({ planId: 'waits', waves: [{ waveId: 'only', servers, before: [approval] }] }),
      );
      await remote('plan', 'put', file);
      await remote('request', 'waits', '--mode', 'drill', '--request-id', 'r-waits');
      const waits = executionIdOf('r-waits');
      const told = async (): Promise<string> => {
        out.length = 0;
        expect(await remote('decisions')).toBe(0);
        return out.join('\n');
      };
      await expect.poll(told, { timeout: 100_000, interval: 500 }).toContain(waits);
      expect(await told()).toContain(`--endpoint ${runtime.endpoint}`);
      expect(await told()).toMatch(/until .* UTC|no deadline/);
      err.length = 0;
      await remote('status');
      expect(err.join('\n')).toMatch(/decisions? due. See: .* decisions --endpoint/);
      out.length = 0;
      await remote('complete', 'executions');
      expect(out.join('\n').split('\n')[0]).toBe(waits);
      out.length = 0;
      await remote('complete', 'plans');
      expect(out.join('\n').split('\n')).toContain('waits');
      for (const [kind, of, ids] of [
        ['waves', [waits], ['only']],
        ['actions', [waits, 'only'], ['release']],
        ['actions', [waits, 'nowhere'], []],
        ['waves', ['no id'], []],
      ] as const) {
        out.length = 0;
        expect(await remote('complete', kind, ...of)).toBe(0);
        expect(out).toEqual(ids);
      }
      const sure = ['--confirm', 'waits', '--reason', 'enough'];
      expect(await remote('cancel', waits, ...sure)).toBe(0);
    },
  );

  it(
    'are followed from the request to the end, whose exit code is the answer',
    { timeout: 120_000 },
    async () => {
      expect(await remote('request', 'diamond', '--mode', 'drill', '--request-id', 'r-wait', '--wait')).toBe(
        0,
      );
      expect(out[0]).toBe(executionIdOf('r-wait'));
      expect(out.join('\n')).toContain('ExecutionCompleted');
    },
  );
});

describe('an execution that is not there', () => {
  const known = executionIdOf('r-1');
  const meant = `Did you mean ${known}? List them: ${calledAs()} status --endpoint `;

  it.each([
    ['a slip', `exec-f${known.slice(6)}`.slice(0, -1).concat('e')],
    ['the beginning of an id', known.slice(0, 11)],
  ])('is answered with what was perhaps meant by %s', async (_what, id) => {
    expect(await remote('status', id)).toBe(2);
    // With the way there: whoever types what it says reaches the same runtime.
    expect(err.join('')).toBe(`There is no execution ${id}. ${meant}${runtime.endpoint}`);
  });

  it('is not decided on, and watch and report say what was perhaps meant', { timeout: 120_000 }, async () => {
    const before = requests().length;
    const beginning = known.slice(0, 11);
    for (const args of [
      ['pause', beginning],
      ['retry', beginning, 'web'],
      ['cancel', executionId],
    ]) {
      err.length = 0;
      expect(await remote(...args)).toBe(2);
      expect(err.join('')).toContain(`There is no execution ${args[1]}.`);
      expect(err.join('')).toContain('Nothing was decided.');
      if (args[1] === beginning) expect(err.join('')).toContain(meant);
    }
    expect(requests().slice(before)).toEqual([]);
    err.length = 0;
    expect(await remote('watch', beginning)).toBe(2);
    expect(await remote('report', beginning)).toBe(2);
    expect(err).toEqual([
      `There is no execution ${beginning}. ${meant}${runtime.endpoint}`,
      expect.stringMatching(new RegExp(`no record of ${beginning}.*Did you mean ${known}\\?`)),
    ]);
  });
});

describe('decision', () => {
  const executionId = executionIdOf('r-1');

  it.each([
    ['pause', 'PauseRequested', []],
    ['resume', 'ResumeRequested', []],
    ['cancel', 'CancelRequested', []],
    ['retry', 'RetryWaveRequested', ['web']],
    ['skip', 'SkipWaveRequested', ['web']],
    ['continue', 'ContinueRequested', ['web']],
    ['approve', 'ApproveRequested', ['web', 'ready']],
    ['decline', 'DeclineRequested', ['web', 'ready']],
  ])('%s is published as %s, and fails with the reason where it is refused', async (verb, type, subject) => {
    const more = verb === 'cancel' ? ['--confirm', 'diamond'] : [];
    expect(await remote(verb, executionId, ...subject, '--by', 'ann', '--reason', 'why', ...more)).toBe(1);
    expect(out).toEqual([]);
    expect(err.join('\n')).toContain(`${type} was refused: `);
    const [waveId, actionId] = subject;
    expect(await said(type, (data) => data['executionId'] === executionId)).toEqual({
      executionId,
      ...(waveId !== undefined && { waveId }),
      ...(actionId !== undefined && { actionId }),
      decisionId: expect.stringMatching(/^cli-/),
      by: 'ann',
      reason: 'why',
    });
  });

  it.each([
    ['cancel', ['--confirm', 'diamond']],
    ['retry', ['web']],
    ['approve', ['web', 'ready']],
    ['approve', ['--plan-hash', 'a'.repeat(64)]],
  ])('%s %j on a bus that nobody listens to says that nothing responded', async (verb, rest) => {
    const to = ['--bus', 'groundswell-dr', '--patience', '1', '--reason', 'why'];
    expect(await remote(verb, executionId, ...rest, ...to)).toBe(4);
    expect(out).toEqual([]);
    expect(err.join('\n')).toContain('nothing responded within 1 s');
  });

  it('of which the audit has not told is neither called done nor refused, with an exit code of its own', async () => {
    const client = new EventBridgeClient({
      ...{ endpoint: runtime.endpoint, region: runtime.region },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const rule = { Name: 'groundswell-record-audit', EventBusName: 'groundswell' };
    await client.send(new DisableRuleCommand(rule));
    try {
      expect(await remote('pause', executionId, '--by', 'ann', '--reason', 'why')).toBe(4);
    } finally {
      await client.send(new EnableRuleCommand(rule));
      client.destroy();
    }
    expect(out).toEqual([]);
    expect(err.join('\n')).toContain('whether it was carried out or refused is not on record yet');
    expect(err.join('\n')).toContain(`status ${executionId} --endpoint ${runtime.endpoint}`);
  });

  it.each([
    ['no name of its plan', ['--reason', 'why'], 'the name of its plan: --confirm diamond'],
    ['another name', ['--reason', 'why', '--confirm', 'shop'], 'shop is not the name of the plan'],
    ['no reason', ['--confirm', 'diamond'], 'a reason: --reason'],
  ])('cancel and a real recovery decide nothing with %s', async (_what, given, said) => {
    const before = requests().length;
    expect(await remote('cancel', executionId, ...given)).toBe(2);
    expect(err.join('\n')).toContain(said);
    expect(err.join('\n')).toContain('Nothing was decided.');
    err.length = 0;
    expect(await remote('request', 'diamond', '--mode', 'recovery', ...given)).toBe(2);
    expect(err.join('\n')).toContain(said);
    expect(err.join('\n')).toContain('Nothing was requested.');
    expect(requests().slice(before)).toEqual([]);
  });

  it('approve and decline of the execution alone are those of a second person', async () => {
    const hash = 'a'.repeat(64);
    expect(await remote('approve', executionId, '--plan-hash', hash, '--by', 'bob')).toBe(1);
    expect(err.join('\n')).toContain('awaits no approval');
    expect(
      await said('ApproveExecutionRequested', (data) => data['executionId'] === executionId),
    ).toMatchObject({ planHash: hash, by: 'bob' });
    expect(await remote('decline', executionId, '--by', 'bob', '--reason', 'why')).toBe(1);
    expect(
      await said('DeclineExecutionRequested', (data) => data['executionId'] === executionId),
    ).toMatchObject({ by: 'bob', reason: 'why' });
  });

  it.each([
    ['no plan', [], 'planHash: is missing'],
    ['what is no hash', ['--plan-hash', 'newest'], 'a SHA-256 in hexadecimal'],
    ['a wave without its action', ['web'], 'actionId: is missing'],
    [
      'an action and a plan at once',
      ['web', 'ready', '--plan-hash', 'a'.repeat(64)],
      'unknown field planHash',
    ],
  ])('approve is refused with %s', async (_what, given, fault) => {
    await expect(remote('approve', executionId, ...given)).rejects.toThrow(fault);
  });
});

it.each([
  [['drill', '--speed', 'fast']],
  [['drill', '--mode', 'rehearsal']],
  [['up', '--port', '70000']],
  [['up', '--port', '1.5']],
  [['request', 'shop']],
  [['status', '--region', 'here']],
  [['status', '--endpoint', 'ftp://x']],
  [['nonsense']],
])('%j is refused before anything is done', async (args) => {
  await expect(run(...args)).rejects.toThrow(CommanderError);
});
