/* eslint-disable @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument --
   A template is JSON of many forms, and each expectation checks the one that it reads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployedLength, managedPolicyMax, policiesOfRoleMax } from '../../../infra/aws/managed-policies.ts';
import { settingsSchema } from '../../../infra/aws/settings.ts';
import { type DeployedResource, type Statement, synthesise } from './deployment.ts';
import { fullSettings } from './full-settings.ts';
import { schemaFaults, schemaOf } from './schema-faults.ts';
import { settingSamples } from './setting-samples.ts';

/** AWS's quotas, each as the service's page of quotas has it. */
const limits = {
  trustPolicy: 2_048,
  busPolicy: 10_240,
  functionPolicy: 20_480,
  environment: 4_096,
  templateBytes: 1_000_000,
  resources: 500,
};

const text = (value: unknown): string => JSON.stringify(value);
const ofType = (resources: readonly DeployedResource[], ...types: readonly string[]) =>
  resources.filter(({ Type }) => types.includes(Type));
const policiesOf = (resources: readonly DeployedResource[], role: string) =>
  ofType(resources, 'AWS::IAM::ManagedPolicy').filter(({ Properties: { Roles } }) =>
    text(Roles).includes(`"${role}"`),
  );

it('has a sample of every setting', () => {
  const named = Object.values(settingSamples).flatMap(Object.keys);
  expect(new Set(named)).toEqual(new Set(Object.keys(settingsSchema.shape)));
});

it('passes the rules by which CDK itself checks templates', () => {
  expect(() => synthesise(fullSettings, true)).not.toThrow();
}, 300_000);

describe.each(Object.entries(settingSamples))(
  'the deployment with the settings of "%s"',
  (_name, settings) => {
    let deployment: ReturnType<typeof synthesise>;
    let stacks: readonly (readonly DeployedResource[])[];
    let all: readonly DeployedResource[];
    beforeAll(() => {
      deployment = synthesise(settings);
      stacks = deployment.stacks.map(deployment.resourcesOf);
      all = stacks.flat();
    }, 300_000);
    afterAll(() => {
      all = [];
      stacks = [];
    });

    it('keeps its policies within what IAM holds', () => {
      for (const { id, Properties } of ofType(all, 'AWS::IAM::ManagedPolicy'))
        expect(deployedLength(Properties['PolicyDocument']), id).toBeLessThanOrEqual(managedPolicyMax);
      for (const resources of stacks)
        for (const { id, Properties } of ofType(resources, 'AWS::IAM::Role')) {
          expect(policiesOf(resources, id).length, id).toBeLessThanOrEqual(policiesOfRoleMax);
          const trust = deployedLength(Properties['AssumeRolePolicyDocument']);
          expect(trust, id).toBeLessThanOrEqual(limits.trustPolicy);
        }
    });

    it('keeps the policies of its bus and of its functions within what these hold', () => {
      const statements = ofType(all, 'AWS::Events::EventBusPolicy').map(
        ({ Properties }) => Properties['Statement'],
      );
      expect(deployedLength({ Version: '2012-10-17', Statement: statements })).toBeLessThanOrEqual(
        limits.busPolicy,
      );
      for (const { id } of ofType(all, 'AWS::Lambda::Function')) {
        const permissions = ofType(all, 'AWS::Lambda::Permission').filter(({ Properties }) =>
          text(Properties['FunctionName']).includes(`"${id}"`),
        );
        // Lambda writes a statement of each, with an id, its own ARN and the condition on the source.
        const length = permissions.reduce((sum, { Properties }) => sum + 400 + deployedLength(Properties), 0);
        expect(length, id).toBeLessThanOrEqual(limits.functionPolicy);
      }
    });

    it('keeps environments and templates within what Lambda and CloudFormation hold', () => {
      for (const { id, Properties } of ofType(all, 'AWS::Lambda::Function'))
        expect(deployedLength(Properties['Environment']?.Variables ?? {}), id).toBeLessThanOrEqual(
          limits.environment,
        );
      for (const stack of deployment.stacks) {
        const template = deployment.templateOf(stack);
        expect(text(template).length, stack.stackName).toBeLessThanOrEqual(limits.templateBytes);
        expect(Object.keys(template.Resources).length, stack.stackName).toBeLessThanOrEqual(limits.resources);
      }
    });

    it('trusts nobody who is not there yet', () => {
      const [hub = []] = stacks;
      const names = ofType(hub, 'AWS::IAM::Role').map(({ Properties }) => Properties['RoleName']);
      const trusts = ofType(all, 'AWS::IAM::Role').flatMap(
        ({ Properties }): readonly Statement[] => Properties['AssumeRolePolicyDocument'].Statement,
      );
      for (const { Effect, Principal } of trusts.filter(({ Effect }) => Effect === 'Allow')) {
        const { AWS, Service } = Principal as { AWS?: string; Service?: string };
        expect(Service ?? names, Effect).toContain(
          AWS === undefined ? '.amazonaws.com' : AWS.split(':role/')[1],
        );
      }
      const [hubStack] = deployment.stacks;
      for (const target of deployment.targets) expect(target.dependencies).toContain(hubStack);
    });

    it('creates last what is checked against something else', () => {
      for (const resources of stacks) {
        const product = ofType(resources, 'AWS::Lambda::Function').filter(
          ({ Properties }) => Properties['FunctionName'] !== undefined,
        );
        for (const fn of product) {
          const policies = policiesOf(resources, fn.Properties['Role']['Fn::GetAtt'][0]).map(({ id }) => id);
          expect(policies.length, fn.id).toBeGreaterThan(0);
          const checked = ofType(
            resources,
            'AWS::Lambda::EventSourceMapping',
            'AWS::Lambda::EventInvokeConfig',
          ).filter(({ Properties }) => Properties['FunctionName'].Ref === fn.id);
          for (const { id, DependsOn = [] } of [fn, ...checked])
            expect(DependsOn, id).toEqual(expect.arrayContaining(policies));
        }
        for (const { id, DependsOn = [], Properties } of ofType(resources, 'AWS::Events::Rule')) {
          const before = ofType(
            resources.filter((resource) => DependsOn.includes(resource.id)),
            'AWS::Lambda::Permission',
            'AWS::IAM::ManagedPolicy',
            'AWS::SQS::QueuePolicy',
          );
          const [{ Arn, RoleArn }] = Properties['Targets'];
          const toQueue = ofType(resources, 'AWS::SQS::Queue').some(
            (queue) => queue.id === Arn['Fn::GetAtt']?.[0],
          );
          const invoking = toQueue ? 'AWS::SQS::QueuePolicy' : 'AWS::Lambda::Permission';
          expect(before.map(({ Type }) => Type).sort(), id).toEqual(
            [RoleArn === undefined ? invoking : 'AWS::IAM::ManagedPolicy', 'AWS::SQS::QueuePolicy'].sort(),
          );
        }
      }
    });

    it('leaves nothing with a name of its own behind when its creation fails', () => {
      const kept = all
        .filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')
        .filter(({ Type, Properties }) =>
          (schemaOf(Type)?.primaryIdentifier ?? []).some((name) => Properties[name] !== undefined),
        );
      expect(kept.map(({ id }) => id)).toEqual([]);
      if ('protected' in settings) return;
      for (const { Properties } of ofType(all, 'AWS::DynamoDB::Table'))
        expect(Properties['DeletionProtectionEnabled']).not.toBe(true);
      for (const { terminationProtection } of deployment.stacks) expect(terminationProtection).not.toBe(true);
    });

    it('has the properties that CloudFormation knows, and no others', () => {
      const own = all.filter(({ Type }) => !/^(Custom::|AWS::CDK::)/.test(Type));
      expect(own.flatMap(schemaFaults)).toEqual([]);
    });
  },
);
