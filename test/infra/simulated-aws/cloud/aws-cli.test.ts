import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSimulatedAws, type SimulatedAws } from '../../../../infra/simulated-aws/simulated-aws.ts';
import { createCheckout } from '../../../support/checkout.ts';
import { home, ireland, other, virginia } from './fixture.ts';

const { folder, bin } = createCheckout();
let aws: SimulatedAws;
beforeAll(async () => void (aws = await createSimulatedAws()));
afterAll(async () => {
  await aws.close();
  for (const each of [folder, bin]) rmSync(each, { recursive: true });
});

const run = async (script: string): Promise<string> => {
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], {
    env: {
      ...process.env,
      PATH: `${process.env['PATH'] ?? ''}${delimiter}${bin}`,
      AWS_ENDPOINT_URL: aws.endpoint,
      ...{ AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
      AWS_CONFIG_FILE: join(folder, 'none'),
    },
  });
  return stdout;
};

it('the AWS command line finds a queue where it made it, and only there', async () => {
  const listed = await run(`
    export AWS_REGION=${virginia} AWS_DEFAULT_REGION=${virginia}
    aws sqs create-queue --queue-name orders --endpoint-url "$AWS_ENDPOINT_URL"
    export AWS_REGION=${ireland} AWS_DEFAULT_REGION=${ireland}
    aws sqs list-queues --endpoint-url "$AWS_ENDPOINT_URL"`);
  expect(listed).toContain(`/queue/${virginia}/${home}/orders"`);
  expect(listed).not.toContain('QueueUrls');
});

it('the AWS command line, in the role of another account, sees that account’s queues alone', async () => {
  const listed = await run(`
    export AWS_REGION=${ireland} AWS_DEFAULT_REGION=${ireland}
    aws sqs create-queue --queue-name ours --endpoint-url "$AWS_ENDPOINT_URL" >&2
    given=$(aws sts assume-role --role-arn arn:aws:iam::${other}:role/tester --role-session-name me)
    key() { node -p "JSON.parse(process.argv[1]).Credentials.$1" "$given"; }
    export AWS_ACCESS_KEY_ID=$(key AccessKeyId) AWS_SECRET_ACCESS_KEY=$(key SecretAccessKey)
    export AWS_SESSION_TOKEN=$(key SessionToken)
    aws sqs create-queue --queue-name theirs --endpoint-url "$AWS_ENDPOINT_URL" >&2
    aws sqs list-queues --endpoint-url "$AWS_ENDPOINT_URL"`);
  const { QueueUrls } = JSON.parse(listed) as { readonly QueueUrls: readonly string[] };
  expect(QueueUrls).toEqual([`${aws.endpoint}/${other}/theirs`]);
});
