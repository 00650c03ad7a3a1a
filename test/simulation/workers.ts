import type { ActionSteps } from '../../contracts/action.ts';
import type { PlanWave } from '../../contracts/plan.ts';
import type { TaskReport, TaskRequested } from '../../contracts/task-events.ts';
import type { Prng } from './prng.ts';
import type { Workload } from './workload.ts';

/** A task as its worker knows it. */
export interface WorkersTask {
  readonly request: TaskRequested;
  /** Every token that was heard with it. */
  readonly tokens: string[];
  /** What the worker has said, or will say, of its end. */
  outcome?: 'succeeded' | 'failed';
  /** When it first says so, epoch ms. */
  saysAt: number;
  cancelled: boolean;
}

export interface WorkersDeps {
  readonly prng: Prng;
  readonly now: () => number;
  readonly after: (delayMs: number, act: () => void) => void;
  /** Whether a fault of this kind strikes. */
  readonly isLost: () => boolean;
  readonly isForging: () => boolean;
  readonly say: (report: TaskReport, isForged: boolean) => void;
  readonly hit: (path: string) => void;
}

const noToken = '_'.repeat(43);

/** Other teams' workers: they hear of tasks late, twice or not at all, and report at the worst time. */
export const createWorkers = ({ prng, now, after, isLost, isForging, say, hit }: WorkersDeps) => {
  const tasks = new Map<string, WorkersTask>();

  const report = (
    { request: { taskId }, tokens }: WorkersTask,
    outcome: TaskReport['outcome'],
    token = prng.pick(tokens),
  ): void => {
    const isForged = !tokens.includes(token);
    say({ taskId, token, outcome, message: '', outputs: {}, by: 'worker' }, isForged);
  };

  const work = (task: WorkersTask): void => {
    if (isForging()) {
      hit('forged report on a task');
      after(prng.int(20_000), () => report(task, 'succeeded', noToken));
    }
    // It has heard nothing, or has died.
    if (isLost() || prng.chance(0.1)) return;
    const lastsMs = prng.pick([1_000, 30_000, 120_000, 20 * 60_000]) * (0.5 + prng.float());
    if (prng.chance(0.5))
      for (let at = 1; at <= 4; at++)
        after((lastsMs * at) / 5, () => task.cancelled || report(task, 'heartbeat'));
    task.outcome = prng.chance(0.85) ? 'succeeded' : 'failed';
    task.saysAt = now() + lastsMs;
    const end = (): void => report(task, task.outcome ?? 'failed');
    // Now and then it has not heard that nobody waits any more, and now and then it says it twice.
    after(lastsMs, () => (task.cancelled && prng.chance(0.5)) || end());
    if (prng.chance(0.2)) after(lastsMs + prng.int(60_000), end);
  };

  return {
    hear(request: TaskRequested): void {
      const known = tasks.get(request.taskId);
      if (known !== undefined) {
        hit('task requested again');
        known.tokens.push(request.token);
        return;
      }
      const task: WorkersTask = {
        ...{ request, tokens: [request.token], saysAt: Infinity, cancelled: false },
      };
      tasks.set(request.taskId, task);
      after(prng.int(2_000), () => work(task));
    },
    cancel(taskId: string): void {
      const task = tasks.get(taskId);
      if (task === undefined) return;
      hit('worker told to stop');
      task.cancelled = true;
    },
    taskOf: (taskId: string): WorkersTask | undefined => tasks.get(taskId),
    all: (): readonly WorkersTask[] => [...tasks.values()],
  };
};
export type Workers = ReturnType<typeof createWorkers>;

export const withTask = (prng: Prng, steps: ActionSteps): ActionSteps => {
  const changed = (action: Exclude<ActionSteps[number], readonly unknown[]>) => {
    if (action.kind === 'approval' || !prng.chance(0.5)) return action;
    const { actionId, when, optional } = action;
    const timeoutMinutes = prng.pick([5, 30]);
    if (prng.chance(0.3))
      return {
        ...{ kind: 'alarm' as const, actionId, when, optional, timeoutMinutes },
        alarms: [`alarm-${prng.int(50)}`, `other-${prng.int(50)}`],
        okMinutes: prng.pick([0, 1, 3]),
        missingData: prng.pick(['wait', 'ok'] as const),
      };
    if (prng.chance(0.5)) {
      const mode = prng.pick(['callback', 'poll', 'durable', 'durable'] as const);
      return {
        ...{ kind: 'lambda' as const, actionId, when, optional, timeoutMinutes, mode },
        function: mode === 'durable' ? 'sim-durable:live' : 'sim-plain',
        parameters: prng.chance(0.5) ? { wave: ['${wave.id}'] } : {},
        ...(mode === 'callback' && prng.chance(0.4) && { heartbeatMinutes: prng.pick([1, 3]) }),
        triesMax: prng.between(1, 2),
      };
    }
    return {
      ...{ kind: 'callback' as const, actionId, when, optional, task: 'sim-task', timeoutMinutes },
      parameters: prng.chance(0.5) ? { wave: ['${wave.id}'] } : {},
      ...(prng.chance(0.4) && { heartbeatMinutes: prng.pick([1, 3]) }),
      triesMax: prng.between(1, 2),
    };
  };
  return steps.map((step) => (Array.isArray(step) ? step.map(changed) : changed(step)));
};

/** Gives some of what actions do to workers, or makes them wait for alarms, drawn apart from everything else. */
export const withTasks = (prng: Prng, workload: Workload): Workload => {
  if (!prng.chance(0.5)) return workload;
  const inWave = (wave: PlanWave): PlanWave => ({
    ...wave,
    before: withTask(prng, wave.before),
    after: withTask(prng, wave.after),
    onFailureActions: withTask(prng, wave.onFailureActions),
    onCancelActions: withTask(prng, wave.onCancelActions),
  });
  return {
    ...workload,
    plans: workload.plans.map((plan) => ({
      ...plan,
      waves: plan.waves.map(inWave),
      onFailureActions: withTask(prng, plan.onFailureActions),
      onCancelActions: withTask(prng, plan.onCancelActions),
    })),
  };
};
