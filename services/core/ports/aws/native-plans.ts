import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Target } from '../../../../contracts/plan.ts';
import type { NativePlans } from '../native-plans.ts';
import { type Access, type SignedCall, SignedCallError } from './signed-call.ts';

export interface NativePlansDeps {
  readonly access: (target: Target) => Promise<Access>;
  readonly call: SignedCall;
}

const head = z.object({ recoveryPlanArn: z.string(), name: z.string() });

const triesMax = 4;
const pauseMs = 300;

/** Everything here may be repeated: it reads, or carries a token. */
const isPassing = (error: unknown): boolean =>
  !(error instanceof SignedCallError) ||
  error.$metadata.httpStatusCode === 429 ||
  error.$metadata.httpStatusCode >= 500;

/** The SDK's client has no operations for recovery plans yet, so each is a signed POST to the path of its name. */
export const createAwsNativePlans = ({ access, call }: NativePlansDeps): NativePlans => {
  const ask = async <S extends z.ZodType>(
    target: Target,
    operation: string,
    input: object,
    answer: S,
    tries = 1,
  ): Promise<z.output<S>> => {
    try {
      const text = await call({
        ...(await access(target)),
        service: 'drs',
        path: `/${operation}`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      return answer.parse(JSON.parse(text));
    } catch (error) {
      if (tries >= triesMax || !isPassing(error) || error instanceof z.ZodError) throw error;
      await sleep(pauseMs * 2 ** (tries - 1));
      return ask(target, operation, input, answer, tries + 1);
    }
  };

  /** All pages of a list. */
  const listed = async <T>(
    target: Target,
    operation: string,
    input: object,
    member: string,
    item: z.ZodType<T>,
  ): Promise<readonly T[]> => {
    const page = z.object({ [member]: z.array(item), nextToken: z.string().optional() });
    const found: T[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await ask(target, operation, { ...input, ...(nextToken && { nextToken }) }, page);
      found.push(...(answer[member] as readonly T[]));
      nextToken = typeof answer['nextToken'] === 'string' ? answer['nextToken'] : undefined;
    } while (nextToken !== undefined);
    return found;
  };

  return {
    list: (target) => listed(target, 'ListRecoveryPlans', {}, 'recoveryPlans', head),
    read: async (target, recoveryPlanArn) => {
      const plan = z.object({ recoveryPlan: z.unknown() });
      const { recoveryPlan } = await ask(target, 'GetRecoveryPlan', { recoveryPlanArn }, plan);
      const recoveryPlanSteps = await listed(
        target,
        'ListRecoveryPlanSteps',
        { recoveryPlanArn },
        'recoveryPlanSteps',
        z.unknown(),
      );
      return { recoveryPlan, recoveryPlanSteps };
    },
    create: async (target, plan) =>
      (await ask(target, 'CreateRecoveryPlan', plan, z.object({ recoveryPlan: head }))).recoveryPlan,
    append: async (target, step) => void (await ask(target, 'CreateRecoveryPlanStep', step, z.unknown())),
  };
};
