import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../../contracts/action.ts';
import type { WaveFact } from '../../../../../contracts/wave-events.ts';
import { waveOf, type Wave } from '../../../../../services/core/domain/wave/wave.ts';
import {
  actionStatuses,
  initialWave,
  type ActionState,
} from '../../../../../services/core/domain/wave/state.ts';
import { answered } from '../../../../../services/core/domain/wave/answers.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { aWave } from '../../../../support/frozen-wave.ts';

const approval: Action = {
  kind: 'approval',
  actionId: 'go',
  when: 'BOTH',
  optional: false,
  prompt: 'Go?',
  approvers: [],
  timeoutMinutes: 60,
  onTimeout: 'decline',
};

type Status = ActionState['status'] | 'WAITING';
const waveIn = (status: Status): Wave => {
  const state: Record<string, ActionState> =
    status === 'WAITING'
      ? {}
      : {
          'before/go': {
            ...{ stage: 'before', actionId: 'go', tryNumber: 1, kind: 'approval' },
            ...{ status, startedAt: 0, endsBy: 3_600_000 },
          },
        };
  const given = { ...initialWave, attempt: 1, actions: state };
  return deepFreeze(waveOf('exec-1', 'DRILL', aWave('w', { before: [approval] }), 1, given));
};

const answer = (approved: boolean) => ({
  approved,
  ...{ actionId: 'go', by: 'ana', reason: 'seen', decisionId: 'd-1' },
});
const inAction = { waveId: 'w', attempt: 1, stage: 'before', actionId: 'go', tryNumber: 1 } as const;
const approved: WaveFact = {
  type: 'ActionCompleted',
  data: { ...inAction, by: 'ana', reason: 'seen', decisionId: 'd-1' },
};
const declined: WaveFact = {
  type: 'ActionFailed',
  data: { ...inAction, cause: 'declined', message: 'seen', final: true, by: 'ana', decisionId: 'd-1' },
};
const tooLate = (decision: 'approve' | 'decline', status: Status): WaveFact => ({
  type: 'DecisionRefused',
  data: {
    ...{ decisionId: 'd-1', decision, by: 'ana', waveId: 'w', actionId: 'go', attempt: 1 },
    reason: `the approval go does not wait for an answer: it is ${status}`,
  },
});

const table: Readonly<Record<string, Readonly<Record<'approve' | 'decline', WaveFact>>>> = {
  WAITING: { approve: tooLate('approve', 'WAITING'), decline: tooLate('decline', 'WAITING') },
  RUNNING: { approve: approved, decline: declined },
  CLAIMED: { approve: tooLate('approve', 'CLAIMED'), decline: tooLate('decline', 'CLAIMED') },
  AGAIN: { approve: tooLate('approve', 'AGAIN'), decline: tooLate('decline', 'AGAIN') },
  SUCCEEDED: { approve: tooLate('approve', 'SUCCEEDED'), decline: tooLate('decline', 'SUCCEEDED') },
  FAILED: { approve: tooLate('approve', 'FAILED'), decline: tooLate('decline', 'FAILED') },
};

describe('an answer in every status of its approval', () => {
  const cells = (['WAITING', ...actionStatuses] as const).flatMap((status) =>
    (['approve', 'decline'] as const).map((word) => ({ status, word })),
  );
  it.each(cells)('is acted on or refused: $word in $status', ({ status, word }) => {
    expect(answered(waveIn(status), answer(word === 'approve'))).toEqual([table[status]?.[word]]);
  });
});
