import { callFaultOf, doorRefusal, faultError } from './call-faults.ts';
import { uninitializedError } from './errors.ts';
import type { OperationName } from './operation-names.ts';
import { operations } from './operations.ts';
import type { Answered, Outcome, Refused, Reversed } from './outcome.ts';
import { refused } from './outcome.ts';
import type { CallFault } from './scenario-faults.ts';
import type { DrsRecord } from './state.ts';
import { evolve } from './state.ts';
import type { World } from './world.ts';

/** No answer: the caller hears nothing for so long. */
export interface Silent {
  readonly kind: 'silent';
  readonly seconds: number;
}

export type Reply = Pick<Answered, 'kind' | 'statusCode' | 'body'> | Refused | Silent;

/** What a call makes: its reply, what has happened, and what appears elsewhere. */
export interface Execution {
  readonly reply: Reply;
  readonly records: readonly DrsRecord[];
  readonly reversed?: Reversed;
}

const needsNoAccount: readonly OperationName[] = ['InitializeService'];

const performed = (world: World, operation: OperationName, input: unknown): Outcome => {
  const { isInitialized } = world.state;
  const isOpen = isInitialized || world.setting.scenario.initialized || needsNoAccount.includes(operation);
  return isOpen ? operations[operation](input, world) : refused(uninitializedError);
};

const recordsOf = (outcome: Outcome): readonly DrsRecord[] =>
  outcome.kind === 'answered' ? outcome.records : [];

const faultReply = (fault: CallFault, operation: OperationName): Reply => {
  const error = faultError(fault, operation);
  return error === undefined ? { kind: 'silent', seconds: fault.timeoutSeconds } : refused(error);
};

/**
 * One call of the API as a pure step: from the world at a time to a reply and the records that `evolve`
 * turns into the next state. Nothing is thrown, and all chance comes from `world.random`.
 */
export const execute = (before: World, operation: OperationName, input: unknown): Execution => {
  const called: DrsRecord = { kind: 'OperationCalled', operation, at: before.now };
  const world = { ...before, state: evolve(before.state, called) };
  const refusal = doorRefusal(world, operation);
  if (refusal !== undefined) return { reply: refused(refusal), records: [called] };
  const fault = callFaultOf(world, operation);
  if (fault !== undefined && !fault.done) return { reply: faultReply(fault, operation), records: [called] };
  const outcome = performed(world, operation, input);
  return {
    reply: fault === undefined ? replyOf(outcome) : faultReply(fault, operation),
    records: [called, ...recordsOf(outcome)],
    ...(outcome.kind === 'answered' && outcome.reversed && { reversed: outcome.reversed }),
  };
};

const replyOf = (outcome: Outcome): Reply =>
  outcome.kind === 'refused'
    ? outcome
    : { kind: 'answered', statusCode: outcome.statusCode, body: outcome.body };
