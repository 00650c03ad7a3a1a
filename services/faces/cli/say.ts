import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { decisionEvents } from '../../../contracts/decision-events.ts';
import { executionRequested } from '../../../contracts/execution-events.ts';
import { faultsOf } from '../../../contracts/faults.ts';
import { executionIdOf } from '../../core/kernel/canonical.ts';
import { connect } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { exitCodes } from './help.ts';
import { InputError } from './errors.ts';
import {
  isExecutionId,
  isKnownExecution,
  unknownExecution,
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
  readonly json?: boolean;
  /** Seconds in which the intake has to have seen it. */
  readonly wait: number;
}

const whoAmI = (): string => userInfo().username;

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
const unseen = (what: string, { bus, wait }: ConnectionOptions & { readonly wait: number }): string =>
  `The ${what} was published on the bus ${bus}, but nothing responded within ${wait} s. Is this Groundswell's bus, and is Groundswell running? --bus names another bus, --wait allows more time.`;

/** Asks for an execution of a plan, and waits until the intake has seen it. Prints its id, by which it is followed. */
export const request = async (planId: string, options: RequestOptions, console: Console): Promise<number> => {
  const requestId = options.requestId ?? `cli-${randomUUID()}`;
  const { mode, planVersion, by, reason, allowDrillOverRecovery, acceptWarning } = options;
  const { allowReplacing } = options;
  const data = {
    ...{ requestId, planId, mode, requestedBy: by ?? whoAmI() },
    ...(planVersion !== undefined && { planVersion }),
    ...(reason !== undefined && { reason }),
    ...(allowDrillOverRecovery !== undefined && { allowDrillOverRecovery }),
    ...(allowReplacing !== undefined && { allowReplacing }),
    ...(acceptWarning !== undefined && { acceptWarnings: acceptWarning }),
  };
  const request = read(executionRequested, data);
  const operator = connect(options);
  const plan = await namedPlan(operator.store, planId, planVersion);
  if (typeof plan === 'string') {
    console.warn(`${plan}\nNothing was requested.`);
    return 2;
  }
  await operator.say(executionRequested.name, request);
  const executionId = executionIdOf(requestId);
  if (!(await isRequestSeen(operator.store, executionId, options.wait))) {
    console.warn(
      `${unseen('request', options)} Nothing has started so far. Repeat it with --request-id ${requestId}: it starts only once.`,
    );
    return exitCodes.failed;
  }
  console.print(options.json === true ? JSON.stringify({ executionId, requestId }) : executionId);
  return 0;
};

export interface DecisionOptions extends ConnectionOptions {
  readonly planHash?: string;
  readonly relaunch?: boolean;
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
  /** Seconds in which the decision has to have been taken up. */
  readonly wait: number;
}

export type DecisionName = (typeof decisionEvents)[number]['name'];

/** Publishes an operator's decision about an execution, a wave or an action, and waits until it has been taken up. */
export const decide = async (
  name: DecisionName,
  subject: {
    readonly executionId: string;
    readonly waveId?: string;
    readonly actionId?: string;
    readonly planHash?: string;
    readonly relaunch?: boolean;
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
    reason: options.reason ?? '',
  };
  const operator = connect(options);
  const { executionId } = subject;
  const decision = isExecutionId(executionId) ? read(contract, data) : undefined;
  if (decision === undefined || !(await isKnownExecution(operator.store, executionId))) {
    console.warn(`${await unknownExecution(operator.store, executionId)}\nNothing was decided.`);
    return 2;
  }
  await operator.say(contract.name, decision);
  if (!(await isDecisionSeen(operator.store, executionId, data.decisionId, options.wait))) {
    console.warn(
      `${unseen('decision', options)} Check before you repeat it: groundswell status ${executionId}`,
    );
    return exitCodes.failed;
  }
  console.print(
    options.json === true
      ? JSON.stringify({ event: name, ...data })
      : `${name} was received. See the outcome: groundswell status ${executionId}`,
  );
  return 0;
};
