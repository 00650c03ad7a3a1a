import type { Target } from '../../contracts/plan.ts';
import type {
  AutomationExecution,
  AutomationRequest,
  AutomationService,
} from '../../services/core/ports/automation-service.ts';
import type { Clock } from '../../services/core/ports/clock.ts';

/** What comes of an automation that nobody stops; ms from its start, Infinity if it never ends. */
export interface AutomationCourse {
  readonly endsAfterMs: number;
  readonly end: Omit<AutomationExecution, 'status'> & { readonly status: 'succeeded' | 'failed' };
}

/** What each runbook does: a simulation draws it. Undefined for a runbook that does not exist. */
export type AutomationModel = (
  target: Target,
  request: AutomationRequest,
  nth: number,
) => AutomationCourse | undefined;

interface Run {
  readonly id: string;
  readonly request: AutomationRequest;
  readonly startedAt: number;
  readonly course: AutomationCourse;
}

export interface MemoryAutomationService extends AutomationService {
  /** Every automation ever started, oldest first. */
  readonly startedAutomations: () => readonly AutomationRequest[];
}

const idOf = (nth: number): string => `00000000-0000-4000-8000-${nth.toString(16).padStart(12, '0')}`;

const same = (a: AutomationRequest, b: AutomationRequest): boolean => {
  const names = Object.keys(a.parameters);
  return (
    a.document === b.document &&
    names.length === Object.keys(b.parameters).length &&
    names.every((name) => {
      const values = b.parameters[name] ?? [];
      return (
        values.length === a.parameters[name]?.length &&
        values.every((value, at) => value === a.parameters[name]?.[at])
      );
    })
  );
};

const running: AutomationExecution = { status: 'running', ssmStatus: 'InProgress', outputs: {} };
const cancelled = { status: 'failed', ssmStatus: 'Cancelled', outputs: {} } as const;

/** SSM Automation in memory: a pure function of its runs and the time. */
export const createMemoryAutomationService = (
  clock: Clock,
  model: AutomationModel,
): MemoryAutomationService => {
  const runs = new Map<string, Run>();
  const byToken = new Map<string, Run>();

  const isOver = ({ startedAt, course }: Run): boolean => clock.now() >= startedAt + course.endsAfterMs;

  return {
    startedAutomations: () => [...runs.values()].map(({ request }) => request),
    async start(target, request) {
      const known = byToken.get(request.clientToken);
      if (known !== undefined)
        return same(known.request, request)
          ? { status: 'started', automationExecutionId: known.id }
          : { status: 'used', message: 'IdempotentParameterMismatch: the token was used before' };
      const nth = runs.size + 1;
      const course = model(target, request, nth);
      if (course === undefined)
        return {
          status: 'refused',
          message: `AutomationDefinitionNotFoundException: ${request.document} does not exist`,
        };
      const run = { id: idOf(nth), request, startedAt: clock.now(), course };
      runs.set(run.id, run);
      byToken.set(request.clientToken, run);
      return { status: 'started', automationExecutionId: run.id };
    },
    async find(_target, clientToken) {
      return byToken.get(clientToken)?.id;
    },
    async describe(_target, id) {
      const run = runs.get(id);
      if (run === undefined) return undefined;
      return isOver(run) ? run.course.end : running;
    },
    async stop(_target, id) {
      const run = runs.get(id);
      if (run === undefined || isOver(run)) return;
      const course = { endsAfterMs: clock.now() - run.startedAt, end: cancelled };
      const stopped = { ...run, course };
      runs.set(id, stopped);
      byToken.set(run.request.clientToken, stopped);
    },
  };
};
