import type { AlarmAction } from '../../../../contracts/actions/alarm.ts';
import { noteWatcher } from '../../../core/ports/alarm-watch.ts';
import { completedAction, elapsed, failedAction, startedAction } from '../../../core/domain/wave/actions.ts';
import { gateOf, type Gate } from '../../../core/domain/wave/alarm-gate.ts';
import { progressOf } from '../../../core/domain/wave/progress-of-action.ts';
import { targetOfAction } from '../../../core/domain/wave/wave.ts';
import { isLasting, reasonOf } from '../../../core/readiness/lasting-error.ts';
import type { ActionEffects, ActionPorts } from '../action-effects.ts';
import { learnDuration } from '../learn-duration.ts';
import { say, sayStopped, type ActionInHand } from '../in-hand.ts';

type InHand = ActionInHand<AlarmAction>;

const succeed = async (ports: ActionPorts, inHand: InHand): Promise<void> => {
  const { session, due } = inHand;
  const reason = `${due.action.alarms.length === 1 ? 'the alarm has' : 'all alarms have'} been OK for ${due.action.okMinutes} min`;
  const { facts } = await say(inHand, 'RUNNING', (wave) => completedAction(wave, due, { reason }));
  if (facts.length > 0) await learnDuration(ports, session, due.state);
};

/** What cannot be read now may be later; what may never be read fails the action at once. */
const gate = async (
  ports: ActionPorts,
  { wave, due }: InHand,
): Promise<Gate | { readonly is: 'refused'; readonly why: string }> => {
  const { action, state } = due;
  try {
    const seen = await ports.alarms.read(targetOfAction(wave.definition, action), action.alarms);
    const now = ports.clock.now();
    return gateOf(action, seen, state?.startedAt ?? now, now);
  } catch (error) {
    const why = error instanceof Error ? reasonOf(error) : String(error);
    return isLasting(error)
      ? { is: 'refused', why: `CloudWatch may not be asked: ${why}` }
      : { is: 'closed', why: `CloudWatch does not answer: ${why}`, leftMs: Infinity };
  }
};

/**
 * Nothing outside is begun or stopped by it: alarms are read, whoever looks. Who is to be woken by CloudWatch's events is
 * on record before the action begins; a note that is lost costs a delay.
 */
export const alarm: ActionEffects<AlarmAction> = {
  async start({ store, clock }, inHand) {
    const { session, wave, due } = inHand;
    const { executionId, waveId } = session;
    const until = clock.now() + due.action.timeoutMinutes * 60_000;
    await noteWatcher(
      store,
      targetOfAction(wave.definition, due.action),
      due.action.alarms,
      { executionId, waveId, until },
      clock.now(),
    );
    await say(inHand, 'not started', (current, now) => startedAction(current, due, now));
    return 0;
  },
  async watch(ports, inHand) {
    const { due } = inHand;
    const seen = await gate(ports, inHand);
    if (seen.is === 'open') return succeed(ports, inHand);
    if (seen.is === 'refused')
      return void (await say(inHand, 'RUNNING', (wave) => failedAction(wave, due, 'refused', seen.why)));
    await say(inHand, 'RUNNING', (wave, now) => {
      const [end] = elapsed(wave, due, now);
      return end?.type === 'ActionFailed'
        ? failedAction(wave, due, 'timed-out', `${end.data.message}: ${seen.why}`)
        : progressOf(wave, due, now, seen.why);
    });
  },
  async stop(_ports, inHand) {
    await sayStopped(inHand);
    return Infinity;
  },
  lookAgainMs: (_action, leftMs, _isLate, { lookMs }) => Math.min(leftMs, lookMs),
};
