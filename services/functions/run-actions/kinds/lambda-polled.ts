import type { LambdaAction } from '../../../../contracts/actions/lambda.ts';
import { completedAction, elapsed, failedAction, startedAction } from '../../../core/domain/wave/actions.ts';
import { progressOf } from '../../../core/domain/wave/progress-of-action.ts';
import { targetOfAction } from '../../../core/domain/wave/wave.ts';
import type { ActionEffects } from '../action-effects.ts';
import { tokenOf } from '../claim.ts';
import { invocationOf, outputsOfResult } from '../invocation.ts';
import { say, sayStopped } from '../in-hand.ts';
import { learnDuration } from '../learn-duration.ts';
import { awaitTurn, paceOfFunctions } from '../pace.ts';

/**
 * By the convention of ARC Region switch: the function is invoked until it returns, and an error means not yet. It is
 * made to be invoked again, so that no claim stands before a call: that its action has started is on record first.
 */
export const polled: ActionEffects<LambdaAction> = {
  // It takes a turn for its first invocation; those that follow come one after the other within a wave.
  async start(ports, inHand, { pace }) {
    const { wave, due } = inHand;
    const place = paceOfFunctions(targetOfAction(wave.definition, due.action));
    const waitMs = await awaitTurn(ports.store, place, tokenOf(inHand), ports.clock.now(), pace);
    if (waitMs > 0) return waitMs;
    await say(inHand, 'not started', (current, now) => startedAction(current, due, now));
    return 0;
  },
  async watch(ports, inHand) {
    const { session, wave, due } = inHand;
    const { payload, unknown } = await invocationOf(ports, inHand);
    const answer =
      unknown.length > 0
        ? { status: 'not-yet' as const, message: `neither DRS nor EC2 says ${unknown.join(', ')}` }
        : await ports.functions.poll(targetOfAction(wave.definition, due.action), {
            functionName: due.action.function,
            payload,
          });
    if (answer.status === 'done') {
      const outputs = outputsOfResult(answer.result);
      const { facts } = await say(inHand, 'RUNNING', (current) => completedAction(current, due, { outputs }));
      if (facts.length > 0) await learnDuration(ports, session, due.state);
      return;
    }
    const { status, message } = answer;
    await say(inHand, 'RUNNING', (current, now) => {
      if (status === 'refused') return failedAction(current, due, 'refused', message);
      const [end] = elapsed(current, due, now);
      return end?.type === 'ActionFailed'
        ? failedAction(current, due, 'timed-out', `${end.data.message}: ${message}`)
        : progressOf(current, due, now, message);
    });
  },
  async stop(_ports, inHand) {
    await sayStopped(inHand);
    return Infinity;
  },
  lookAgainMs: (_action, leftMs, _isLate, { lookMs }) => Math.min(leftMs, lookMs),
};
