import type { LambdaAction } from '../../../../contracts/actions/lambda.ts';
import type { ActionEffects } from '../action-effects.ts';
import { durable } from './lambda-durable.ts';
import { paceOfFunctions } from '../pace.ts';
import { polled } from './lambda-polled.ts';
import { workedOn } from './worked-on.ts';
import { targetOfAction } from '../../../core/domain/wave/wave.ts';
import { taskEvent } from '../../../../contracts/tasks.ts';

/** It is handed its task as a rule would hand it over. */
const handed = workedOn<LambdaAction>({
  nameOf: ({ actionId }) => actionId,
  paceOf: paceOfFunctions,
  hand: ({ functions }, { wave, due: { action } }, task) =>
    functions.handOver(targetOfAction(wave.definition, action), {
      functionName: action.function,
      payload: JSON.stringify(taskEvent(task)),
    }),
});

const byMode: Readonly<Record<LambdaAction['mode'], ActionEffects<LambdaAction>>> = {
  ...{ callback: handed, poll: polled, durable },
};

/** A function of Lambda does as its mode says. */
export const lambda: ActionEffects<LambdaAction> = {
  start: (ports, inHand, knobs) => byMode[inHand.due.action.mode].start(ports, inHand, knobs),
  watch: (ports, inHand) => byMode[inHand.due.action.mode].watch(ports, inHand),
  stop: (ports, inHand, knobs) => byMode[inHand.due.action.mode].stop(ports, inHand, knobs),
  lookAgainMs: (action, ...more) => byMode[action.mode].lookAgainMs(action, ...more),
};
