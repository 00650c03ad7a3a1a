import { isBeforeCleanUp, isClosing } from '../../core/domain/closing.ts';
import type { Wake } from '../../core/ports/timers.ts';
import { openWave, type WaveSession } from '../../core/streams/wave-session.ts';
import type { ActionKnobs, ActionPorts } from './action-effects.ts';
import { answered, type ApprovalAnswer } from '../../core/domain/wave/answers.ts';
import { mayBeginBeforeCleanUp, wakeCleanUp } from './before-clean-up.ts';
import { claimKnobs } from './claim.ts';
import type { TaskReport } from '../../../contracts/task-events.ts';
import { reported } from '../../core/domain/wave/task-reports.ts';
import { learnDuration } from './learn-duration.ts';
import { isTokenOf, readTask } from './task-record.ts';
import type { ActionInHand } from './in-hand.ts';
import { effectsOf } from './kinds/kinds.ts';
import {
  actionOfTry,
  actionsToStop,
  deadlineOf,
  dueAction,
  dueActions,
  warning,
  warnsAt,
  type DueAction,
} from '../../core/domain/wave/actions.ts';
import { paceKnobs } from './pace.ts';
import { lookAtStopAlarms } from './stop-alarms.ts';
import { refuseOutside } from './refuse-outside.ts';

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
    if (wake.waveId === undefined) return lookAtStopAlarms(ports, wake.executionId);
    const session = await openWave(ports, 'run-actions', wake, causationId);
    if (session === undefined) return;
    const wave = await session.read();
    const delays: number[] = [];
    const { endedWait } = wake;
    for (const due of actionsToStop(wave))
      delays.push(await effectsOf(due.action).stop(ports, { session, wave, due, endedWait }, knobs));
    for (const due of dueActions(wave))
      delays.push(await look(ports, knobs, { session, wave, due, endedWait }));
    await setTimer(ports, knobs, session, delays);
  },

  /** Acts on an approver's answer. One that comes too late, or from somebody else, is refused with the reason. */
  answer: async (wake: Wake, given: ApprovalAnswer, causationId: string): Promise<void> => {
    const session = await openWave(ports, 'run-actions', wake, causationId);
    if (session === undefined) return refuseOutside(ports, wake, given, causationId);
    await session.change((wave) => answered(wave, given));
  },

  /**
   * Acts on a worker's report. Gives why it is nobody's, if it is: no such task was requested, or its execution or wave
   * has ended. What is said of a running wave's task is answered in the wave's stream.
   */
  report: async ({ token, ...report }: TaskReport, reportId: string): Promise<string | undefined> => {
    const { taskId } = report;
    const task = await readTask(ports.store, taskId);
    if (task === undefined) return `no task ${taskId} was ever requested`;
    const { executionId, waveId } = task;
    const session = await openWave(
      ports,
      'run-actions',
      { service: 'run-actions', executionId, waveId },
      reportId,
    );
    const about = { executionId, waveId, taskId, outcome: report.outcome };
    if (session === undefined) {
      ports.log.warn('a worker reported on a task of a wave that has ended', about);
      return isEnd(report) ? `task ${taskId} is over: ${executionId}/${waveId} has ended` : undefined;
    }
    const given = { ...report, reportId, isAuthentic: isTokenOf(task, token) };
    const { wave, facts } = await session.change((current, now) => reported(current, given, now));
    ports.log.info('a worker reported on its task', { ...about, said: facts });
    if (actionOfTry(wave, taskId) === undefined && isEnd(report))
      return `task ${taskId} is over: ${executionId}/${waveId} is at another attempt`;
    const action = Object.values(wave.state.actions).find((each) => each.taskId === taskId);
    if (facts.includes('ActionCompleted')) await learnDuration(ports, session, action);
    return undefined;
  },
});

const isEnd = ({ outcome }: Pick<TaskReport, 'outcome'>): boolean =>
  outcome === 'succeeded' || outcome === 'failed';

/** Does what is due for one action. Returns the delay until its next look, or Infinity. */
const look = async (ports: ActionPorts, knobs: ActionKnobs, inHand: ActionInHand): Promise<number> => {
  const { session, due } = inHand;
  const effects = effectsOf(due.action);
  if (due.state?.status === 'RUNNING') {
    await effects.watch(ports, inHand);
    if (ports.clock.now() >= warnsAt(due)) await warn(session, due);
    return Infinity;
  }
  const mayStart = await isAllowed(ports, session, due);
  if (!mayStart && due.state?.status !== 'CLAIMED') return Infinity;
  return effects.start(ports, inHand, { ...knobs, mayStart });
};

const warn = (session: WaveSession, due: DueAction) =>
  session.change((current, now) => {
    const same = dueAction(current, { stage: due.stage, actionId: due.action.actionId });
    return same === undefined ? [] : warning(current, same, now);
  });

/** A paused or cancelled execution starts nothing new, but for what cleans up after it. */
const isAllowed = async (
  ports: ActionPorts,
  session: WaveSession,
  { stage }: DueAction,
): Promise<boolean> => {
  const { execution, waveId } = session;
  if (isBeforeCleanUp(waveId)) return mayBeginBeforeCleanUp(ports, session);
  return execution.status === 'RUNNING' || stage === 'onCancel' || stage === 'onFailure' || isClosing(waveId);
};

/** One timer per wave, for the earliest of what its actions wait for. */
const setTimer = async (
  ports: ActionPorts,
  knobs: ActionKnobs,
  session: WaveSession,
  wanted: readonly number[],
): Promise<void> => {
  const { wave } = await session.change(() => []);
  await wakeCleanUp(ports, session, wave);
  const now = ports.clock.now();
  const running = dueActions(wave).flatMap((due) => {
    const { action, state } = due;
    if (state?.status !== 'RUNNING') return [];
    const next = Math.min(deadlineOf(state), warnsAt(due));
    const leftMs = Math.min(knobs.waitMaxMs, Math.max(1_000, next - now));
    return [effectsOf(action).lookAgainMs(action, leftMs, now >= deadlineOf(state), knobs)];
  });
  const delayMs = Math.min(Infinity, ...running, ...wanted);
  if (delayMs !== Infinity) await ports.timers.set(session.wakeFor('run-actions'), delayMs);
};
