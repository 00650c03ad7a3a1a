import * as z from 'zod';
import { executionRequested } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import { type ExecutionState, isTerminal } from '../../core/domain/execution-state.ts';
import { executionIdOf, sha256 } from '../../core/kernel/canonical.ts';
import { readStream } from '../../core/kernel/read-stream.ts';
import { executionStream } from '../../core/kernel/stream-names.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';

/** What ARC Region switch tells a custom action. ARC API reference: Lambdas, "execution metadata keys". */
const stepEventSchema = z.looseObject({
  PlanArn: z.string().min(1),
  ExecutionId: z.string().min(1),
  StepName: z.string().min(1),
});
export type StepEvent = z.infer<typeof stepEventSchema>;

export interface StepPorts {
  readonly store: RecordStore;
  say(name: string, data: unknown): Promise<unknown>;
}

export interface StepSettings {
  readonly planId: string;
  readonly mode: Mode;
}

export interface StepAnswer {
  readonly executionId: string;
  readonly status: 'COMPLETED' | 'PARTIAL';
}

/** Region switch takes an error for a step that is not done, and calls again after its retry interval. */
export class StepNotDoneError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StepNotDoneError';
  }
}

/** The same step of the same run of a Region switch plan always means the same execution, however often it is called. */
export const requestIdOf = ({ PlanArn, ExecutionId, StepName }: StepEvent): string =>
  `region-switch-${sha256(JSON.stringify([PlanArn, ExecutionId, StepName])).slice(0, 40)}`;

const readEvent = (event: unknown): StepEvent => {
  const parsed = stepEventSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new Error(`This is no call of a Region switch step: ${wrong}`);
};

const stateOf = async (store: RecordStore, executionId: string): Promise<ExecutionState | undefined> =>
  (await readStream<ExecutionState>(store, executionStream(executionId)))?.body.state;

/**
 * A step of somebody else's plan: requests an execution the first time, and looks at it each time after. If it
 * dies after the request, the next call requests it again under the same id, which starts nothing new.
 */
export const createStep =
  ({ planId, mode }: StepSettings, ports: StepPorts) =>
  async (event: unknown): Promise<StepAnswer> => {
    const step = readEvent(event);
    const requestId = requestIdOf(step);
    const executionId = executionIdOf(requestId);
    const state = await stateOf(ports.store, executionId);
    if (state === undefined) {
      const requestedBy = step.PlanArn;
      const reason = `step ${step.StepName} of the Region switch execution ${step.ExecutionId}`;
      await ports.say(
        executionRequested.name,
        executionRequested.data.parse({ requestId, planId, mode, requestedBy, reason }),
      );
      throw new StepNotDoneError(`${executionId} of ${planId} has been requested.`);
    }
    const { status } = state;
    if (status === 'COMPLETED' || status === 'PARTIAL') return { executionId, status };
    throw new StepNotDoneError(
      isTerminal(status)
        ? `${executionId} of ${planId} has ended: ${status}. Nothing further will happen to it.`
        : `${executionId} of ${planId} is ${status}.`,
    );
  };
