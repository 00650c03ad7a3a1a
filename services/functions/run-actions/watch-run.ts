import type { AutomationAction } from '../../../contracts/actions/automation.ts';
import type { LambdaAction } from '../../../contracts/actions/lambda.ts';
import { completedAction, failedAction } from '../../core/domain/wave/actions.ts';
import type { ActionPorts } from './action-effects.ts';
import { say, type ActionInHand } from './in-hand.ts';
import { learnDuration } from './learn-duration.ts';

/** A run outside, as whoever runs it shows it. */
export type SeenRun =
  | { readonly is: 'running' }
  | { readonly is: 'succeeded'; readonly outputs: Record<string, string[]> }
  | { readonly is: 'failed'; readonly wasStopped: boolean; readonly message: string };

/** Between looks at a run that was told to stop. */
export const lateLookMs = 10_000;

/** After its time-out a run has this long to stop; one that does not is left to people. */
const stopGraceMs = 10 * 60_000;

/** Says what came of a run, by the name of its kind such as `the automation`; one that takes too long is really stopped. */
export const watchRun = async (
  ports: ActionPorts,
  inHand: ActionInHand<AutomationAction | LambdaAction>,
  name: string,
  seen: SeenRun,
  stop: () => Promise<void>,
): Promise<void> => {
  const { session, due } = inHand;
  const lateMs = ports.clock.now() - (due.state?.endsBy ?? Infinity);
  if (seen.is === 'succeeded') {
    const { outputs } = seen;
    const said = await say(inHand, 'RUNNING', (current) => completedAction(current, due, { outputs }));
    if (said.facts.length > 0) await learnDuration(ports, session, due.state);
  } else if (seen.is === 'failed') {
    await say(inHand, 'RUNNING', (current) =>
      lateMs >= 0 && seen.wasStopped
        ? failedAction(current, due, 'timed-out', `${name} took too long and was stopped`)
        : failedAction(current, due, 'failed', seen.message),
    );
  } else if (lateMs >= 0) {
    await stop();
    // Only what has finished is tried again: two runs of one thing may harm each other.
    if (lateMs >= stopGraceMs)
      await say(inHand, 'RUNNING', (current) =>
        failedAction(current, due, 'timed-out', `${name} took too long and does not stop`, { final: true }),
      );
  }
};
