import { afterEach, describe, expect, it } from 'vitest';
import { deployment, hub, runbookRole, withoutAction } from '../support/enforced-deployment.ts';
import { type EnforcedRuntime, enforceDeployment } from '../support/enforced-runtime.ts';
import {
  allowedTo,
  grantsOf,
  nameOfRole,
  neededBy,
  reasons,
  writeNeeds,
  wordsOf,
} from '../support/needed-permissions.ts';
import { samplePlan } from '../support/enforced-samples.ts';
import { drillWithRunbook, enforcedScenarios } from '../support/enforced-scenarios.ts';

/** What each scenario was allowed, by its name and by role. */
const allowed = new Map<string, ReturnType<typeof allowedTo>>();
const everything = enforcedScenarios.find(({ name }) => name.startsWith('every kind'))?.options;
let enforced: EnforcedRuntime | undefined;
afterEach(async () => {
  await enforced?.operated.close();
  enforced = undefined;
});

const enforce = async (...options: Parameters<typeof enforceDeployment>) => {
  enforced = await enforceDeployment(...options);
  return enforced;
};

const role = (service: string): string => `groundswell-${service}-${hub.region}`;

describe('under the permissions of the synthesised templates', { timeout: 300_000 }, () => {
  it.each(enforcedScenarios)('$name: nothing is refused', async ({ name, options, run }) => {
    const { operated, refused, judged } = await enforce(deployment(), options);
    await run(operated);
    expect(refused()).toEqual([]);
    allowed.set(name, allowedTo(judged));
  });

  it('each action of each role is needed by a scenario, or says why it is there all the same', () => {
    const whole = deployment();
    const grants = grantsOf(whole).filter(({ role }) => nameOfRole(role).startsWith('groundswell-'));
    const needs = grants.map((granted) => ({ granted, scenario: neededBy(granted, whole, allowed) }));
    const unneeded = needs.filter(({ scenario }) => scenario === undefined).map(({ granted }) => granted);
    const words = unneeded.map(wordsOf);
    expect(words.filter((each) => !reasons.some(([form]) => form.test(each)))).toEqual([]);
    const all = grants.map(wordsOf);
    expect(reasons.map(([form]) => form).filter((form) => !all.some((each) => form.test(each)))).toEqual([]);
    writeNeeds(needs);
  });

  it('a launcher that may not make launch template versions gets a job that fails without a reason', async () => {
    const { operated, refused } = await enforce(
      withoutAction(deployment(), role('launch-wave'), 'ec2:CreateLaunchTemplateVersion'),
      everything,
    );
    await operated.said(await operated.drill(samplePlan('everything')), 'ExecutionFailed');
    expect(refused()).toEqual(['groundswell-launch-wave ec2:CreateLaunchTemplateVersion']);
  });

  it('an intake that may not describe source servers rejects its requests, and says why', async () => {
    const { operated, refused } = await enforce(
      withoutAction(deployment(), role('accept-execution'), 'drs:DescribeSourceServers'),
      everything,
    );
    const { faults } = await operated.said(
      await operated.drill(samplePlan('three-tier')),
      'ExecutionRejected',
    );
    expect(JSON.stringify(faults)).toContain('is not authorized to perform: drs:DescribeSourceServers');
    expect(refused()).toEqual(['groundswell-accept-execution drs:DescribeSourceServers']);
  });

  it('a runbook is refused without the permission for the execution that it would be', async () => {
    const { operated, refused } = await enforce(
      withoutAction(
        deployment(),
        role('run-actions'),
        'ssm:StartAutomationExecution',
        ':automation-execution/',
      ),
      everything,
    );
    const id = await operated.drill(samplePlan('everything'));
    const { message } = await operated.said(id, 'ActionFailed');
    expect(message).toContain('is not authorized to perform: ssm:StartAutomationExecution on resource');
    expect(refused()).toContain('groundswell-run-actions ssm:StartAutomationExecution');
  });

  it('a runbook without a role acts in the name of whoever started it, who may not do what it does', async () => {
    const { operated, refused } = await enforce(deployment(), everything);
    const { message } = await operated.said(await drillWithRunbook(operated, undefined), 'ActionFailed');
    expect(message).toContain('Step fails when it is run: tag.');
    expect(refused()).toEqual(['groundswell-run-actions ec2:CreateTags']);
  });

  it('a role that the templates do not have cannot be assumed for a runbook', async () => {
    const whole = deployment();
    const roles = whole.roles.filter(({ arn }) => arn !== runbookRole(hub.account));
    const { operated } = await enforce({ ...whole, roles }, everything);
    const id = await drillWithRunbook(operated, runbookRole(hub.account));
    const { message } = await operated.said(id, 'ActionFailed');
    expect(message).toContain('The defined assume role is unable to be assumed.');
  });

  it('an API that may not invoke its function says so as API Gateway does, and has no other routes', async () => {
    const whole = deployment();
    const api = `arn:aws:lambda:${hub.region}:${hub.account}:function:groundswell-serve-api`;
    const policies = new Map([...whole.resourcePolicies].filter(([arn]) => arn !== api));
    const { operated, refused } = await enforce({ ...whole, resourcePolicies: policies });
    const answerTo = async (path: string) => {
      const answer = await fetch(`${operated.runtime.endpoint}/api${path}`);
      return { status: answer.status, body: await answer.text() };
    };
    expect(await answerTo('/plans')).toEqual({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(await answerTo('/plots')).toEqual({ status: 404, body: '{"message":"Not Found"}' });
    expect(refused()).toEqual(['apigateway.amazonaws.com lambda:InvokeFunction']);
  });
});
