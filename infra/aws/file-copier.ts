import { CfnElement, Stack } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { BucketDeployment } from 'aws-cdk-lib/aws-s3-deployment';
import { acknowledge, type Acknowledged, shown } from './acknowledge.ts';

const ofCdk =
  "CDK's own function, which runs when a deployment copies the page's files and at no other time.";
const reads = 'It reads the files that CDK has uploaded and writes them into this one bucket.';

const functionFindings: readonly Acknowledged[] = [
  'AwsSolutions-L1',
  'Serverless-LambdaDLQ',
  'Serverless-LambdaLatestVersion',
  'Serverless-LambdaTracing',
  'NIST.800.53.R5-LambdaConcurrency',
  'NIST.800.53.R5-LambdaDLQ',
  'NIST.800.53.R5-LambdaInsideVPC',
].map((id): Acknowledged => [id, ofCdk]);

const policyFindings = (stack: Stack, bucket: IBucket): readonly Acknowledged[] => {
  const assets = `cdk-hnb659fds-assets-${shown(stack.account, 'AccountId')}-${shown(stack.region, 'Region')}`;
  const { defaultChild } = bucket.node;
  if (!(defaultChild instanceof CfnElement)) throw new Error(`${bucket.node.path} has no resource.`);
  return [
    ...['GetObject*', 'GetBucket*', 'List*', 'DeleteObject*', 'Abort*'].map((action): Acknowledged => [
      `AwsSolutions-IAM5[Action::s3:${action}]`,
      reads,
    ]),
    [`AwsSolutions-IAM5[Resource::arn:${shown(stack.partition, 'Partition')}:s3:::${assets}/*]`, reads],
    [`AwsSolutions-IAM5[Resource::<${stack.getLogicalId(defaultChild)}.Arn>/*]`, reads],
    ['NIST.800.53.R5-IAMNoInlinePolicy', ofCdk],
  ];
};

/** Says of CDK's copying function what the rule packs find there: it is none of the product's, and recovers nothing. */
export const acknowledgeCopier = (deployment: BucketDeployment, bucket: IBucket): void => {
  const stack = Stack.of(deployment);
  const copier = stack.node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
  const role = copier?.node.findChild('ServiceRole');
  if (copier === undefined || role === undefined) throw new Error('CDK copies files in another way now.');
  acknowledge(copier, ...functionFindings);
  acknowledge(
    role,
    [
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]',
      ofCdk,
    ],
    ['Groundswell-SourceAccount', 'Lambda alone may be it, as the role of this function.'],
  );
  acknowledge(role.node.findChild('DefaultPolicy'), ...policyFindings(stack, bucket));
};
