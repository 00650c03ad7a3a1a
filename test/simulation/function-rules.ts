import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { WaveFact } from '../../contracts/wave-events.ts';
import { actionKey, type WaveState } from '../../services/core/domain/wave/state.ts';
import { actionIn } from './alarms.ts';
import type { Functions, Invocation } from './functions.ts';
import { tryName } from './try-name.ts';

export interface FunctionRulesDeps {
  readonly now: () => number;
  readonly functions: () => Functions;
  readonly definitionOf: (executionId: string, waveId: string) => FrozenWave | undefined;
  readonly waveOf: (executionId: string, waveId: string) => WaveState;
  readonly fail: (invariant: string, what: string) => void;
  readonly hit: (path: string) => void;
}

/**
 * S36: a function is invoked only for an action that says so beforehand, each try under one key of its own; only what
 * the function has returned, or its durable execution, makes the action succeed; and of a durable execution nobody stops
 * waiting who has not asked Lambda to stop it.
 */
export const createFunctionRules = ({
  now,
  functions,
  definitionOf,
  waveOf,
  fail,
  hit,
}: FunctionRulesDeps) => {
  const keys = new Map<string, string>();

  return {
    onInvoked(invocation: Invocation, key: string): void {
      const { idempotencyKey, executionId, waveId, attempt, stage, actionId, tryNumber } = invocation;
      const name = tryName(executionId, invocation);
      if (key !== idempotencyKey)
        fail('S36', `${name} is told the key ${idempotencyKey} under the name ${key}`);
      const known = keys.get(name);
      if (known !== undefined && known !== key) fail('S36', `${name} has two keys`);
      keys.set(name, key);
      const state = waveOf(executionId, waveId);
      const action = state.actions[actionKey(stage, actionId)];
      // A run that was frozen for long asks again for what has moved on since.
      if (state.attempt <= attempt && (action?.tryNumber ?? 0) < tryNumber)
        fail('S36', `${name} was invoked, and neither a claim nor a start of it is on record`);
    },
    onWaveFact(before: WaveState, fact: WaveFact, executionId: string): void {
      if (
        fact.type === 'ActionFailed' &&
        (fact.data.cause === 'timed-out' || fact.data.cause === 'stopped')
      ) {
        const { stage, actionId } = fact.data;
        const key = keys.get(tryName(executionId, fact.data)) ?? '';
        const execution = functions().executionOf(key);
        const isKnown = before.actions[actionKey(stage, actionId)]?.durableExecutionArn === execution?.arn;
        if (execution !== undefined && isKnown && now() < execution.endsAt && !execution.isToStop)
          fail(
            'S36',
            `durable execution ${key} of ${actionId} runs on, and nobody has asked Lambda to stop it`,
          );
      }
      if (fact.type !== 'ActionCompleted') return;
      const { waveId, stage, actionId } = fact.data;
      const action = actionIn(definitionOf(executionId, waveId), stage, actionId);
      if (action?.kind !== 'lambda' || action.mode === 'callback') return;
      hit(`function done: ${action.mode}`);
      const key = keys.get(tryName(executionId, fact.data)) ?? '';
      if (action.mode === 'poll' && !functions().hasReturned(key))
        fail('S36', `${actionId} of ${executionId}/${waveId} succeeded, and its function has not returned`);
      if (action.mode === 'durable') {
        const execution = functions().executionOf(key);
        const hasSucceeded =
          execution?.end === 'succeeded' &&
          now() >= execution.endsAt &&
          execution.stoppedAt >= execution.endsAt;
        if (!hasSucceeded)
          fail('S36', `${actionId} of ${executionId}/${waveId} succeeded, and its durable execution has not`);
      }
    },
  };
};
