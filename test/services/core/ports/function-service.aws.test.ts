import {
  GetDurableExecutionCommand,
  InvokeCommand,
  LambdaClient,
  ListDurableExecutionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, expect, it } from 'vitest';
import { createSimulatedAws, type SimulatedAws } from '../../../../infra/simulated-aws/simulated-aws.ts';
import { createAwsFunctionReader } from '../../../../services/core/ports/aws/function-reader.ts';
import { createAwsFunctionService } from '../../../../services/core/ports/aws/function-service.ts';
import { createSignedExchange } from '../../../../services/core/ports/aws/signed-call.ts';
import { functionServiceSuite, suiteFunctions, target } from './function-service.suite.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const speed = 40;
const open: SimulatedAws[] = [];
afterEach(async () => {
  for (const aws of open.splice(0)) await aws.close();
});

/** The functions of the suite in a simulated AWS that checks signatures as AWS does. */
const openAws = async () => {
  const counts = new Map<string, number>();
  const aws = await createSimulatedAws({
    ...{ speed, verifySignatures: true },
    functions: Object.entries(suiteFunctions).map(
      ([name, { run, isDurable, qualifiers = [], lastsMs = 0 }]) => ({
        ...{ name, qualifiers, timeoutMs: 30_000 },
        ...(isDurable && { durable: { waitsMs: lastsMs } }),
        load: async () => async (payload) => {
          counts.set(name, (counts.get(name) ?? 0) + 1);
          return run(payload, counts.get(name) ?? 1);
        },
      }),
    ),
  });
  open.push(aws);
  const deps = {
    access: async () => ({ region: target.region, credentials }),
    exchange: createSignedExchange(aws.endpoint),
  };
  return {
    aws,
    service: createAwsFunctionService(deps),
    reader: createAwsFunctionReader(deps),
    async pass(ms: number) {
      await new Promise<void>((passed) => void aws.after(ms, passed));
    },
  };
};

functionServiceSuite(openAws);

it('a durable execution that it has started is what the client of AWS sees', async () => {
  const { aws, service } = await openAws();
  const client = new LambdaClient({ endpoint: aws.endpoint, region: target.region, credentials });
  const started = await service.startDurable(target, { functionName: 'lasting:live', payload: '{}' }, 'one');
  const same = await client.send(
    new InvokeCommand({
      ...{ FunctionName: 'lasting', Qualifier: 'live', InvocationType: 'Event' },
      ...{ DurableExecutionName: 'one', Payload: '{}' },
    }),
  );
  expect(started).toEqual({ status: 'started', durableExecutionArn: same.DurableExecutionArn });
  const { DurableExecutions } = await client.send(
    new ListDurableExecutionsByFunctionCommand({ FunctionName: 'lasting', DurableExecutionName: 'one' }),
  );
  expect(DurableExecutions).toMatchObject([{ DurableExecutionArn: same.DurableExecutionArn }]);
  const seen = await client.send(
    new GetDurableExecutionCommand({ DurableExecutionArn: same.DurableExecutionArn }),
  );
  expect(seen).toMatchObject({ Status: 'RUNNING', InputPayload: '{}', StartTimestamp: expect.any(Date) });
});

it('a payload that Lambda does not take is refused', async () => {
  const { service } = await openAws();
  const payload = JSON.stringify('x'.repeat(1_100_000));
  expect(await service.handOver(target, { functionName: 'plain', payload })).toMatchObject({
    status: 'refused',
    message: expect.stringContaining('RequestTooLarge'),
  });
});

it('a function that does not answer within seconds is not done yet', async () => {
  const service = createAwsFunctionService({
    access: async () => ({ region: target.region, credentials }),
    exchange: () => Promise.reject(new DOMException('cut off', 'TimeoutError')),
  });
  expect(await service.poll(target, { functionName: 'slow', payload: '{}' })).toEqual({
    ...{ status: 'not-yet', message: 'it did not answer within ten seconds' },
  });
});
