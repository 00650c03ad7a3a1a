import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { FunctionReader, FunctionReading } from '../function-reader.ts';
import { createLambdaCall, failureOf, functionPath, type LambdaDeps } from './lambda-call.ts';
import { SignedCallError } from './signed-call.ts';

/** Lambda: FunctionConfiguration. */
const answerSchema = z.object({
  State: z.string().default('Active'),
  DurableConfig: z.object({ ExecutionTimeout: z.number().optional() }).nullish(),
});

const readingOf = (answer: string): FunctionReading => {
  const { State, DurableConfig } = answerSchema.parse(JSON.parse(answer));
  return { status: 'found', state: State, isDurable: DurableConfig != null };
};

const triesMax = 3;
const pauseMs = 300;

const mayPass = (error: unknown): boolean =>
  error instanceof SignedCallError
    ? error.$metadata.httpStatusCode >= 500 || error.$metadata.httpStatusCode === 429
    : error instanceof TypeError;

export const createAwsFunctionReader = (deps: LambdaDeps): FunctionReader => {
  const call = createLambdaCall(deps);
  return {
    async read(target, functionName) {
      for (let tryNumber = 1; ; tryNumber++)
        try {
          const request = functionPath(functionName, 'configuration');
          return readingOf((await call(target, { method: 'GET', ...request })).body);
        } catch (error) {
          const { name, message } = failureOf(error);
          if (name === 'ResourceNotFoundException')
            return { status: 'missing', message: `Lambda answers ${name}` };
          if (tryNumber === triesMax || !mayPass(error))
            return { status: 'unknown', message: `${name}: ${message}` };
          await sleep(tryNumber * pauseMs);
        }
    },
  };
};
