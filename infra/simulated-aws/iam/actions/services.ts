import type { ServiceAccess } from '../access.ts';
import { drsAccess } from './drs.ts';
import { dynamodbAccess } from './dynamodb.ts';
import { eventsAccess } from './events.ts';
import {
  cloudwatchAccess,
  schedulerAccess,
  ec2Access,
  iamAccess,
  lambdaAccess,
  servicequotasAccess,
  stsAccess,
} from './others.ts';
import { secretsmanagerAccess } from './secretsmanager.ts';
import { snsAccess } from './sns.ts';
import { sqsAccess } from './sqs.ts';
import { route53Access, routingControlAccess } from './traffic.ts';
import { ssmAccess } from './ssm.ts';

/** What the operations of each service ask for, by the service's signing name. */
export const accessOfServices: Readonly<Record<string, ServiceAccess>> = {
  drs: drsAccess,
  dynamodb: dynamodbAccess,
  ec2: ec2Access,
  events: eventsAccess,
  iam: iamAccess,
  lambda: lambdaAccess,
  monitoring: cloudwatchAccess,
  scheduler: schedulerAccess,
  route53: route53Access,
  'route53-recovery-cluster': routingControlAccess,
  secretsmanager: secretsmanagerAccess,
  servicequotas: servicequotasAccess,
  sns: snsAccess,
  sqs: sqsAccess,
  ssm: ssmAccess,
  sts: stsAccess,
};
