import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { planSchema } from '../../../../contracts/plan.ts';
import { type Runtime, startRuntime } from '../../../../infra/local/runtime.ts';
import { parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import { defaultScenario } from '../../../../infra/simulated-aws/scenario.ts';
import { localCredentials } from '../../../../services/core/ports/aws/client-settings.ts';
import { createSignedCall } from '../../../../services/core/ports/aws/signed-call.ts';
import { checkPlanText } from '../../../../services/faces/cli/plan-file.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { openTerminal, runIn } from '../../../support/terminal.ts';

const scenario = {
  ...defaultScenario,
  drs: parseDrsScenario({
    servers: Array.from({ length: 4 }, (_, at) => ({ name: `server-${at + 1}`, id: serverId(at + 1) })),
    // The first answer of each is lost, and what it asked for was done.
    callFaults: ['CreateRecoveryPlan', 'CreateRecoveryPlanStep'].map((operation) => ({
      ...{ operation, answer: 'INTERNAL_ERROR', done: true, calls: [1], retryAfterSeconds: 0 },
    })),
  }),
};

const shop = {
  planId: 'shop',
  description: 'database, then web',
  waves: [
    {
      waveId: 'database',
      servers: [{ sourceServerId: serverId(1) }, { sourceServerId: serverId(2), critical: false }],
      success: 'critical',
      after: [{ kind: 'wait', actionId: 'warm-up', minutes: 5 }],
    },
    { waveId: 'web', dependsOn: ['database'], servers: [{ sourceServerId: serverId(3) }] },
  ],
};

describe('plan export', { timeout: 60_000 }, () => {
  let runtime: Runtime;
  const folder = mkdtempSync(join(tmpdir(), 'export-'));
  const terminal = openTerminal();
  const { out, err } = terminal;

  const run = (...args: string[]): Promise<number> =>
    runIn(terminal, ...args, '--endpoint', runtime.endpoint);

  const fileOf = (plan: { readonly planId: string }): string => {
    const file = join(folder, `${plan.planId}.yaml`);
    writeFileSync(file, stringify(plan));
    return file;
  };

  const drs = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const call = createSignedCall(runtime.endpoint);
    const headers = { 'content-type': 'application/json' };
    const access = { region: runtime.region, credentials: localCredentials, service: 'drs' };
    return JSON.parse(
      await call({ ...access, path: `/${operation}`, headers, body: JSON.stringify(input) }),
    ) as Record<string, unknown>;
  };

  const plansThere = async () =>
    (await drs('ListRecoveryPlans', {}))['recoveryPlans'] as readonly {
      name: string;
      recoveryPlanArn: string;
    }[];
  const stepsThere = async (recoveryPlanArn: string) =>
    (await drs('ListRecoveryPlanSteps', { recoveryPlanArn }))['recoveryPlanSteps'] as readonly {
      stepName: string;
      recoveryPlanStepArn: string;
    }[];

  beforeAll(async () => {
    runtime = await startRuntime({ speed: 1_000, scenario });
  });
  afterAll(async () => {
    await runtime.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => terminal.forget());

  it('says what it would create, and creates nothing, as a trial', async () => {
    expect(await run('plan', 'export', fileOf(shop), '--to', 'drs', '--dry-run')).toBe(0);
    expect(out.join('\n')).toBe(
      [
        'Would create shop in 111122223333/eu-west-1, 3 steps:',
        `  1  database: ${serverId(1)}, ${serverId(2)} (optional)`,
        '  2  warm-up: waits 5 min',
        `  3  web: ${serverId(3)}`,
      ].join('\n'),
    );
    expect(await plansThere()).toEqual([]);
  });

  it('creates a plan once, though answers are lost, and says that it is in step the next time', async () => {
    expect(await run('plan', 'export', fileOf(shop), '--to', 'drs')).toBe(0);
    const [plan, ...others] = await plansThere();
    expect([plan?.name, others]).toEqual(['shop', []]);
    expect(out.join('')).toBe(`created: ${plan?.recoveryPlanArn} has the 3 steps of shop.`);
    const steps = await stepsThere(plan?.recoveryPlanArn ?? '');
    expect(steps.map(({ stepName }) => stepName)).toEqual(['database', 'warm-up', 'web']);
    out.length = 0;
    expect(await run('plan', 'export', fileOf(shop), '--to', 'drs')).toBe(0);
    expect(out.join('')).toBe(`in step: ${plan?.recoveryPlanArn} has the 3 steps of shop.`);
  });

  it('goes on behind the steps that are there', async () => {
    const [plan] = await plansThere();
    const arn = plan?.recoveryPlanArn ?? '';
    const last = (await stepsThere(arn)).at(-1);
    await drs('DeleteRecoveryPlanStep', { recoveryPlanStepArn: last?.recoveryPlanStepArn });
    expect(await run('plan', 'export', fileOf(shop), '--to', 'drs')).toBe(0);
    expect(out.join('')).toBe(`created: ${arn} has the 3 steps of shop, the missing ones now.`);
    expect((await stepsThere(arn)).map(({ stepName }) => stepName)).toEqual(['database', 'warm-up', 'web']);
  });

  it('tells what differs, changes nothing of it, and ends with 1', async () => {
    const changed = {
      ...shop,
      waves: [shop.waves[0], { ...shop.waves[1], servers: [{ sourceServerId: serverId(4) }] }],
    };
    expect(await run('plan', 'export', fileOf(changed), '--to', 'drs')).toBe(1);
    expect(out.join('\n')).toContain(`step 3: web: ${serverId(3)} in DRS, web: ${serverId(4)} here`);
    expect(err.join('')).toContain('Nothing was changed.');
    out.length = 0;
    expect(await run('plan', 'export', fileOf(shop), '--to', 'drs')).toBe(0);
    expect(out.join('')).toContain('in step');
  });

  it('refuses two plans of one name', async () => {
    const { recoveryPlan } = await drs('CreateRecoveryPlan', { name: 'shop' });
    expect(await run('plan', 'export', fileOf(shop), '--to', 'drs')).toBe(1);
    expect(err.join('')).toContain('DRS has 2 plans named shop');
    await drs('DeleteRecoveryPlan', {
      recoveryPlanArn: (recoveryPlan as { recoveryPlanArn: string }).recoveryPlanArn,
    });
  });

  it('refuses a plan that DRS cannot say, with every reason', async () => {
    const tagged = {
      ...shop,
      planId: 'tagged',
      waves: [{ waveId: 'web', servers: { tags: { Tier: 'web' }, minimum: 1 }, pauseBefore: true }],
    };
    await expect(run('plan', 'export', fileOf(tagged), '--to', 'drs')).rejects.toThrow(
      /2 faults[\s\S]*chosen by tag[\s\S]*wait for nobody/,
    );
  });

  it('is read back from the service by import', async () => {
    expect(await run('plan', 'import', '--from', 'drs')).toBe(0);
    const checked = checkPlanText(out.join('\n'));
    if ('faults' in checked) throw new Error(JSON.stringify(checked.faults));
    const place = '111122223333-eu-west-1';
    const target = { target: place };
    expect(checked.plan).toEqual(
      planSchema.parse({
        ...shop,
        targets: { [place]: { account: '111122223333', region: 'eu-west-1' } },
        waves: shop.waves.map((wave) => ({ ...wave, ...target })),
      }),
    );
    expect(err.join('')).toContain("DRS's own recovery plans, 1 plan");
  });

  it('writes a plan out with its defaults, as YAML and as JSON', async () => {
    expect(await run('plan', 'export', fileOf(shop), '--to', 'json')).toBe(0);
    const whole = planSchema.parse(shop);
    expect(JSON.parse(out.join('\n'))).toEqual(whole);
    out.length = 0;
    expect(await run('plan', 'export', fileOf(shop), '--to', 'yaml')).toBe(0);
    expect(checkPlanText(out.join('\n'))).toEqual({ plan: whole });
  });
});
