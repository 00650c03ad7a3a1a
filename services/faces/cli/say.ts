import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { decisionEvents } from '../../../contracts/decision-events.ts';
import { executionRequested } from '../../../contracts/execution-events.ts';
import type { ChosenPoint } from '../../../contracts/plan.ts';
import { faultsOf } from '../../../contracts/faults.ts';
import { executionIdOf } from '../../core/kernel/canonical.ts';
import { connect } from './connect.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';
import { confirmed } from './confirm.ts';
import { commandLine, type ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { exitCodes } from './help.ts';
import { InputError } from './input-error.ts';
import {
  isExecutionId,
  isKnownExecution,
  unknownExecution,
  decisionOutcome,
  type DecisionOutcome,
  isDecisionSeen,
  isRequestSeen,
} from './named-execution.ts';
import { namedPlan } from './named-plan.ts';

export interface RequestOptions extends ConnectionOptions {
  readonly mode: 'DRILL' | 'RECOVERY';
  readonly requestId?: string;
  readonly planVersion?: number;
  readonly by?: string;
  readonly reason?: string;
  readonly allowDrillOverRecovery?: boolean;
  readonly allowReplacing?: readonly string[];
  readonly acceptWarning?: readonly string[];
  readonly calendar?: readonly string[];
  readonly startBy?: string;
  readonly pointInTime?: ChosenPoint;
  readonly json?: boolean;
  /** The plan's name: what confirms a real recovery. */
  readonly confirm?: string;
  /** Follow it to its end. */
  readonly wait?: boolean;
  /** Seconds in which the intake has to have seen it. */
  readonly patience: number;
}

/** Who runs the command line. */
export const whoAmI = (): string => userInfo().username;

type Contract = (typeof decisionEvents)[number] | typeof executionRequested;

/** What a contract allows to be said, and nothing else. */
const read = (contract: Contract, data: unknown) => {
  const parsed = contract.data.safeParse(data);
  if (!parsed.success)
    throw new InputError(
      `${contract.name} is invalid`,
      'command line',
      faultsOf(contract.data, data, parsed.error),
    );
  return parsed.data;
};

/** A bus accepts events without subscribers, and one that does not exist accepts them silently. */
const unseen = (what: string, { bus, patience }: ConnectionOptions & { readonly patience: number }): string =>
  `The ${what} was published on the bus ${bus}, but nothing responded within ${patience} s. Is this Groundswell's bus, and is Groundswell running? --bus names another bus, --patience allows more time.`;

/** Asks for an execution of a plan, and waits until the intake has seen it. Prints its id, by which it is followed. */
export const request = async (planId: string, options: RequestOptions, console: Console): Promise<number> => {
  const requestId = options.requestId ?? `cli-${randomUUID()}`;
  const { mode, planVersion, by, reason, allowDrillOverRecovery, acceptWarning } = options;
  const { allowReplacing, calendar, startBy, pointInTime } = options;
  const data = {
    ...{ requestId, planId, mode, requestedBy: by ?? whoAmI() },
    ...(planVersion !== undefined && { planVersion }),
    ...(reason !== undefined && { reason }),
    ...(allowDrillOverRecovery !== undefined && { allowDrillOverRecovery }),
    ...(allowReplacing !== undefined && { allowReplacing }),
    ...(acceptWarning !== undefined && { acceptWarnings: acceptWarning }),
    ...(calendar !== undefined && { calendars: calendar }),
    ...(startBy !== undefined && { startBy }),
    ...(pointInTime !== undefined && { pointInTime }),
  };
  const request = read(executionRequested, data);
  const operator = connect(options);
  const plan = await namedPlan(operator.store, planId, planVersion, options);
  if (typeof plan === 'string') {
    console.warn(`${plan}\nNothing was requested.`);
    return 2;
  }
  const why = mode === 'RECOVERY' ? await confirmed('A real recovery', planId, options, console) : reason;
  if (mode === 'RECOVERY' && why === undefined) {
    console.warn('Nothing was requested.');
    return exitCodes.invalid;
  }
  await operator.say(executionRequested.name, { ...request, ...(why !== undefined && { reason: why }) });
  const executionId = executionIdOf(requestId);
  if (!(await isRequestSeen(operator.store, executionId, options.patience))) {
    console.warn(
      `${unseen('request', options)} Nothing has started so far. Repeat it with --request-id ${requestId}: it starts only once.`,
    );
    return exitCodes.unknown;
  }
  console.print(options.json === true ? JSON.stringify({ executionId, requestId }) : executionId);
  if (options.wait !== true) return exitCodes.done;
  return (await import('./watch.ts')).watch(executionId, options, console);
};

export interface DecisionOptions extends ConnectionOptions {
  readonly planHash?: string;
  readonly relaunch?: boolean;
  readonly includeKept?: boolean;
  readonly skipActions?: boolean;
  readonly minutes?: number;
  readonly instance?: readonly string[];
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
  /** The plan's name: what confirms that an execution is cancelled. */
  readonly confirm?: string;
  /** Seconds in which the decision has to have been taken up. */
  readonly patience: number;
}

export type DecisionName = (typeof decisionEvents)[number]['name'];

/**
 * Publishes an operator's decision about an execution, a wave or an action, and waits until the audit says what became of
 * it. Returns 0 only for a decision that was carried out, 1 for one that was refused, 4 where neither is known in time.
 */
export const decide = async (
  name: DecisionName,
  subject: {
    readonly executionId: string;
    readonly waveId?: string;
    readonly actionId?: string;
    readonly planHash?: string;
    readonly relaunch?: boolean;
    readonly includeKept?: boolean;
    readonly skipActions?: boolean;
    readonly minutes?: number;
    readonly instances?: readonly string[];
    readonly text?: string;
    readonly to?: string;
  },
  options: DecisionOptions,
  console: Console,
): Promise<number> => {
  const contract = decisionEvents.find((each) => each.name === name);
  if (contract === undefined) throw new Error(`There is no decision ${name}.`);
  const data = {
    ...subject,
    decisionId: `cli-${randomUUID()}`,
    by: options.by ?? whoAmI(),
    // A note is its text.
    ...(subject.text === undefined && { reason: options.reason ?? '' }),
  };
  const operator = connect(options);
  const { executionId } = subject;
  const decision = isExecutionId(executionId) ? read(contract, data) : undefined;
  if (decision === undefined || !(await isKnownExecution(operator.store, executionId))) {
    console.warn(`${await unknownExecution(operator.store, executionId, options)}\nNothing was decided.`);
    return 2;
  }
  const reason = await reasonFor(name, operator.store, executionId, options, console);
  if (reason === undefined) {
    console.warn('Nothing was decided.');
    return exitCodes.invalid;
  }
  const said = subject.text === undefined ? { ...data, reason } : data;
  await operator.say(contract.name, { ...decision, ...said });
  const status = commandLine(`status ${executionId}`, options);
  if (!(await isDecisionSeen(operator.store, executionId, data.decisionId, options.patience))) {
    console.warn(`${unseen('decision', options)} Check before you repeat it: ${status}`);
    return exitCodes.unknown;
  }
  if (options.json === true) console.print(JSON.stringify({ event: name, ...said }));
  return tellOutcome(name, await outcomeOf(operator.store, data, options), status, options, console);
};

/** What cancels an execution is confirmed; every other decision is taken as it is. */
const reasonFor = async (
  name: DecisionName,
  store: RecordStore,
  executionId: string,
  options: DecisionOptions,
  console: Console,
): Promise<string | undefined> => {
  if (name !== 'CancelRequested') return options.reason ?? '';
  const { planId } = await readExecution(store, executionId);
  return confirmed(`Cancelling ${executionId}`, planId, options, console);
};

/** The audit hears of it a little later than the execution. */
const outcomeWithinSeconds = 15;

const outcomeOf = (
  store: RecordStore,
  { executionId, decisionId }: { readonly executionId: string; readonly decisionId: string },
  { patience }: DecisionOptions,
): Promise<DecisionOutcome> =>
  decisionOutcome(store, executionId, decisionId, Math.min(patience, outcomeWithinSeconds));

const tellOutcome = (
  name: DecisionName,
  outcome: DecisionOutcome,
  status: string,
  { json }: DecisionOptions,
  console: Console,
): number => {
  if (outcome?.isRefused === true) {
    console.warn(`${name} was refused: ${outcome.reason}`);
    return exitCodes.failed;
  }
  if (outcome === undefined) {
    console.warn(
      `${name} was received, but whether it was carried out or refused is not on record yet. Check before you repeat it: ${status}`,
    );
    return exitCodes.unknown;
  }
  if (json !== true) console.print(`${name} was carried out. See: ${status}`);
  return exitCodes.done;
};
