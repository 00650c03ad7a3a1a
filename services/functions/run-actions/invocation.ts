import type { LambdaAction } from '../../../contracts/actions/lambda.ts';
import { boundedOutputs } from '../../core/domain/bounded-outputs.ts';
import { startIdOf, tryNumberOf } from '../../core/domain/wave/actions.ts';
import type { ActionPorts } from './action-effects.ts';
import type { ActionInHand } from './in-hand.ts';
import { toldParameters } from './told-parameters.ts';

/**
 * What a function without a task is invoked with, the same for every repeat of one try: nothing in it follows from when
 * it is asked. And what of it nobody knows yet.
 */
export const invocationOf = async (
  ports: ActionPorts,
  inHand: ActionInHand<LambdaAction>,
): Promise<{ readonly payload: string; readonly unknown: readonly string[] }> => {
  const { session, wave, due } = inHand;
  const { parameters, unknown } = await toldParameters(ports, inHand, due.action.parameters);
  const { account, region } = wave.definition.target;
  const payload = JSON.stringify({
    idempotencyKey: startIdOf(wave, due),
    ...{ executionId: session.executionId, planId: session.execution.planId, mode: wave.mode },
    ...{ waveId: session.waveId, attempt: wave.state.attempt, stage: due.stage },
    ...{ actionId: due.action.actionId, tryNumber: tryNumberOf(due) },
    parameters,
    target: { account, region },
  });
  return { payload, unknown };
};

/** What a function returned, as an action's outputs. */
export const outputsOfResult = (result: string): Record<string, string[]> =>
  result === '' || result === 'null' ? {} : boundedOutputs({ result: [result] });
