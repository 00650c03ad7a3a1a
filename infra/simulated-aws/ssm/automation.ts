import { createHash } from 'node:crypto';
import { ServiceError } from '../protocols/service-error.ts';
import { admit, fingerprintOf, type StartInput } from './admit.ts';
import { checkApprover } from './approvers.ts';
import type { FindService } from './aws-api.ts';
import { createInterpreter, type InterpreterDeps } from './interpreter.ts';
import type { AnnounceDeps } from './announce.ts';
import type { ExecutionRecord, Stop } from './execution.ts';
import { createExecutionTable } from './execution-table.ts';
import { type AutomationPermissions, checkRole } from './runner.ts';
import { currentStep, type ExecutionView, viewAt } from './execution-view.ts';
import type { SsmStore } from './store.ts';
import { isTerminal } from './timeline.ts';

export type SignalType = 'Approve' | 'Reject' | 'StartStep' | 'StopStep' | 'Resume';

export interface SignalFrom {
  readonly stepId?: string | undefined;
  /** The ARN of whoever sends it. */
  readonly by?: string;
  readonly comment?: string | undefined;
}

export interface Automation {
  /** Returns the id; the same for a repeat of the same client token with the same parameters. */
  start(input: StartInput): string;
  stop(id: string, type: 'Cancel' | 'Complete'): void;
  signal(id: string, type: SignalType, from?: SignalFrom): void;
  /** The execution as it stands now, or AutomationExecutionNotFoundException. */
  view(id: string): ExecutionView;
  /** All of them, the newest first. */
  views(): readonly ExecutionView[];
}

/** The signals that a status can take: an approval belongs to a waiting step, a start to an interactive run. */
const accepts = (view: ExecutionView, type: SignalType): boolean => {
  const status = currentStep(view)?.status;
  if (type === 'Approve' || type === 'Reject') return status === 'Waiting';
  const isPaused = currentStep(view)?.step.action === 'aws:pause';
  if (type === 'Resume' && isPaused) return status === 'Waiting';
  if (type === 'StartStep' || type === 'Resume') return view.status === 'Waiting' && status !== 'Waiting';
  return status === 'InProgress' || status === 'Waiting';
};

/** A child is started under the same token again when its parent dies before it knows it. */
const childToken = ({ id, run }: ExecutionRecord): string => {
  const hex = createHash('sha256')
    .update(JSON.stringify([id, run?.stepsEntered, run?.current]))
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
};

/** The token is documented as unique and not case-sensitive; that a repeat returns the first id is implied. */
const earlierOf = (store: SsmStore, input: StartInput): string | undefined => {
  const token = input.clientToken?.toLowerCase();
  if (token === undefined) return undefined;
  const earlier = [...store.executions.values()].find(({ clientToken }) => clientToken === token);
  if (earlier !== undefined && earlier.fingerprint !== fingerprintOf(input))
    throw new ServiceError(
      'IdempotentParameterMismatch',
      'The client token was used before, with other parameters.',
    );
  return earlier?.id;
};

/** How a runbook starts another one, and learns of its end. */
const childRuns = (automation: () => Automation): Pick<InterpreterDeps, 'startChild' | 'endOf'> => ({
  startChild: (parent, documentName, documentVersion, parameters) =>
    automation().start({
      documentName,
      ...(documentVersion !== undefined && { documentVersion }),
      parameters,
      clientToken: childToken(parent),
      mode: 'Auto',
      tags: [],
      executedBy: parent.runsAs?.arn ?? parent.executedBy,
      session: parent.runsAs,
      parentId: parent.id,
    }),
  endOf: (id) => {
    const { status, record } = automation().view(id);
    return isTerminal(status) ? { status, outputs: record.outputs } : undefined;
  },
});

const tooMany = (): ServiceError =>
  new ServiceError(
    'AutomationExecutionLimitExceededException',
    'Too many automations are running and queued.',
  );

/** Throws where the execution has ended, or is already being stopped. */
const checkStop = ({ status, record }: ExecutionView): void => {
  if (isTerminal(status) || record.stop !== undefined)
    throw new ServiceError(
      'InvalidAutomationStatusUpdateException',
      `The automation execution ${record.id} is ${status}.`,
    );
};

/** Throws where the execution, or the step that is named, cannot take the signal now. */
const checkSignal = (found: ExecutionView, type: SignalType, stepId: string | undefined): void => {
  const { record, status, steps } = found;
  if (stepId !== undefined && !steps.some((step) => step.id === stepId))
    throw new ServiceError(
      'AutomationStepNotFoundException',
      `The automation execution ${record.id} has no step ${stepId}.`,
    );
  if (record.stop !== undefined || !accepts(found, type))
    throw new ServiceError(
      'InvalidAutomationSignalException',
      `${type} cannot be sent to an execution that is ${status}.`,
    );
};

const automationArn = ({ region, account }: AnnounceDeps, id: string): string =>
  `arn:aws:ssm:${region}:${account}:automation-execution/${id}`;

/** The role that was named for it; none where it runs as whoever started it. */
const roleOf = ({ runsAs, executedBy }: ExecutionRecord): string | undefined =>
  runsAs?.arn === executedBy ? undefined : runsAs?.roleArn;

export const createAutomation = (
  deps: AnnounceDeps & {
    readonly store: SsmStore;
    readonly find: FindService;
    readonly permissions?: AutomationPermissions | undefined;
  },
): Automation => {
  const { clock, store, scenario } = deps;
  const interpreter = createInterpreter({
    ...deps,
    save: (record) => table.save(record),
    ...childRuns(() => automation),
  });
  const table = createExecutionTable(deps, (id) => interpreter.follow(id));

  const view = (id: string): ExecutionView => {
    const record = store.executions.get(id);
    if (record === undefined)
      throw new ServiceError(
        'AutomationExecutionNotFoundException',
        `There is no automation execution ${id}.`,
      );
    return viewAt(record, clock.now());
  };
  const halt = (record: ExecutionRecord, type: Stop['type']): void => {
    table.save({ ...record, stop: { type, at: clock.now() } });
    interpreter.follow(record.id);
  };

  const automation: Automation = {
    view,
    views: () => table.views().toReversed(),
    start(input) {
      const earlier = earlierOf(store, input);
      if (earlier !== undefined) return earlier;
      const record = admit(deps, input, clock.now());
      checkRole(deps.permissions, roleOf(record), automationArn(deps, record.id));
      const hasRoom = table.hasRoom();
      if (!hasRoom && table.queued().length >= scenario.queuedMax) throw tooMany();
      table.save(hasRoom ? { ...record, beganAt: record.startedAt } : record);
      interpreter.follow(record.id);
      return record.id;
    },
    stop(id, type) {
      const found = view(id);
      checkStop(found);
      halt(found.record, type);
    },
    signal(id, type, { stepId, by, comment } = {}) {
      const found = view(id);
      checkSignal(found, type, stepId);
      if (type === 'StopStep') {
        halt(found.record, type);
        return;
      }
      if (type === 'Approve' || type === 'Reject') checkApprover(found, store, deps, by);
      const signal = {
        ...{ type, at: clock.now() },
        ...(by !== undefined && { by }),
        ...(comment !== undefined && { comment }),
      };
      table.save({ ...found.record, signals: [...found.record.signals, signal] });
      interpreter.follow(id);
    },
  };
  for (const { record } of table.views()) interpreter.follow(record.id);
  return automation;
};
