import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import type { QueueAttributes } from './queue-attributes.ts';
import type { Queues } from './queues.ts';
import { invalidValue } from './sqs-error.ts';
import { queueName, sqsOperation } from './sqs-operation.ts';
import type { Queue } from './store.ts';

const statementSchema = z.looseObject({ Sid: z.string().optional() });

const policySchema = z.looseObject({
  Statement: z.union([z.array(statementSchema), statementSchema.transform((one) => [one])]).default([]),
});

type Policy = z.output<typeof policySchema>;

const policyOf = ({ arn, attributes }: Queue): Policy => {
  const text = attributes['Policy'];
  if (text === undefined) return { Version: '2008-10-17', Id: `${arn}/SQSDefaultPolicy`, Statement: [] };
  return policySchema.parse(JSON.parse(text));
};

/** A list of one is written as that one. */
const oneOrAll = (texts: readonly string[]): unknown => (texts.length === 1 ? texts[0] : texts);

const labelled = (policy: Policy, label: string): boolean =>
  policy.Statement.some(({ Sid }) => Sid === label);

const withPolicy = (policy: Policy): QueueAttributes => ({
  Policy: policy.Statement.length === 0 ? '' : JSON.stringify(policy),
});

const addition = z.object({
  QueueUrl: queueName,
  Label: z.string().regex(/^[a-zA-Z0-9_-]{1,80}$/),
  AWSAccountIds: z.array(z.string().regex(/^\d{12}$/)).min(1),
  Actions: z.array(z.string().min(1)).min(1).max(7),
});

/** Statements of a queue's policy, by their labels. */
export const permissionOperations = (queues: Queues): Operations => ({
  AddPermission: sqsOperation(addition, ({ QueueUrl, Label, AWSAccountIds, Actions }) => {
    const queue = queues.named(QueueUrl);
    const policy = policyOf(queue);
    if (labelled(policy, Label)) throw invalidValue(Label, 'Label', 'Already exists.');
    const statement = {
      Sid: Label,
      Effect: 'Allow',
      Principal: { AWS: oneOrAll(AWSAccountIds.map((account) => `arn:aws:iam::${account}:root`)) },
      Action: oneOrAll(Actions.map((action) => `SQS:${action}`)),
      Resource: queue.arn,
    };
    queues.setAttributes(QueueUrl, withPolicy({ ...policy, Statement: [...policy.Statement, statement] }));
  }),
  RemovePermission: sqsOperation(
    z.object({ QueueUrl: queueName, Label: z.string() }),
    ({ QueueUrl, Label }) => {
      const policy = policyOf(queues.named(QueueUrl));
      if (!labelled(policy, Label)) throw invalidValue(Label, 'Label', "can't find label.");
      const Statement = policy.Statement.filter(({ Sid }) => Sid !== Label);
      queues.setAttributes(QueueUrl, withPolicy({ ...policy, Statement }));
    },
  ),
});
