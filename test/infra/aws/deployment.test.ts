/* eslint-disable @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-argument --
   A template is JSON of many forms, and each expectation checks the one that it reads. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsSolutionsChecks, NIST80053R5Checks, ServerlessChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { taskEvents } from '../../../contracts/task-events.ts';
import { catalogue } from '../../../contracts/catalogue.ts';
import { requestNames } from '../../../infra/aws/event-writers.ts';
import { scopesInToken } from '../../../infra/aws/http-api.ts';
import { GroundswellChecks } from '../../../infra/aws/own-rules.ts';
import { stateTableInput } from '../../../infra/local/runtime/state-table.ts';
import { openApiOf } from '../../../services/faces/api/openapi.ts';
import { routes as apiRoutes } from '../../../services/faces/api/app.ts';
import {
  hintSources,
  hintTypes,
  auditRunsMax,
  auditService,
  eventQueueName,
  functionName,
  functions,
  type FunctionTopology,
  rulesOf,
} from '../../../infra/topology.ts';
import { accessParameter, accessRulesSchema } from '../../../contracts/access.ts';
import { allowListParameters } from '../../../contracts/allow-lists.ts';
import { actionsOf, listOf, type Statement, synthesise } from './deployment.ts';
import { externalId, fullSettings, hubAccount, targetAccount } from './full-settings.ts';

const { app, stacks, hub, target } = synthesise(fullSettings);
const plain = synthesise({});

const ofType = (resources: typeof hub, type: string) => resources.filter(({ Type }) => Type === type);
const text = (value: unknown): string => JSON.stringify(value);

/** What each service's role may do: by the name of the service. */
const statementsOfServices: ReadonlyMap<string, readonly Statement[]> = new Map(
  functions.map(({ service }) => {
    const role = ofType(hub, 'AWS::IAM::Role').find(
      ({ Properties }) => Properties['RoleName'] === `${functionName(service)}-eu-west-1`,
    );
    const policies = ofType(hub, 'AWS::IAM::ManagedPolicy').filter(({ Properties }) =>
      text(Properties['Roles']).includes(`"${role?.id}"`),
    );
    return [service, policies.flatMap(({ Properties }) => Properties['PolicyDocument'].Statement)];
  }),
);

const metricQueries = z.array(
  z.object({
    MetricStat: z
      .object({
        Metric: z.object({
          MetricName: z.string(),
          Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
        }),
      })
      .optional(),
  }),
);

/** The metrics among the queries of an alarm, without its expressions. */
const metricsAmong = (queries: unknown) =>
  metricQueries.parse(queries).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);

const withAction = (pattern: RegExp): readonly string[] =>
  [...statementsOfServices].flatMap(([service, statements]) =>
    statements.some((statement) => actionsOf(statement).some((action) => pattern.test(action)))
      ? [service]
      : [],
  );

const table = (
  rows: readonly string[],
  columns: readonly string[],
  has: (row: string, column: string) => boolean,
) =>
  [
    ''.padEnd(26) + columns.map((column) => column.padEnd(18)).join(''),
    ...rows.map(
      (row) => row.padEnd(26) + columns.map((column) => (has(row, column) ? 'x' : '.').padEnd(18)).join(''),
    ),
  ].join('\n');

/** "Actions, resources, and condition keys for AWS Elastic Disaster Recovery": dependent actions of StartRecovery. */
const startRecoveryNeeds = [
  ...['drs:CreateRecoveryInstanceForDrs', 'drs:ListTagsForResource', 'iam:PassRole'],
  ...[
    ...['AttachVolume', 'AuthorizeSecurityGroupEgress', 'AuthorizeSecurityGroupIngress'],
    ...[
      'CreateLaunchTemplate',
      'CreateLaunchTemplateVersion',
      'CreateSnapshot',
      'CreateTags',
      'CreateVolume',
    ],
    ...['DeleteLaunchTemplateVersions', 'DeleteSnapshot', 'DeleteVolume', 'DescribeAccountAttributes'],
    ...['DescribeAvailabilityZones', 'DescribeImages', 'DescribeInstanceAttribute', 'DescribeInstanceStatus'],
    ...['DescribeInstanceTypes', 'DescribeInstances', 'DescribeLaunchTemplateVersions'],
    ...['DescribeLaunchTemplates', 'DescribeSecurityGroups', 'DescribeSnapshots', 'DescribeSubnets'],
    ...['DescribeVolumes', 'DetachVolume', 'ModifyInstanceAttribute', 'ModifyLaunchTemplate'],
    ...['RevokeSecurityGroupEgress', 'RunInstances', 'StartInstances', 'StopInstances', 'TerminateInstances'],
  ].map((action) => `ec2:${action}`),
];

describe('least privilege', () => {
  it('prints who may do what', () => {
    const actions = [...new Set([...statementsOfServices.values()].flat().flatMap(actionsOf))]
      .filter((action) => !/^(logs|xray|kms|ec2:D|ec2:G)/.test(action))
      .sort();
    const services = [...statementsOfServices.keys()];
    const matrix = table(actions, services, (action, service) =>
      (statementsOfServices.get(service) ?? []).some((statement) => actionsOf(statement).includes(action)),
    );
    console.info(matrix);
    expect(matrix).toContain('drs:StartRecovery');
  });

  it('lets exactly one role start recoveries', () => {
    expect(withAction(/^(drs:\*|drs:Start.*|\*)$/)).toEqual(['launch-wave']);
  });

  it('lets exactly one role start or stop automations', () => {
    expect(withAction(/^(ssm:\*|ssm:(Start|Stop|Send).*|\*)$/)).toEqual(['run-actions']);
  });

  it('lets one role terminate instances of DRS, and none disconnect or delete anything of it', () => {
    expect(withAction(/^drs:(\*|Terminate)/)).toEqual(['clean-up-drill']);
    expect(withAction(/^drs:(\*|Disconnect|Delete|Stop|Reverse|Update|Put)/)).toEqual([]);
  });

  it('lets no role start a recovery and terminate instances', () => {
    expect(withAction(/^drs:(\*|StartRecovery)/)).toEqual(['launch-wave']);
    const ending = (statementsOfServices.get('clean-up-drill') ?? []).flatMap(actionsOf);
    const starting = /^(drs:(Start|Create|Update|Put|Tag)|ec2:(Run|Start|Create|Attach)|iam:PassRole|ssm:)/;
    expect(ending.filter((action) => starting.test(action))).toEqual([]);
  });

  it('ends instances and volumes in EC2 only where DRS does so in the name of the clean-up', () => {
    const statements = (statementsOfServices.get('clean-up-drill') ?? []).filter((statement) =>
      actionsOf(statement).some((action) => /^ec2:(?!DescribeInstance(s|Attribute)$)/.test(action)),
    );
    expect(statements.length).toBeGreaterThan(1);
    for (const { Condition } of statements)
      expect(Condition).toEqual({ Bool: { 'aws:ViaAWSService': 'true' } });
  });

  it('allows no action by a wildcard', () => {
    expect(withAction(/\*/)).toEqual([]);
  });

  it("allows EC2's changes only where a service makes them in the launcher's name", () => {
    const statements = (statementsOfServices.get('launch-wave') ?? []).filter((statement) =>
      // That instances are described by the function itself is how a drill knows what it would end.
      actionsOf(statement).some((action) => /^ec2:(?!DescribeInstances$)/.test(action)),
    );
    expect(statements.length).toBeGreaterThan(1);
    for (const { Condition } of statements)
      expect(Condition).toEqual({ Bool: { 'aws:ViaAWSService': 'true' } });
  });

  it('passes roles only by name and to one service each', () => {
    const passing = [...statementsOfServices].flatMap(([service, statements]) =>
      statements
        .filter((statement) => actionsOf(statement).includes('iam:PassRole'))
        .map((statement) => ({ service, statement })),
    );
    expect(passing.map(({ service }) => service)).toEqual(['launch-wave', 'run-actions', 'schedule-drills']);
    for (const { statement } of passing) {
      expect(text(statement.Resource)).not.toContain('*');
      expect(statement.Condition?.['StringEquals']?.['iam:PassedToService']).toMatch(
        /^(ec2|ssm|scheduler)\.amazonaws\.com$/,
      );
    }
  });

  it('starts automations only of documents on the allow-list', () => {
    const [start] = (statementsOfServices.get('run-actions') ?? []).filter((statement) =>
      actionsOf(statement).includes('ssm:StartAutomationExecution'),
    );
    const names = listOf(start?.Resource).map(
      (arn) => /(?:definition|document)\/([\w*-]+)/.exec(text(arn))?.[1],
    );
    expect(new Set(names)).toEqual(new Set(['AWS-RunShellScript', 'Shop-*', undefined]));
    expect(listOf(start?.Resource)).toContain(`arn:aws:ssm:eu-west-1:${hubAccount}:automation-execution/*`);
  });

  it.each(startRecoveryNeeds)('lets the launcher do what StartRecovery does in its name: %s', (action) => {
    expect((statementsOfServices.get('launch-wave') ?? []).flatMap(actionsOf)).toContain(action);
  });

  it('passes roles to recovered instances under no condition but the service that gets them', () => {
    const [passing] = (statementsOfServices.get('launch-wave') ?? []).filter((statement) =>
      actionsOf(statement).includes('iam:PassRole'),
    );
    expect(passing?.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } });
  });

  it('invokes only functions of the allow-list, their versions and their durable executions', () => {
    const statements = [...statementsOfServices].flatMap(([service, all]) =>
      all
        .filter((each) => actionsOf(each).some((action) => action.startsWith('lambda:')))
        .map((each) => ({
          service,
          actions: actionsOf(each),
          resources: listOf(each.Resource),
        })),
    );
    const own = `arn:aws:lambda:eu-west-1:${hubAccount}:function:`;
    const resources = ['shop-*', 'warm-cache', 'warm-cache:*'].map((name) => `${own}${name}`);
    const reads = { actions: ['lambda:GetFunctionConfiguration'], resources };
    expect(statements).toEqual([
      { service: 'accept-execution', ...reads },
      {
        service: 'run-actions',
        actions: [
          'lambda:GetDurableExecution',
          'lambda:InvokeFunction',
          'lambda:ListDurableExecutionsByFunction',
          'lambda:StopDurableExecution',
        ],
        resources,
      },
      { service: 'serve-api', ...reads },
    ]);
  });

  it('publishes each allow-list where the check of a plan reads it, also an empty one', () => {
    const published = (resources: typeof hub) =>
      Object.fromEntries(
        ofType(resources, 'AWS::SSM::Parameter').map(({ Properties }) => [
          Properties['Name'],
          Properties['Value'],
        ]),
      );
    expect(published(hub)).toMatchObject({
      [allowListParameters.documents]: '["AWS-RunShellScript","Shop-*"]',
    });
    expect(published(plain.hub)).toMatchObject(
      Object.fromEntries(Object.values(allowListParameters).map((name) => [name, '[]'])),
    );
  });

  it('starts no automation when the allow-list is empty', () => {
    const granted = ofType(plain.hub, 'AWS::IAM::ManagedPolicy').map(({ Properties }) => text(Properties));
    expect(granted.filter((policy) => policy.includes('ssm:StartAutomationExecution'))).toEqual([]);
  });

  it('lets the audit, which takes replays, add records of its own kind and do nothing else', () => {
    const statements = (statementsOfServices.get(auditService) ?? []).filter(
      (statement) => !actionsOf(statement).every((action) => /^(logs|xray|kms|sqs):/.test(action)),
    );
    expect(statements.flatMap(actionsOf)).toEqual(['dynamodb:PutItem']);
    expect(statements[0]?.Condition?.['ForAllValues:StringLike']).toEqual({
      'dynamodb:LeadingKeys': ['audit#*'],
    });
  });

  it('gives no function a policy of its own beside the one that is written down', () => {
    expect(ofType(hub, 'AWS::IAM::Policy')).toEqual([]);
    for (const { Properties } of ofType(hub, 'AWS::IAM::Role'))
      expect(Properties['Policies']).toBeUndefined();
  });
});

/** The events that a service's role may publish. */
const publishableBy = (service: string): readonly string[] =>
  (statementsOfServices.get(service) ?? [])
    .filter((statement) => actionsOf(statement).includes('events:PutEvents'))
    .flatMap(({ Condition }) => listOf(Condition?.['StringEquals']?.['events:detail-type'] as string[]));

describe('the right to say an event', () => {
  const writersOf = (name: string): readonly string[] =>
    functions.map(({ service }) => service).filter((service) => publishableBy(service).includes(name));

  it('prints who may say what', () => {
    const names = catalogue.map(({ name }) => name);
    const matrix = table(names, [...statementsOfServices.keys()], (name, service) =>
      publishableBy(service).includes(name),
    );
    console.info(matrix);
    expect(matrix.split('\n')).toHaveLength(catalogue.length + 1);
  });

  it.each(
    catalogue
      .filter(({ saidBy }) => !['any', 'operator'].includes(saidBy))
      .map(({ name, saidBy }) => [name, saidBy]),
  )('of %s is that of %s alone', (name, saidBy) => {
    expect(writersOf(name)).toEqual([saidBy]);
  });

  it('of a shared event is that of those who decide', () => {
    const shared = catalogue
      .filter(({ saidBy }) => saidBy === 'any')
      .map(({ name }) => [name, writersOf(name)]);
    const deciders = [
      ...['accept-execution', 'advance-execution', 'launch-wave', 'watch-jobs', 'run-actions'],
      'clean-up-drill',
    ];
    expect(shared).toEqual([
      ['DecisionRefused', deciders],
      ['OperatorNeeded', deciders],
      ['TimeoutNear', deciders],
      ['WaveStopped', deciders],
    ]);
  });

  it('of a request is that of the API alone, beside people, and of a drill that of schedules too', () => {
    for (const name of requestNames)
      expect(writersOf(name)).toEqual(
        name === 'ExecutionRequested' ? ['schedule-drills', 'serve-api'] : ['serve-api'],
      );
  });

  it('holds for one bus and the product as the source', () => {
    const puts = [...statementsOfServices.values()]
      .flat()
      .filter((statement) => actionsOf(statement).includes('events:PutEvents'));
    expect(puts).toHaveLength(11);
    for (const { Resource, Condition } of puts) {
      expect(text(Resource)).toMatch(/^\{"Fn::GetAtt":\["Bus/);
      const isOfTasks = /"Task(Requested|Reported)"/.test(text(Condition));
      const source = isOfTasks ? 'groundswell.tasks' : 'groundswell';
      expect(Condition?.['StringEquals']?.['events:source']).toBe(source);
    }
  });

  const busStatements: readonly Statement[] = ofType(hub, 'AWS::Events::EventBusPolicy').map(
    ({ Properties }) => Properties['Statement'],
  );

  it('is denied by the bus itself to whoever is not the writer, for every fact', () => {
    const denied = busStatements
      .filter(({ Effect }) => Effect === 'Deny')
      .flatMap(({ Condition }) => listOf(Condition?.['StringEquals']?.['events:detail-type'] as string[]));
    const facts = [...catalogue, ...taskEvents]
      .filter(({ saidBy }) => saidBy !== 'operator' && saidBy !== 'worker')
      .map(({ name }) => name);
    expect([...denied].sort()).toEqual([...facts].sort());
  });

  it('has a policy that fits into the 10,240 characters of a bus', () => {
    const full = busStatements.map((statement) =>
      text(statement).replace(/\{"Fn::(?:GetAtt|Join)".*?\]\}/g, `"${'x'.repeat(90)}"`),
    );
    expect(full.join(',').length).toBeLessThan(8_000);
  });

  it('opens to other accounts only for requests that approve nothing, workers’ reports, and hints of targets', () => {
    const allowed = busStatements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Sid }) => Sid)).toEqual(['Requesters', 'Workers', 'ForwardedHints']);
    expect(allowed[0]?.Condition?.['StringEquals']).toEqual({
      'events:source': 'groundswell',
      'events:detail-type': requestNames.filter((name) => name !== 'ApproveExecutionRequested'),
    });
    expect(allowed[1]?.Condition?.['StringEquals']).toEqual({
      'events:source': 'groundswell.tasks',
      'events:detail-type': ['TaskReported'],
    });
    expect(text(allowed[2]?.Principal)).toContain(targetAccount);
    expect(allowed[2]?.Condition?.['StringEquals']?.['events:source']).toEqual(hintSources);
  });

  it('opens to nobody where nobody is named', () => {
    const policies = ofType(plain.hub, 'AWS::Events::EventBusPolicy').map(
      ({ Properties }) => Properties['Statement'],
    );
    expect(policies.filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  });
});

const rules = ofType(hub, 'AWS::Events::Rule').map(({ Properties }) => Properties);
const queueIds = new Map(
  ofType(hub, 'AWS::SQS::Queue').map(({ id, Properties }) => [id, Properties['QueueName']]),
);
const functionIds = new Map(
  ofType(hub, 'AWS::Lambda::Function').map(({ id, Properties }) => [id, Properties['FunctionName']]),
);
const named = (reference: { readonly 'Fn::GetAtt': readonly [string, string] }): unknown => {
  const [id] = reference['Fn::GetAtt'];
  return queueIds.get(id) ?? functionIds.get(id);
};

const targetOf = ({ service, queuedRunsMax }: FunctionTopology): string =>
  queuedRunsMax === undefined ? functionName(service) : eventQueueName(service);

describe('the template and the local runtime', () => {
  const accounts = { own: hubAccount, forwarding: [targetAccount] };

  it('have the same rules with the same patterns on the same buses and for the same functions', () => {
    const deployed = rules.map(({ Name, EventBusName, EventPattern, ScheduleExpression, Targets }) => ({
      name: Name,
      bus: EventBusName,
      ...(EventPattern && { pattern: EventPattern }),
      ...(ScheduleExpression && { schedule: ScheduleExpression }),
      target: named(Targets[0].Arn),
    }));
    const local = functions.flatMap((fn) =>
      rulesOf(fn, accounts).map((rule) => ({ ...rule, target: targetOf(fn) })),
    );
    expect(deployed).toEqual(local);
  });

  it('differ in hints alone: AWS names the accounts, and forwards those of targets', () => {
    const withoutAccounts = functions
      .flatMap((fn) => rulesOf(fn, accounts))
      .filter(({ name }) => !name.endsWith('-forwarded-hints'))
      .map(({ pattern, ...rule }) => {
        const { account: _account, ...rest } = pattern ?? {};
        return pattern === undefined ? rule : { ...rule, pattern: rest };
      });
    expect(withoutAccounts).toEqual(functions.flatMap((fn) => rulesOf(fn)));
  });

  it('have the same table', () => {
    const [state] = ofType(hub, 'AWS::DynamoDB::Table').map(({ Properties }) => Properties);
    const local = stateTableInput();
    expect(state).toMatchObject({ TableName: local.TableName, BillingMode: local.BillingMode });
    expect(state?.['KeySchema']).toEqual(local.KeySchema);
    expect(state?.['GlobalSecondaryIndexes']).toEqual(local.GlobalSecondaryIndexes);
    const byName = (a: { AttributeName: string }, b: { AttributeName: string }) =>
      a.AttributeName.localeCompare(b.AttributeName);
    expect([...listOf(state?.['AttributeDefinitions'])].sort(byName)).toEqual(
      [...local.AttributeDefinitions].sort(byName),
    );
  });
});

describe('every rule', () => {
  it.each(rules.filter(({ EventPattern }) => EventPattern).map((rule) => [rule['Name'], rule]))(
    '%s lets no replayed event through, unless it is the audit',
    (name, { EventPattern }) => {
      const expected = name === functionName(auditService) ? undefined : [{ exists: false }];
      expect(EventPattern['replay-name']).toEqual(expected);
    },
  );

  it('has a bound on retries and a dead-letter queue for what EventBridge cannot hand over', () => {
    for (const { Targets } of rules)
      for (const each of Targets) {
        expect(each.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3_600, MaximumRetryAttempts: 24 });
        expect(named(each.DeadLetterConfig.Arn)).toMatch(/^groundswell-dead-letters-/);
      }
  });

  const arnOf = ({ Name, EventBusName }: Readonly<Record<string, string>>): string =>
    `arn:aws:events:eu-west-1:${hubAccount}:rule/${EventBusName === 'default' ? '' : `${EventBusName}/`}${Name}`;

  it.each(ofType(hub, 'AWS::Events::Rule').map((rule) => [rule.Properties['Name'], rule]))(
    '%s may reach its function or queue, and its dead-letter queue, before it is there',
    (_name, { Properties, DependsOn = [] }) => {
      const before = hub.filter(({ id }) => DependsOn.includes(id));
      const sending = ofType(before, 'AWS::SQS::QueuePolicy')
        .flatMap(({ Properties: of }) => listOf(of['PolicyDocument'].Statement as readonly Statement[]))
        .filter(({ Effect }) => Effect === 'Allow');
      const expectSending = (queue: unknown): void => {
        const sends = sending.find(({ Resource }) => text(Resource) === text(queue));
        expect(sends).toMatchObject({
          Action: 'sqs:SendMessage',
          Principal: { Service: 'events.amazonaws.com' },
        });
        expect(Object.keys(sends?.Condition ?? {})).toEqual(['ArnEquals']);
        expect(listOf(sends?.Condition?.['ArnEquals']?.['aws:SourceArn'])).toContain(arnOf(Properties));
      };
      const [{ Arn, DeadLetterConfig }] = Properties['Targets'];
      expectSending(DeadLetterConfig.Arn);
      if (queueIds.has(Arn['Fn::GetAtt'][0])) return void expectSending(Arn);
      expect(ofType(before, 'AWS::Lambda::Permission')[0]?.Properties).toEqual({
        Action: 'lambda:InvokeFunction',
        FunctionName: Arn,
        Principal: 'events.amazonaws.com',
        SourceArn: arnOf(Properties),
      });
    },
  );
});

describe('every function', () => {
  const all = ofType(hub, 'AWS::Lambda::Function').map(({ Properties }) => Properties);

  it('runs on Node 24 on arm64, traced, with a role and a log group of its own', () => {
    expect(all).toHaveLength(functions.length);
    for (const { Runtime, Architectures, TracingConfig, LoggingConfig } of all) {
      expect([Runtime, Architectures, TracingConfig.Mode]).toEqual(['nodejs24.x', ['arm64'], 'Active']);
      expect(LoggingConfig.LogFormat).toBe('JSON');
    }
    expect(new Set(all.map(({ Role }) => text(Role))).size).toBe(all.length);
    expect(new Set(all.map(({ LoggingConfig }) => text(LoggingConfig.LogGroup))).size).toBe(all.length);
  });

  it.each(
    ['AWS::Lambda::Function', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::EventInvokeConfig'].map(
      (type) => [type, ofType(hub, type)],
    ),
  )('is checked by Lambda only once its role has its policies: %s', (_type, checked) => {
    expect(checked.length).toBeGreaterThan(0);
    for (const { id, Properties, DependsOn = [] } of checked as typeof hub) {
      const of = Properties['FunctionName'].Ref ?? id;
      const fn = hub.find((resource) => resource.id === of);
      const role = fn?.Properties['Role']['Fn::GetAtt'][0];
      const policies = ofType(hub, 'AWS::IAM::ManagedPolicy').filter(({ Properties: { Roles } }) =>
        text(Roles).includes(`"${role}"`),
      );
      expect(policies.length).toBeGreaterThan(0);
      expect(DependsOn).toEqual(expect.arrayContaining(policies.map((policy) => policy.id)));
    }
  });

  it('hands what it fails at to its dead-letter queue, after a bounded number of retries', () => {
    const configs = ofType(hub, 'AWS::Lambda::EventInvokeConfig').map(({ Properties }) => Properties);
    expect(configs).toHaveLength(functions.filter(({ queuedRunsMax }) => queuedRunsMax === undefined).length);
    for (const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } of configs) {
      expect(MaximumRetryAttempts).toBeLessThanOrEqual(2);
      expect(MaximumEventAgeInSeconds).toBe(3_600);
      expect(named(DestinationConfig.OnFailure.Destination)).toMatch(/^groundswell-dead-letters-/);
    }
  });

  it('of the audit takes its events from a queue, in no more runs at once than are set, and no other does', () => {
    const bounded = (resources: typeof hub) =>
      ofType(resources, 'AWS::Lambda::EventSourceMapping').flatMap(({ Properties }) =>
        Properties['ScalingConfig'] === undefined
          ? []
          : [
              [
                resources.find(({ id }) => id === Properties['EventSourceArn']['Fn::GetAtt'][0])?.Properties[
                  'QueueName'
                ],
                Properties['ScalingConfig'].MaximumConcurrency,
              ],
            ],
      );
    expect(bounded(hub)).toEqual([[eventQueueName(auditService), 5]]);
    expect(bounded(plain.hub)).toEqual([[eventQueueName(auditService), auditRunsMax]]);
    expect(all.filter((fn) => fn['ReservedConcurrentExecutions'] !== undefined)).toEqual([]);
  });

  it('with timers may reschedule itself for as long as it takes, and no other may', () => {
    const allowed = all
      .filter(({ RecursiveLoop }) => RecursiveLoop === 'Allow')
      .map(({ FunctionName }) => FunctionName);
    expect(allowed).toEqual(
      functions.filter(({ hasTimers }) => hasTimers).map(({ service }) => functionName(service)),
    );
  });

  it('with a queue reports which messages of a batch failed, and the queue waits six times its time-out', () => {
    const sources = ofType(hub, 'AWS::Lambda::EventSourceMapping').map(({ Properties }) => Properties);
    const queued = functions.filter((fn) => fn.hasTimers || fn.queuedRunsMax !== undefined);
    expect(sources).toHaveLength(queued.length);
    for (const { FunctionResponseTypes, EventSourceArn, FunctionName } of sources) {
      expect(FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      const queue = ofType(hub, 'AWS::SQS::Queue').find(({ id }) => id === EventSourceArn['Fn::GetAtt'][0]);
      const fn = ofType(hub, 'AWS::Lambda::Function').find(({ id }) => id === FunctionName.Ref);
      expect(queue?.Properties['VisibilityTimeout']).toBe(6 * fn?.Properties['Timeout']);
      expect(named(queue?.Properties['RedrivePolicy'].deadLetterTargetArn)).toMatch(
        /^groundswell-dead-letters-/,
      );
    }
  });

  it('that starts recoveries dies long before the quarantine of an uncertain start is over', () => {
    const launcher = all.find(({ FunctionName }) => FunctionName === 'groundswell-launch-wave');
    expect(launcher?.['Timeout']).toBeLessThanOrEqual(30);
  });
});

describe('data at rest', () => {
  it('in the state table survives the stack, mistakes and the deployer', () => {
    const [state] = ofType(hub, 'AWS::DynamoDB::Table');
    expect(state?.DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(state?.Properties['DeletionProtectionEnabled']).toBe(true);
    for (const { terminationProtection } of stacks.slice(0, 2)) expect(terminationProtection).toBe(true);
    expect(state?.Properties['PointInTimeRecoverySpecification']).toEqual({
      PointInTimeRecoveryEnabled: true,
    });
  });

  it('in the archive survives the stack and is kept as long as the deployer says', () => {
    const [archive] = ofType(hub, 'AWS::Events::Archive');
    expect(archive?.DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(archive?.Properties).toMatchObject({ ArchiveName: 'groundswell', RetentionDays: 400 });
    expect(archive?.Properties['EventPattern']).toEqual({
      source: [{ 'anything-but': 'groundswell.tasks' }],
    });
  });

  it('is under one key of the deployment, when it is to have its own', () => {
    expect(ofType(hub, 'AWS::KMS::Key')).toHaveLength(1);
    for (const { Properties } of ofType(hub, 'AWS::SQS::Queue'))
      expect(Properties['KmsMasterKeyId']).toBeDefined();
    for (const { Properties } of ofType(hub, 'AWS::SNS::Topic'))
      expect(Properties['KmsMasterKeyId']).toBeDefined();
    for (const { Properties } of ofType(hub, 'AWS::Logs::LogGroup'))
      expect(Properties['KmsKeyId']).toBeDefined();
    expect(ofType(plain.hub, 'AWS::KMS::Key')).toEqual([]);
    for (const { Properties } of ofType(plain.hub, 'AWS::SQS::Queue'))
      expect(Properties['SqsManagedSseEnabled']).toBe(true);
  });

  it('is reached over TLS alone', () => {
    const secure = (type: string) =>
      ofType(hub, type).filter(({ Properties }) =>
        text(Properties['PolicyDocument']).includes('"aws:SecureTransport":"false"'),
      );
    expect(secure('AWS::SQS::QueuePolicy')).toHaveLength(ofType(hub, 'AWS::SQS::Queue').length);
    expect(secure('AWS::SNS::TopicPolicy')).toHaveLength(ofType(hub, 'AWS::SNS::Topic').length);
  });

  it('of what went wrong on the bus has no contents of events', () => {
    const [bus] = ofType(hub, 'AWS::Events::EventBus');
    expect(bus?.Properties['LogConfig']).toEqual({ Level: 'ERROR', IncludeDetail: 'NONE' });
  });
});

describe('alarms', () => {
  const alarms = ofType(hub, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

  it('watch every dead-letter queue and what did not reach one, executions, the reconciler, throttles, what was parked and what waits for the audit', () => {
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
      [
        ...functions.map(({ service }) => `groundswell-${service}-dead-letters`),
        'groundswell-stuck-executions',
        'groundswell-operator-needed',
        'groundswell-overdue-clean-ups',
        'groundswell-overdue-proofs',
        'groundswell-parked',
        ...['', '-10'].map((from) => `groundswell-throttles${from}`),
        ...['', '-10'].map((from) => `groundswell-destinations${from}`),
        ...['', '-10', '-20'].map((from) => `groundswell-failed-invocations${from}`),
        ...['', '-10', '-20'].map((from) => `groundswell-undeliverable${from}`),
        'groundswell-reconciler-heartbeat',
        'groundswell-record-audit-behind',
      ].sort(),
    );
  });

  it('tell somebody, and tell when they are over', () => {
    for (const { AlarmActions, OKActions } of alarms) {
      expect(AlarmActions).toHaveLength(1);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  it('take the silence of the reconciler for a failure, and any other silence for peace', () => {
    for (const { AlarmName, TreatMissingData } of alarms)
      expect(TreatMissingData).toBe(
        AlarmName === 'groundswell-reconciler-heartbeat' ? 'breaching' : 'notBreaching',
      );
  });

  it('sum up the throttles of every function', () => {
    const summed = alarms.filter(({ AlarmName }) => String(AlarmName).startsWith('groundswell-throttles'));
    const functionMetrics = summed.flatMap(({ Metrics }) => Metrics).filter(({ MetricStat }) => MetricStat);
    expect(functionMetrics).toHaveLength(functions.length);
  });

  it.each([
    ['failed-invocations', 'FailedInvocations'],
    ['undeliverable', 'InvocationsFailedToBeSentToDlq'],
  ])('of %s count every rule, and take no count for zero', (name, metric) => {
    const counted = alarms
      .filter(({ AlarmName }) => String(AlarmName).startsWith(`groundswell-${name}`))
      .flatMap(({ Metrics }) => Metrics);
    for (const { Expression, Id } of counted.filter((each) => each.Expression))
      expect(Expression, Id).toMatch(/^SUM\(\[FILL\(m0, 0\)(, FILL\(m\d, 0\))*\]\)$/);
    const watched = metricsAmong(counted);
    expect(new Set(watched.map(({ MetricName }) => MetricName))).toEqual(new Set([metric]));
    const named = watched.map(({ Dimensions }) =>
      Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
    );
    expect(named).toEqual(
      rules.map(({ Name, EventBusName }) => ({
        RuleName: Name,
        ...(EventBusName !== 'default' && { EventBusName }),
      })),
    );
  });

  it('see a dead letter that is taken up at once', () => {
    const [queue] = alarms.filter(({ AlarmName }) => AlarmName === 'groundswell-launch-wave-dead-letters');
    const counted = metricsAmong(queue?.['Metrics']).map(({ MetricName }) => MetricName);
    expect(counted).toEqual(['ApproximateNumberOfMessagesVisible', 'NumberOfMessagesReceived']);
  });
});

interface Joined {
  readonly 'Fn::Join': readonly [string, readonly unknown[]];
}
interface Widget {
  readonly properties: { readonly title?: string; readonly metrics?: unknown };
}

describe('the dashboard', () => {
  it('sums up the waves that were started, completed and failed over the time shown', () => {
    const [dashboard] = ofType(hub, 'AWS::CloudWatch::Dashboard');
    const { 'Fn::Join': joined } = dashboard!.Properties['DashboardBody'] as Joined;
    const parts = joined[1].map((part) => (typeof part === 'string' ? part : 'token'));
    const { widgets } = JSON.parse(parts.join('')) as { widgets: readonly Widget[] };
    const progress = widgets.find(
      ({ properties }) => properties.title === 'Progress of waves over the time shown',
    );
    const counted = (EventType: string, id: string) => [
      [expect.objectContaining({ expression: `RUNNING_SUM(FILL(${id}, 0))`, label: `${EventType} so far` })],
      ['Groundswell', 'Events', 'EventType', EventType, expect.objectContaining({ id, visible: false })],
    ];
    expect(progress?.properties.metrics).toEqual([
      ...counted('WaveStarted', 'waves0'),
      ...counted('WaveCompleted', 'waves1'),
      ...counted('WaveFailed', 'waves2'),
    ]);
  });
});

describe('the stack of a target', () => {
  const [role] = ofType(target, 'AWS::IAM::Role').filter(
    ({ Properties }) => Properties['RoleName'] !== undefined,
  );
  const policies = ofType(target, 'AWS::IAM::ManagedPolicy').filter(({ Properties }) =>
    text(Properties['Roles']).includes(`"${role?.id}"`),
  );
  const trusts: readonly Statement[] = role?.Properties['AssumeRolePolicyDocument'].Statement;
  const duties: readonly Statement[] = policies.flatMap(
    ({ Properties }) => Properties['PolicyDocument'].Statement,
  );

  it("lets in the hub's functions by name, with the external id and each under its own name", () => {
    const allowed = trusts.filter(({ Effect }) => Effect === 'Allow');
    for (const { Principal, Condition } of allowed) {
      const session = Condition?.['StringEquals']?.['sts:RoleSessionName'];
      expect(Principal).toEqual({ AWS: `arn:aws:iam::${hubAccount}:role/${String(session)}-eu-west-1` });
    }
    expect(allowed.flatMap(({ Condition }) => Condition?.['StringEquals']?.['sts:RoleSessionName'])).toEqual(
      (
        [
          ...(['accept-execution', 'launch-wave', 'watch-jobs', 'run-actions', 'clean-up-drill'] as const),
          'serve-api',
        ] as const
      ).map(functionName),
    );
    expect(trusts.filter(({ Effect }) => Effect === 'Deny')).toEqual([
      {
        Sid: 'OnlyWithExternalId',
        Effect: 'Deny',
        Action: 'sts:AssumeRole',
        Principal: { AWS: '*' },
        Condition: { StringNotEquals: { 'sts:ExternalId': externalId } },
      },
    ]);
  });

  it('lets in nobody who does not exist: no function of the API where there is no API', () => {
    const { api: _api, access: _access, console: _console, ...withoutApi } = fullSettings;
    const { hub: smallHub, target: smallTarget, stacks: small } = synthesise(withoutApi);
    const names = ofType(smallHub, 'AWS::IAM::Role').map(({ Properties }) => Properties['RoleName']);
    const [trusting] = ofType(smallTarget, 'AWS::IAM::Role').filter(
      ({ Properties }) => Properties['RoleName'],
    );
    const trusted = listOf(trusting?.Properties['AssumeRolePolicyDocument'].Statement as readonly Statement[])
      .filter(({ Effect }) => Effect === 'Allow')
      .map(({ Principal }) => /role\/(.*)"/.exec(text(Principal))?.[1]);
    expect(trusted).toHaveLength(5);
    expect(names).toEqual(expect.arrayContaining(trusted));
    expect(small.at(-1)?.dependencies.map(({ stackName }) => stackName)).toContain(small[0]?.stackName);
  });

  it.each([
    ['drs:StartRecovery', 'launch-wave'],
    ['drs:TerminateRecoveryInstances', 'clean-up-drill'],
    ['ssm:StartAutomationExecution', 'run-actions'],
  ] as const)('allows %s to %s alone', (action, service) => {
    const allowing = duties.filter((statement) => actionsOf(statement).includes(action));
    expect(allowing.map(({ Condition }) => Condition?.['StringLike']?.['aws:userid'])).toEqual([
      `*:${functionName(service)}`,
    ]);
  });

  it('allows nothing to a session of another name', () => {
    for (const { Condition } of duties)
      expect(Condition?.['StringLike']?.['aws:userid']).toMatch(/^\*:groundswell-/);
  });

  it('is what the hub may assume, and nothing else', () => {
    const assumed = [...statementsOfServices.values()]
      .flat()
      .filter((statement) => actionsOf(statement).includes('sts:AssumeRole'));
    expect(assumed).toHaveLength(6);
    for (const { Resource } of assumed)
      expect(text(Resource)).toContain(`:iam::${targetAccount}:role/${role?.Properties['RoleName']}`);
  });

  it('tells somebody in its own account of hints that do not reach the hub', () => {
    const [alarm] = ofType(target, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    const counted = metricsAmong(alarm?.['Metrics']).map(({ MetricName }) => MetricName);
    expect(counted).toEqual([
      'ApproximateNumberOfMessagesVisible',
      'FailedInvocations',
      'InvocationsFailedToBeSentToDlq',
    ]);
    expect(alarm?.['AlarmActions']).toHaveLength(1);
    expect(ofType(target, 'AWS::SNS::Subscription').map(({ Properties }) => Properties['Endpoint'])).toEqual([
      fullSettings.alarmEmail,
    ]);
  });

  it("forwards its own account's live hints to the hub's bus, and may say nothing else there", () => {
    const [rule] = ofType(target, 'AWS::Events::Rule').map(({ Properties }) => Properties);
    expect(rule?.['EventPattern']).toEqual({
      $or: [
        {
          source: ['aws.drs', 'aws.ssm', 'aws.lambda', 'aws.cloudwatch'],
          'detail-type': hintTypes.filter((type) => type !== 'EC2 Instance State-change Notification'),
        },
        {
          source: ['aws.ec2'],
          'detail-type': ['EC2 Instance State-change Notification'],
          detail: { state: ['terminated'] },
        },
      ],
      account: [targetAccount],
      'replay-name': [{ exists: false }],
    });
    expect(text(rule?.['Targets'][0].Arn)).toContain(`:events:eu-west-1:${hubAccount}:event-bus/groundswell`);
    expect(rule?.['Targets'][0].DeadLetterConfig).toBeDefined();
  });
});

describe('the page about messages to people', () => {
  const readme = readFileSync(
    join(import.meta.dirname, '../../../services/functions/notify/README.md'),
    'utf8',
  );
  const blocks = [...readme.matchAll(/```json\n([^]*?)```/g)].map(([, block = '']) => block);
  const rulesSample = blocks.find((block) => block.includes('"channels"')) ?? '';
  const settingsSample = blocks.find((block) => block.includes('"notify"')) ?? '';
  const { notify } = JSON.parse(`{${settingsSample}}`) as { notify: object };
  const role = synthesise({ account: hubAccount, region: 'eu-west-1', notify }).hub;
  const granted = ofType(role, 'AWS::IAM::ManagedPolicy')
    .filter(({ id }) => id.startsWith('notify'))
    .flatMap(({ Properties }): readonly Statement[] => Properties['PolicyDocument'].Statement);
  const may = (action: string, arn: string): boolean =>
    granted.some(
      (statement) =>
        actionsOf(statement).includes(action) &&
        listOf(statement.Resource as readonly string[]).some(
          (resource) => typeof resource === 'string' && matchesGlob(arn, resource),
        ),
    );
  const matchesGlob = (arn: string, pattern: string): boolean =>
    new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(arn);
  const here = `eu-west-1:${hubAccount}`;

  it.each([...rulesSample.matchAll(/"ssm:\/([^"]+)"/g)].map(([, name = '']) => name))(
    'names a parameter that the notifier may read with its sample of settings: %s',
    (name) => {
      expect(may('ssm:GetParameter', `arn:aws:ssm:${here}:parameter/${name}`)).toBe(true);
    },
  );

  it.each([...rulesSample.matchAll(/"secretsmanager:([^"]+)"/g)].map(([, name = '']) => name))(
    'names a secret that the notifier may read by way of Parameter Store: %s',
    (name) => {
      const reference = `arn:aws:ssm:${here}:parameter/aws/reference/secretsmanager/${name}`;
      expect(may('ssm:GetParameter', reference)).toBe(true);
      expect(
        may('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${here}:secret:${name}-a1B2c3`),
      ).toBe(true);
    },
  );

  it.each([...rulesSample.matchAll(/"(arn:aws:sns:[^"]+)"/g)].map(([, arn = '']) => arn))(
    'names a topic to which the notifier may publish: %s',
    (arn) => {
      expect(may('sns:Publish', arn)).toBe(true);
    },
  );

  it('grants nothing that the settings do not name', () => {
    expect(may('ssm:GetParameter', `arn:aws:ssm:${here}:parameter/hooks/other`)).toBe(false);
    expect(may('sns:Publish', `arn:aws:sns:${here}:other`)).toBe(false);
    expect(may('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${here}:secret:other-a1B2c3`)).toBe(
      false,
    );
  });
});

describe('the HTTP API', () => {
  it('is there only when the deployer says who signs its tokens', () => {
    expect(ofType(plain.hub, 'AWS::ApiGatewayV2::Api')).toEqual([]);
    expect(ofType(plain.hub, 'AWS::Lambda::Function')).toHaveLength(functions.length - 1);
  });

  const scopesByRoute = (template: typeof hub) =>
    ofType(template, 'AWS::ApiGatewayV2::Route').map(
      ({ Properties: { RouteKey, AuthorizationType, AuthorizationScopes } }) => {
        expect(AuthorizationType).toBe('JWT');
        return [RouteKey, AuthorizationScopes] as const;
      },
    );

  it("lets nobody in without a token that has the route's own scope", () => {
    const routes = openApiOf(apiRoutes, '/api').paths;
    const documented = Object.entries(routes).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => {
        const [scope] = (operation as { security: { token: [string] }[] }).security[0]!.token;
        return [`${method.toUpperCase()} /api${path}`, [scope, `groundswell/${scope}`]] as const;
      }),
    );
    const all = ['viewer', 'operator', 'approver', 'planner'];
    const ofDocument = all.flatMap((scope) => [scope, `groundswell/${scope}`]);
    const inTemplate = Object.fromEntries(scopesByRoute(hub));
    expect(inTemplate).toEqual({
      ...Object.fromEntries(documented),
      'GET /api/openapi.json': ofDocument,
    });
    expect(inTemplate['POST /api/executions']).toContain('operator');
    expect(inTemplate['PUT /api/plans/{planId}']).toContain('planner');
    expect(inTemplate['POST /api/executions/{executionId}/approve']).toContain('approver');
  });

  it('gives the API its access rules, and the right to read them and no other parameter', () => {
    const published = ofType(hub, 'AWS::SSM::Parameter').filter(
      ({ Properties }) => Properties['Name'] === accessParameter,
    );
    const rules = published.map(({ Properties }) => JSON.parse(String(Properties['Value'])) as unknown);
    expect(rules).toEqual([accessRulesSchema.parse(fullSettings.access)]);
    const environmentOf = (resources: typeof hub, service: string) =>
      ofType(resources, 'AWS::Lambda::Function').find(
        ({ Properties }) => Properties['FunctionName'] === functionName(service as 'serve-api'),
      )?.Properties['Environment'].Variables as Readonly<Record<string, unknown>> | undefined;
    for (const { service } of functions)
      expect(environmentOf(hub, service)?.['ACCESS_RULES'], service).toBe(
        service === 'serve-api' ? accessParameter : undefined,
      );
    const reads = (statementsOfServices.get('serve-api') ?? []).filter((statement) =>
      actionsOf(statement).includes('ssm:GetParameter'),
    );
    expect(reads.map(({ Sid }) => Sid)).toEqual(['ReadAccessRules']);
    expect(text(reads[0]?.Resource)).toContain(`:parameter${accessParameter}"`);
    // Nobody but the deployment may write them.
    expect(withAction(/^ssm:(PutParameter|DeleteParameter|\*)/)).toEqual([]);
    const open = synthesise({ api: fullSettings.api });
    expect(environmentOf(open.hub, 'serve-api')).not.toHaveProperty('ACCESS_RULES');
    const names = ofType(open.hub, 'AWS::SSM::Parameter').map(({ Properties }) => Properties['Name']);
    expect(names).not.toContain(accessParameter);
    expect(text(ofType(open.hub, 'AWS::IAM::ManagedPolicy'))).not.toContain('ReadAccessRules');
  });

  it('leaves scopes to the function where groups of the user say what a bearer may do', () => {
    const named = { resourceServer: 'shop' };
    expect(scopesInToken(['viewer'], { ...named, scopesFrom: 'groups' })).toEqual([]);
    expect(scopesInToken(['viewer'], { ...named, scopesFrom: 'scope' })).toEqual(['viewer', 'shop/viewer']);
  });
});

it('notifies every endpoint, and keeps what an endpoint does not take', () => {
  const subscriptions = ofType(hub, 'AWS::SNS::Subscription').map(({ Properties }) => Properties);
  expect(subscriptions.map(({ Protocol }) => Protocol)).toEqual(['email', 'email', 'https', 'sqs']);
  for (const { RedrivePolicy } of subscriptions)
    expect(named(RedrivePolicy.deadLetterTargetArn)).toBe('groundswell-parked');
});

describe.each([
  ['with everything that can be asked for', { app, stacks }],
  ['as it comes', { app: plain.app, stacks: plain.stacks }],
])('the deployment %s', (_name, { app: deployment, stacks: all }) => {
  it.each([
    ['AwsSolutions', AwsSolutionsChecks],
    ['Serverless', ServerlessChecks],
    ['NIST 800-53 r5', NIST80053R5Checks],
    ["the product's own rules", GroundswellChecks],
  ])('has no finding of %s that is not acknowledged', (_pack, Pack) => {
    const findings = all.flatMap((stack) =>
      new Pack(deployment)
        .validateScope(stack)
        .violations.map(({ ruleName }) => `${stack.stackName}: ${ruleName}`),
    );
    expect(findings).toEqual([]);
  });
});
