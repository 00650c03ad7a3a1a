import { runOf, type Design } from './design.ts';
import { createSteps, type Steps } from './steps.ts';
import type { Workload } from './workload.ts';

/** A task of the workflow: the state machine invokes a function and has its answer. */
const task = <T>(steps: Steps, name: string, work: () => T): T => {
  steps.transitions(1);
  steps.hop('stateMachine');
  return steps.run(name, work);
};

const startWorkflow = (steps: Steps, before: () => void = () => undefined): void => {
  steps.run('api', steps.write);
  steps.hop('workflowStart');
  task(steps, 'initialize', () => {
    before();
    steps.write();
  });
};

const startWave = (steps: Steps, before: () => void = () => undefined): number =>
  task(steps, 'start', () => {
    before();
    const startedAt = steps.start();
    steps.write();
    return startedAt;
  });

const finish = (steps: Steps): void => {
  task(steps, 'finalize', steps.write);
};

/** Wait, ask, choose: the loop of the analysis's proposal and of AWS's own sample. Three transitions a round. */
export const waitLoop = (everyMs: number): Design => ({
  name: `Step Functions, ${everyMs / 1_000} s wait loop`,
  run: ({ seed, workload, keep }) => {
    const steps = createSteps(seed, keep);
    startWorkflow(steps);
    for (const { waveId } of workload.plan.waves) {
      const endsAt = startWave(steps) + (workload.jobs.get(waveId)?.endsAfterMs ?? 0);
      let isOver: boolean;
      do {
        steps.transitions(2);
        steps.wait(everyMs);
        isOver = task(steps, 'ask', () => {
          steps.drs();
          return steps.now() >= endsAt;
        });
      } while (!isOver);
      steps.transitions(1);
      task(steps, 'wave-complete', steps.write);
    }
    finish(steps);
    return runOf(steps);
  },
});

export interface CallbackOptions {
  /** Share of the hints that arrive; a watcher asks every 15 s beside them. */
  readonly hints: number;
  /** When DRS sends a server's launch result: it does not say whether at the launch's end or the job's. */
  readonly hintAt: 'launch-end' | 'job-end';
  /**
   * What lets the workflow go on: that the job has ended, or that its last server has its result. With the last wave the
   * workflow ends, and waits for the job. Default: the job.
   */
  readonly goesOnWith?: 'job' | 'last server';
  /** It asks what the product asks: before it starts anything, and before each launch. Default: it asks nothing. */
  readonly asks?: true;
}

/** The servers; then launch configurations, instances, machines, jobs and quotas side by side. */
const askBeforeStart = (steps: Steps, { plan }: Workload): void => {
  steps.drs();
  steps.drsTogether(
    4 + plan.waves.reduce((sum, { servers }) => sum + (Array.isArray(servers) ? servers.length : 0), 0),
  );
};
/** The quotas, instances, machines and two launch configurations, side by side. */
const askBeforeLaunch = (steps: Steps): void => steps.drsTogether(5);

const watcherMs = 15_000;

/** The first moment at or after what is awaited at which the watcher sees it; its phase is luck. */
const byWatcher = (steps: Steps, awaitedAt: number): void => {
  steps.until(awaitedAt + steps.prng.int(watcherMs));
  steps.run('watcher', steps.drs);
};

/** A hint wakes a function, which asks DRS, every second until that has happened which the workflow waits for. */
const byHint = (steps: Steps, hintAt: number, awaitedAt: number): void => {
  steps.until(hintAt);
  steps.hop('bus');
  steps.run('watcher', () => {
    steps.read();
    steps.drs();
    while (steps.now() < awaitedAt) {
      steps.wait(1_000);
      steps.drs();
    }
  });
};

const lastLaunch = (workload: Workload, waveId: string): number =>
  Math.max(0, ...(workload.jobs.get(waveId)?.doneAfterMs ?? []));

/** The best that can be built: the workflow waits for a callback, which a function gives when DRS's hint wakes it. */
export const callback = ({ hints, hintAt, goesOnWith = 'job', asks }: CallbackOptions): Design => ({
  name: [
    hints === 0 ? 'Step Functions, callback by a 15 s watcher' : 'Step Functions, callback by hints',
    ...(goesOnWith === 'job' ? [] : ['goes on with the last server']),
    ...(asks === undefined ? [] : ['asks before it launches']),
  ].join(', '),
  run: ({ seed, workload, keep }) => {
    const steps = createSteps(seed, keep);
    startWorkflow(steps, () => (asks === undefined ? undefined : askBeforeStart(steps, workload)));
    for (const { waveId } of workload.plan.waves) {
      const startedAt = startWave(steps, () => (asks === undefined ? undefined : askBeforeLaunch(steps)));
      const endsAt = startedAt + (workload.jobs.get(waveId)?.endsAfterMs ?? 0);
      const launchedAt = startedAt + lastLaunch(workload, waveId);
      const isLast = waveId === workload.plan.waves.at(-1)?.waveId;
      const awaitedAt = goesOnWith === 'last server' && !isLast ? launchedAt : endsAt;
      steps.transitions(2);
      if (steps.prng.chance(hints)) byHint(steps, hintAt === 'job-end' ? endsAt : launchedAt, awaitedAt);
      else byWatcher(steps, awaitedAt);
      // The callback's answer, and the transition that follows it.
      steps.hop('send');
      steps.hop('stateMachine');
      steps.transitions(2);
    }
    finish(steps);
    return runOf(steps);
  },
});
