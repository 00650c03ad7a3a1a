import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { decisionNames, type DecisionName } from '../../../../services/core/domain/decision.ts';
import { decideExecution } from '../../../../services/core/domain/execution.ts';
import {
  executionStates,
  initialExecution,
  progressStatuses,
  type ExecutionState,
  type ExecutionStatus,
  type WaveProgress,
} from '../../../../services/core/domain/execution-state.ts';
import { graphOf } from '../../../../services/core/domain/graph.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const at = Date.parse('2026-01-01T00:00:00Z');
const asked = { decisionId: 'd-1', by: 'ops', reason: 'why' };
const definition = aWave('w', { onFailure: 'ask' });
/** `later` waits for two waves, of which `running` never ends here: it starts in no cell. */
const graph = graphOf([definition, aWave('running'), aWave('later', { dependsOn: ['w', 'running'] })], 60);

const progress = (status: WaveProgress['status']): WaveProgress => ({
  status,
  attempt: 1,
  startedAt: at,
  satisfied: ['COMPLETED', 'PARTIAL', 'SKIPPED'].includes(status),
  launched: 0,
  failed: 0,
  timedOut: false,
});
type WaveStatus = WaveProgress['status'] | 'WAITING';

const executionIn = (status: ExecutionStatus, wave: WaveStatus): ExecutionState => ({
  ...initialExecution,
  status,
  startedAt: at,
  waveCount: 3,
  waves: { running: progress('STARTED'), ...(wave !== 'WAITING' && { w: progress(wave) }) },
  active: wave === 'STARTED' || wave === 'HELD' ? 2 : 1,
  concluded: wave === 'STARTED' || wave === 'HELD' || wave === 'WAITING' ? 0 : 1,
});

const decide = (state: ExecutionState, decision: DecisionName): readonly ExecutionFact[] => {
  const waveId = ['retry', 'skip', 'continue'].includes(decision) ? { waveId: 'w' } : {};
  return decideExecution(
    graph,
    deepFreeze(state),
    { type: 'Decision', decision: { decision, ...asked, ...waveId } },
    at,
  );
};

type Answer = (decision: DecisionName) => readonly ExecutionFact[];
const nothing: Answer = () => [];
const refused =
  (reason: string): Answer =>
  (decision) => [{ type: 'DecisionRefused', data: { decisionId: 'd-1', decision, by: 'ops', reason } }];
const says =
  (...facts: readonly ExecutionFact[]): Answer =>
  () =>
    facts;

const given = (waveId: string, reason: string): ExecutionFact => ({
  type: 'WaveSkipped',
  data: { waveId, reason, satisfiesDependants: false },
});
const decidedSkip = (satisfiesDependants: boolean): ExecutionFact => ({
  type: 'WaveSkipped',
  data: { waveId: 'w', reason: 'why', satisfiesDependants, decidedBy: asked },
});
const retried = says({
  type: 'WaveStarted',
  data: { waveId: 'w', attempt: 2, mode: 'DRILL', definition, decidedBy: asked },
});
const skipped = says(decidedSkip(true));
const accepted = says(decidedSkip(false), given('later', 'the failure of wave w was accepted'));
const paused = says({ type: 'ExecutionPaused', data: asked });
const resumed = says({ type: 'ExecutionResumed', data: asked });
const cancelledWith = (...waveIds: readonly string[]): Answer =>
  says(
    { type: 'ExecutionCancelling', data: asked },
    ...waveIds.map((waveId) => given(waveId, 'the execution was cancelled')),
  );

const every = (answer: Answer): Record<DecisionName, Answer> => ({
  pause: answer,
  resume: answer,
  cancel: answer,
  retry: answer,
  skip: answer,
  continue: answer,
});
const ended = (status: ExecutionStatus) => every(refused(`the execution has ended: ${status}`));

/** What each decision leads to in each status of the execution, whose wave `w` is held. */
const ofExecution: Readonly<Record<string, Readonly<Record<DecisionName, Answer>>>> = {
  NONE: every(nothing),
  REQUESTED: every(refused('the execution has not started')),
  AWAITING_APPROVAL: every(
    refused('the execution has not started: it awaits an approval, which can be declined'),
  ),
  REJECTED: ended('REJECTED'),
  RUNNING: {
    pause: paused,
    resume: refused('the execution is RUNNING, not PAUSED'),
    cancel: cancelledWith('w', 'later'),
    retry: retried,
    skip: skipped,
    continue: accepted,
  },
  PAUSED: {
    pause: refused('the execution is PAUSED, not RUNNING'),
    resume: resumed,
    cancel: cancelledWith('w', 'later'),
    retry: refused('the execution is PAUSED; resume it first'),
    skip: skipped,
    continue: accepted,
  },
  CANCELLING: {
    pause: refused('the execution is CANCELLING, not RUNNING'),
    resume: refused('the execution is CANCELLING, not PAUSED'),
    cancel: refused('the execution is being cancelled already'),
    retry: refused('the execution is being cancelled'),
    skip: refused('the execution is being cancelled'),
    continue: refused('the execution is being cancelled'),
  },
  COMPLETED: ended('COMPLETED'),
  PARTIAL: ended('PARTIAL'),
  FAILED: ended('FAILED'),
  CANCELLED: ended('CANCELLED'),
};

describe('a decision in every status of the execution', () => {
  it.each(executionStates.flatMap((status) => decisionNames.map((decision) => ({ status, decision }))))(
    'is answered: $decision in $status',
    ({ status, decision }) => {
      const answer = ofExecution[status]?.[decision];
      if (answer === undefined) throw new Error(`nobody has said what ${decision} means in ${status}`);
      expect(decide(executionIn(status, 'HELD'), decision)).toEqual(answer(decision));
    },
  );
});

const waveDecisions = ['retry', 'skip', 'continue'] as const;
type WaveDecision = (typeof waveDecisions)[number];
const notHeld = (status: WaveStatus) => refused(`wave w is ${status}; only a held wave can be decided on`);
const settledWave = (status: WaveStatus): Record<WaveDecision, Answer> => ({
  retry: notHeld(status),
  skip: refused(`wave w is ${status}; only a waiting or held wave can be skipped`),
  continue: notHeld(status),
});

/** What each decision on a wave leads to in each status of it, while its execution runs. */
const ofWave: Readonly<Record<string, Readonly<Record<WaveDecision, Answer>>>> = {
  WAITING: { retry: notHeld('WAITING'), skip: skipped, continue: notHeld('WAITING') },
  STARTED: settledWave('STARTED'),
  HELD: { retry: retried, skip: skipped, continue: accepted },
  COMPLETED: settledWave('COMPLETED'),
  PARTIAL: settledWave('PARTIAL'),
  FAILED: settledWave('FAILED'),
  SKIPPED: settledWave('SKIPPED'),
};
/** A pause changes one answer; a cancellation leaves none. */
const inPaused: Readonly<Record<string, Answer>> = {
  'retry HELD': refused('the execution is PAUSED; resume it first'),
};
const whileIn = (execution: ExecutionStatus, decision: WaveDecision, wave: WaveStatus) => {
  if (execution === 'CANCELLING') return refused('the execution is being cancelled');
  const exception = execution === 'PAUSED' ? inPaused[`${decision} ${wave}`] : undefined;
  return exception ?? ofWave[wave]?.[decision];
};

const cells = (['RUNNING', 'PAUSED', 'CANCELLING'] as const).flatMap((execution) =>
  (['WAITING', ...progressStatuses] as const).flatMap((wave) =>
    waveDecisions.map((decision) => ({ execution, wave, decision })),
  ),
);

describe('a decision on a wave in every status of the wave', () => {
  it.each(cells)('is answered: $decision of $wave in $execution', ({ execution, wave, decision }) => {
    const answer = whileIn(execution, decision, wave);
    if (answer === undefined) throw new Error(`nobody has said what ${decision} means for ${wave}`);
    const graphStarts = execution === 'RUNNING' && wave === 'WAITING' && decision !== 'skip';
    const first = decide(executionIn(execution, wave), decision);
    // A decision also starts what may start: a wave that waits for nothing, whatever was decided.
    const starts: readonly ExecutionFact[] = [
      { type: 'WaveStarted', data: { waveId: 'w', attempt: 1, mode: 'DRILL', definition } },
    ];
    expect(first).toEqual([...answer(decision), ...(graphStarts ? starts : [])]);
  });

  it.each(waveDecisions)(
    'refuses to %s a wave that the plan does not have, and names those it has',
    (name) => {
      const decision = { decision: name, ...asked, waveId: 'nowhere' };
      expect(
        decideExecution(graph, executionIn('RUNNING', 'HELD'), { type: 'Decision', decision }, at),
      ).toEqual(refused('the plan has no wave nowhere; it has w, running, later')(name));
    },
  );

  it.each(waveDecisions)('refuses to %s no wave in particular, and asks which of them is meant', (name) => {
    const decision = { decision: name, ...asked };
    expect(
      decideExecution(graph, executionIn('RUNNING', 'HELD'), { type: 'Decision', decision }, at),
    ).toEqual(refused('the waveId is missing: say which wave, one of w, running, later')(name));
  });
});
