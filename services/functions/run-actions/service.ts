import { isClosing } from '../../core/domain/closing.ts';
import type { TransactPorts } from '../../core/kernel/transact.ts';
import type { AutomationService } from '../../core/ports/automation-service.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { openWave, type WaveSession } from '../../core/streams/wave-session.ts';
import { lookAtAutomation, startAutomation, stopAutomation } from './automation.ts';
import { answered, refuseOutside, type ApprovalAnswer } from './answers.ts';
import {
  actionsToStop,
  dueActions,
  elapsed,
  startedAction,
  stillDue,
  warning,
  warnsAt,
  type DueAction,
} from './next-actions.ts';
import { claimKnobs, type ActionInHand, type ClaimKnobs } from './claim.ts';
import { paceKnobs, type PaceKnobs } from './pace.ts';

export interface ActionPorts extends TransactPorts {
  readonly automation: AutomationService;
  readonly recovery: RecoveryService;
  readonly log: Log;
}

export interface ActionKnobs {
  /** Between looks at automations whose end no status event has announced; SSM answers 3 a second. */
  readonly lookMs: number;
  readonly pace: PaceKnobs;
  readonly claim: ClaimKnobs;
  /** The longest timer: a timer that is still to fire is left alone by whoever finds that an event was lost. */
  readonly waitMaxMs: number;
}

export const actionKnobs: ActionKnobs = {
  lookMs: 30_000,
  pace: paceKnobs,
  claim: claimKnobs,
  waitMaxMs: 300_000,
};

/**
 * Runs the actions that a wave waits for: starts those that are due, asks SSM about those that run,
 * ends waits and approvals by time, and stops what a cancelled wave still runs. A start is claimed before SSM is
 * asked: a claim without an outcome is looked up under its token, which follows from execution, wave, action and try.
 */
export const createRunActions = (ports: ActionPorts, knobs: ActionKnobs = actionKnobs) => ({
  run: async (wake: Wake, causationId: string): Promise<void> => {
    const session = await openWave(ports, 'run-actions', wake, causationId);
    if (session === undefined) return;
    const wave = await session.read();
    const delays: number[] = [];
    const { quarantineOver } = wake;
    for (const due of actionsToStop(wave))
      delays.push(await stopAutomation(ports, { session, wave, due, quarantineOver }, knobs.claim));
    for (const due of dueActions(wave))
      delays.push(await look(ports, knobs, { session, wave, due, quarantineOver }));
    await setTimer(ports, knobs, session, delays);
  },

  /** Acts on an approver's answer. One that comes too late, or from somebody else, is refused with the reason. */
  answer: async (wake: Wake, given: ApprovalAnswer, causationId: string): Promise<void> => {
    const session = await openWave(ports, 'run-actions', wake, causationId);
    if (session === undefined) return refuseOutside(ports, wake, given, causationId);
    await session.change((wave) => answered(wave, given));
  },
});

/** Does what is due for one action. Gives the delay after which it wants to be looked at, or Infinity. */
const look = async (ports: ActionPorts, knobs: ActionKnobs, inHand: ActionInHand): Promise<number> => {
  const { session, due } = inHand;
  const isAutomation = due.action.kind === 'automation';
  if (due.state?.status === 'RUNNING') {
    if (isAutomation) await lookAtAutomation(ports, inHand);
    else
      await session.change((current, now) =>
        stillDue(current, due, 'RUNNING') ? elapsed(current, due, now) : [],
      );
    if (ports.clock.now() >= warnsAt(due)) await warn(session, due);
    return Infinity;
  }
  const isAllowed = mayStart(session, due);
  if (!isAllowed && due.state?.status !== 'CLAIMED') return Infinity;
  if (isAutomation) return startAutomation(ports, inHand, { ...knobs, mayStart: isAllowed });
  await session.change((current, now) =>
    stillDue(current, due, 'not started') ? [startedAction(current, due, now)] : [],
  );
  return Infinity;
};

const warn = (session: WaveSession, due: DueAction) =>
  session.change((current, now) => {
    const [same] = dueActions(current).filter(
      ({ stage, action }) => stage === due.stage && action.actionId === due.action.actionId,
    );
    return same === undefined ? [] : warning(current, same, now);
  });

/** A paused or cancelled execution starts nothing new, but for what cleans up after it. */
const mayStart = ({ execution, waveId }: WaveSession, { stage }: DueAction): boolean =>
  execution.status === 'RUNNING' || stage === 'onCancel' || stage === 'onFailure' || isClosing(waveId);

/** Between looks at an automation that was told to stop. */
const lateLookMs = 10_000;

/** One timer per wave, for the earliest of what its actions wait for. */
const setTimer = async (
  ports: ActionPorts,
  knobs: ActionKnobs,
  session: WaveSession,
  wanted: readonly number[],
): Promise<void> => {
  const { wave } = await session.change(() => []);
  const now = ports.clock.now();
  const running = dueActions(wave).flatMap((due) => {
    const { action, state } = due;
    if (state?.status !== 'RUNNING') return [];
    if (action.kind === 'automation' && now >= state.endsBy) return [lateLookMs];
    const next = Math.min(state.endsBy, warnsAt(due));
    const leftMs = Math.min(knobs.waitMaxMs, Math.max(1_000, next - now));
    return [action.kind === 'automation' ? Math.min(leftMs, knobs.lookMs) : leftMs];
  });
  const delayMs = Math.min(Infinity, ...running, ...wanted);
  if (delayMs !== Infinity) await ports.timers.set(session.wakeFor('run-actions'), delayMs);
};
