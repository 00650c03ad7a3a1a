import { faultText } from '../../../contracts/fault-text.ts';
import { randomUUID } from 'node:crypto';
import { visible } from '../../../contracts/visible-text.ts';
import type { ChosenPoint, Plan } from '../../../contracts/plan.ts';
import { type Runtime, startRuntime } from '../../../infra/local/runtime.ts';
import { executionIdOf } from '../../core/kernel/canonical.ts';
import { connect } from './connect.ts';
import { defaultConnection } from './connection.ts';
import type { Console } from './console.ts';
import type { DomainEvent } from '../../../contracts/catalogue.ts';
import { eventLine } from './event-line.ts';
import { type Ending, follow } from './follow.ts';
import { frameOf } from './frame.ts';
import { warnOfFailedRuns } from './failed-runs.ts';
import { exitCodes } from './help.ts';
import { readPlanFile } from './plan-file.ts';
import { putPlan } from '../../core/streams/plan-store.ts';
import { chooseScenario } from './scenario-file.ts';
import { samplePlanFile } from './sample-plan.ts';
import { summaryOf } from './summary.ts';
import type { ExecutionView } from '../../core/view/execution-view.ts';
import { viewOf } from '../../core/view/fold.ts';
import { inOrder } from '../../core/view/order.ts';
import { requestedView } from '../../core/view/planned-view.ts';

export interface DrillOptions {
  readonly plan?: string;
  readonly speed: number;
  readonly mode: 'DRILL' | 'RECOVERY';
  readonly scenario?: string;
  readonly pointInTime?: ChosenPoint;
  readonly acceptWarning?: readonly string[];
  readonly json?: boolean;
}

const framesPerSecond = 10;

/** Shows events as they come: as a picture on a terminal, as a line each otherwise. */
const createPresenter = (initial: ExecutionView, runtime: Runtime, console: Console, json: boolean) => {
  const events: DomainEvent[] = [];
  const { screen, colors } = console;
  const view = (): ExecutionView => viewOf(initial, inOrder(events));
  const draw = (): void =>
    screen?.draw(frameOf(view(), { now: runtime.now(), width: screen.width, height: screen.height, colors }));
  const isDrawn = screen !== undefined && !json;
  const timer = isDrawn ? setInterval(draw, 1_000 / framesPerSecond) : undefined;
  return {
    view,
    isDrawn,
    add(event: DomainEvent): void {
      events.push(event);
      if (json) console.print(JSON.stringify(event));
      else if (!isDrawn) console.print(eventLine(event));
    },
    close(): void {
      clearInterval(timer);
      if (!isDrawn) return;
      draw();
      screen.close();
    },
  };
};

const exitCode = (view: ExecutionView, ending: Ending): number => {
  if (ending === 'operator-needed') return exitCodes.operatorNeeded;
  if (view.status === 'COMPLETED') return 0;
  return view.status === 'REJECTED' ? 2 : 1;
};

const explain = (ending: Ending, view: ExecutionView): readonly string[] => {
  if (ending === 'silent')
    return ['Nothing has happened for six hours of simulated time, and nothing is due.'];
  if (ending === 'over') return [];
  return view.needs.map(({ why, choices }) => `An operator is needed: ${why} (${choices.join(', ')})`);
};

const run = async (
  runtime: Runtime,
  plan: Plan,
  options: DrillOptions,
  console: Console,
): Promise<number> => {
  const ports = connect({ ...defaultConnection, ...runtime });
  const json = options.json === true;
  const requestId = `drill-${randomUUID()}`;
  const executionId = executionIdOf(requestId);
  await runtime.warm();
  await putPlan(ports.store, plan, new Date(runtime.now()).toISOString());
  const { mode, acceptWarning: acceptWarnings, pointInTime } = options;
  const asked = {
    ...{ planId: plan.planId, mode, requestedBy: 'groundswell drill' },
    ...(acceptWarnings !== undefined && { acceptWarnings }),
    ...(pointInTime !== undefined && { pointInTime }),
  };
  const presenter = createPresenter(requestedView(executionId, asked, plan), runtime, console, json);
  if (!json) console.print(console.colors.dim(`${options.speed} times real time, on ${runtime.endpoint}`));
  const attended = presenter.isDrawn;
  const ended = follow({ runtime, executionId, attended, onEvent: (event) => presenter.add(event) });
  await ports.say('ExecutionRequested', { requestId, ...asked });
  const ending = await ended;
  presenter.close();
  const view = presenter.view();
  for (const line of explain(ending, view)) console.warn(visible(line));
  if (!json) console.print(`\n${summaryOf(view, console.screen?.width).join('\n')}`);
  else if (view.status === 'REJECTED')
    for (const fault of view.faults) console.warn(visible(faultText(fault)));
  return exitCode(view, ending);
};

/** Runs a plan from beginning to end on a runtime of its own, in memory. Returns the exit code. */
export const drill = async (options: DrillOptions, console: Console): Promise<number> => {
  const planFile = options.plan ?? samplePlanFile;
  const plan = readPlanFile(planFile);
  const runtime = await startRuntime({
    speed: options.speed,
    scenario: chooseScenario(options.scenario, planFile),
    onRun: warnOfFailedRuns(console),
  });
  try {
    return await run(runtime, plan, options, console);
  } finally {
    await runtime.close();
  }
};
