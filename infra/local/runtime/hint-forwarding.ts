import type { Cloud } from '../../simulated-aws/cloud/cloud.ts';
import type { Place } from '../../simulated-aws/cloud/place.ts';
import type { DeployedRule } from '../../simulated-aws/iam/deployment.ts';
import { busName, hintFilter, type RuleTopology } from '../../topology.ts';
import { createCaller, provisionRule } from './caller.ts';
import { createArns } from './provision.ts';

/** As the deployment has it: an older hint has been overtaken by the timer behind it. */
const bound = { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 8 };

/** What a target's account has where no templates say it. */
const ownRule: RuleTopology = {
  ...{ name: 'groundswell-forward-hints', bus: 'default' },
  pattern: {
    ...hintFilter(),
    'replay-name': [{ exists: false }],
  },
};

const busArnOf = ({ home: { account, region } }: Cloud): string => createArns(account, region).bus(busName);

/** Lets an account put events onto the product's bus. */
const admit = async (cloud: Cloud, { account }: Place): Promise<void> => {
  if (account === cloud.home.account) return;
  const admitting = { StatementId: `hints-of-${account}`, Action: 'events:PutEvents', Principal: account };
  const call = createCaller(cloud.home.events.service, 'AWSEvents');
  await call('PutPermission', { EventBusName: busName, ...admitting });
};

/** The rules that templates have in an account and Region for the product's bus. */
const deployedIn = (cloud: Cloud, { account, region }: Place): readonly DeployedRule[] =>
  (cloud.enforcement?.deployment.rules ?? []).filter(
    (rule) =>
      rule.account === account &&
      rule.region === region &&
      rule.targets.some(({ arn }) => arn === busArnOf(cloud)),
  );

const deploy = async (cloud: Cloud, place: Place, rule: DeployedRule): Promise<void> => {
  const target = rule.targets.find(({ arn }) => arn === busArnOf(cloud));
  const letters = target?.deadLetterArn;
  const queue = letters?.split(':').at(-1);
  if (queue !== undefined && place.sqs.queues.all().every(({ name }) => name !== queue))
    place.sqs.queues.create(queue, {});
  await provisionRule(
    createCaller(place.events.service, 'AWSEvents'),
    {
      ...{ name: rule.arn.slice(rule.arn.lastIndexOf('/') + 1), bus: 'default' },
      // A pattern is a value of JSON, as templates have it.
      pattern: rule.pattern as NonNullable<RuleTopology['pattern']>,
    },
    {
      ...{ Id: 'hub', Arn: busArnOf(cloud), RetryPolicy: bound },
      ...(target?.roleArn !== undefined && { RoleArn: target.roleArn }),
      ...(letters !== undefined && { DeadLetterConfig: { Arn: letters } }),
    },
  );
};

/**
 * Hands on what DRS, SSM, Lambda, CloudWatch and EC2 say in an account and Region to the product's bus, by the rules of the templates or, without
 * any, by one that is made there.
 */
export const forwardHints = async (cloud: Cloud, place: Place): Promise<void> => {
  if (place === cloud.home) return;
  if (cloud.enforcement !== undefined) {
    for (const rule of deployedIn(cloud, place)) await deploy(cloud, place, rule);
    return;
  }
  await admit(cloud, place);
  await provisionRule(createCaller(place.events.service, 'AWSEvents'), ownRule, {
    ...{ Id: 'hub', Arn: busArnOf(cloud), RetryPolicy: bound },
    RoleArn: `arn:aws:iam::${place.account}:role/groundswell-forward-hints`,
  });
};
