import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { initialExecution, type ExecutionState } from '../../services/core/domain/execution-state.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import type { StreamRecord } from '../../services/core/kernel/stream.ts';
import { awsOperatorPorts, type OperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';
import { putPlan } from '../../services/core/streams/plan-store.ts';
import { readPlanFile } from '../../services/faces/cli/plan-file.ts';

const root = resolve(import.meta.dirname, '../..');

export interface KillOptions {
  readonly stateDir: string;
  readonly port: number;
  readonly speed: number;
  readonly kills: number;
  /** From a process's first answer to its death, in real milliseconds; negative for a death before any answer. */
  readonly lifeMs: () => number;
  readonly planFile: string;
  readonly scenarioFile: string;
}

export interface KillReport {
  /** Status of each execution that was asked for, by its id. */
  readonly executions: Readonly<Record<string, string>>;
}

/** Starts the runtime in a process of its own. */
export const start = ({
  stateDir,
  port,
  speed,
  scenarioFile,
}: Pick<KillOptions, 'stateDir' | 'port' | 'speed' | 'scenarioFile'>): ChildProcess =>
  spawn(
    process.execPath,
    [
      join(root, 'services/faces/cli/groundswell.mjs'),
      'up',
      ...['--port', String(port), '--state', stateDir, '--speed', String(speed), '--scenario', scenarioFile],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );

export const gone = (child: ChildProcess): Promise<void> =>
  new Promise((done) => void child.once('exit', () => done()));

const statusOf = async (ports: OperatorPorts, executionId: string): Promise<string> => {
  const stored = await ports.store.read<StreamRecord<ExecutionState>>({ kind: 'stream', id: executionId });
  return (stored?.body.state ?? initialExecution).status;
};

/** Asks for one drill after the other, for as long as `isOpen` says so, of whatever process answers. */
const createAsker = (options: KillOptions) => {
  const ports = awsOperatorPorts({
    endpoint: `http://127.0.0.1:${options.port}`,
    region: 'eu-west-1',
    busName: 'groundswell',
    tableName: 'groundswell-state',
  });
  const plan = readPlanFile(options.planFile);
  const statuses = new Map<string, string>();
  let number = 1;
  const step = async (mayAsk: boolean): Promise<void> => {
    const requestId = `kill-${number}`;
    const executionId = executionIdOf(requestId);
    const status = await statusOf(ports, executionId);
    if (status === 'NONE' && (mayAsk || statuses.has(executionId))) {
      statuses.set(executionId, status);
      await putPlan(ports.store, plan, '2026-11-23T00:00:00.000Z');
      await ports.say('ExecutionRequested', {
        requestId,
        planId: plan.planId,
        mode: 'DRILL',
        requestedBy: 'test',
      });
      await sleep(200);
    } else if (status !== 'NONE') statuses.set(executionId, status);
    if (status === 'COMPLETED' && mayAsk) number++;
  };
  return {
    statuses,
    /** What cannot be asked of a process that is dead is asked of its successor. */
    step: (mayAsk: boolean) => step(mayAsk).catch(() => undefined),
    isAtRest: () => [...statuses.values()].every((status) => status === 'COMPLETED'),
  };
};

/** On a machine that is busy with other tests a process takes its time. */
const startMaxMs = 120_000;
const restMaxMs = 120_000;

const answers = async (port: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${port}/`)).ok;
  } catch {
    return false;
  }
};

export const untilAnswer = async (port: number): Promise<void> => {
  const until = performance.now() + startMaxMs;
  while (!(await answers(port))) {
    if (performance.now() > until) throw new Error(`Nothing answers on port ${port}.`);
    await sleep(20);
  }
};

/** Lets one process live for its time, asking for drills meanwhile. */
const live = async (options: KillOptions, asker: ReturnType<typeof createAsker>): Promise<void> => {
  const child = start(options);
  const death = gone(child);
  const lifeMs = options.lifeMs();
  if (lifeMs >= 0) await untilAnswer(options.port);
  const until = performance.now() + Math.abs(lifeMs);
  while (performance.now() < until) {
    await Promise.race([asker.step(true), sleep(until - performance.now())]);
    await sleep(Math.min(20, Math.max(0, until - performance.now())));
  }
  child.kill('SIGKILL');
  await death;
};

/** Kills the runtime again and again while drills run, then lets it finish what was begun. */
export const runWithKills = async (options: KillOptions): Promise<KillReport> => {
  const asker = createAsker(options);
  for (let kill = 0; kill < options.kills; kill++) await live(options, asker);
  const last = start(options);
  const death = gone(last);
  const until = performance.now() + restMaxMs;
  do {
    await asker.step(false);
    await sleep(100);
  } while (!asker.isAtRest() && performance.now() < until);
  last.kill('SIGTERM');
  await death;
  return { executions: Object.fromEntries(asker.statuses) };
};
