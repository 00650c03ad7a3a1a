import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Deployment } from '../../infra/local/iam/deployment.ts';
import { scenarioSchema } from '../../infra/local/runtime/scenario.ts';
import { deployment, externalId, targetRole, withoutAction } from '../support/enforced-deployment.ts';
import { operateRuntime, type OperatedRuntime, type WrittenPlan } from '../support/operated-runtime.ts';

const folder = join(import.meta.dirname, '../../contracts/plans');
const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));

/** The sample plan with every kind of action and a wave in another account, whose role is the deployed one. */
const everything = (): WrittenPlan => {
  const plan = read('everything.yaml') as WrittenPlan;
  const { frankfurt } = plan.targets ?? {};
  if (frankfurt === undefined) return expect.fail('the sample has no target');
  return { ...plan, targets: { frankfurt: { ...frankfurt, role: targetRole, externalId } } };
};

let operated: OperatedRuntime | undefined;
afterEach(async () => {
  await operated?.close();
  operated = undefined;
});

/** A runtime that enforces a deployment, and everything that it has refused. */
const enforce = async (enforced: Deployment) => {
  const refused = new Set<string>();
  const runtime = await operateRuntime({
    speed: 120,
    scenario: scenarioSchema.parse(read('everything.scenario.yaml')),
    iam: {
      deployment: enforced,
      onJudged: ({ principal, access, decision }) => {
        const who = principal.kind === 'service' ? principal.name : principal.arn.replace(/^.*\//, '');
        if (!decision.allowed) refused.add(`${who} ${access.action}`);
      },
    },
  });
  operated = runtime;
  return { runtime, refused };
};

const role = (service: string): string => `groundswell-${service}-eu-west-1`;

describe('under the permissions of the synthesised templates', { timeout: 300_000 }, () => {
  it('every kind of action and a wave in another account run to their end, and nothing is refused', async () => {
    const { runtime, refused } = await enforce(deployment());
    const id = await runtime.drill(everything());
    const { outcome } = await runtime.said(id, 'ExecutionCompleted');
    expect({ outcome, refused: [...refused] }).toEqual({ outcome: 'COMPLETED', refused: [] });
  });

  it('a launcher that may not make launch template versions gets a job that fails without a reason', async () => {
    const { runtime, refused } = await enforce(
      withoutAction(deployment(), role('launch-wave'), 'ec2:CreateLaunchTemplateVersion'),
    );
    const id = await runtime.drill(everything());
    await runtime.said(id, 'ExecutionFailed');
    expect([...refused]).toEqual(['groundswell-launch-wave ec2:CreateLaunchTemplateVersion']);
  });

  it('a runbook is refused without the permission for the execution that it would be', async () => {
    const { runtime, refused } = await enforce(
      withoutAction(
        deployment(),
        role('run-actions'),
        'ssm:StartAutomationExecution',
        ':automation-execution/',
      ),
    );
    const id = await runtime.drill(everything());
    const { message } = await runtime.said(id, 'ActionFailed');
    expect(message).toContain('is not authorized to perform: ssm:StartAutomationExecution on resource');
    expect(refused).toContain('groundswell-run-actions ssm:StartAutomationExecution');
  });

  it('a function that its rule may not invoke hears nothing, and the event is in its dead-letter queue', async () => {
    const whole = deployment();
    const intake = 'arn:aws:lambda:eu-west-1:111122223333:function:groundswell-accept-execution';
    const policies = new Map([...whole.resourcePolicies].filter(([arn]) => arn !== intake));
    const { runtime, refused } = await enforce({ ...whole, resourcePolicies: policies });
    // The request waits for an answer that nobody can give.
    void runtime.drill(everything()).catch(() => undefined);
    await expect
      .poll(() => [...refused], { timeout: 30_000 })
      .toContain('events.amazonaws.com lambda:InvokeFunction');
    expect([...refused]).not.toContain('events.amazonaws.com sqs:SendMessage');
  });
});
