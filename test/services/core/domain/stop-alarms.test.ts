import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import type { Mode } from '../../../../contracts/identifiers.ts';
import { illegalInExecution } from '../../../../services/core/domain/audit/legal-execution.ts';
import { decideExecution } from '../../../../services/core/domain/execution.ts';
import {
  evolveExecution,
  initialExecution,
  type ExecutionState,
} from '../../../../services/core/domain/execution-state.ts';
import { graphOf } from '../../../../services/core/domain/graph.ts';
import { watchedAlarms } from '../../../../services/core/domain/stop-alarms.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { aWave } from '../../../support/frozen-wave.ts';

const target = { account: '111122223333', region: 'eu-west-1' };
const key = (name: string): string => `111122223333/eu-west-1/${name}`;
const graph = graphOf([aWave('a'), { ...aWave('b'), dependsOn: ['a'] }], 240);
const at = Date.parse('2026-01-05T10:00:00.000Z');

const fold = (state: ExecutionState, facts: readonly ExecutionFact[]): ExecutionState =>
  deepFreeze(
    facts.reduce((before, fact) => {
      expect(illegalInExecution(before, fact, at)).toBeUndefined();
      return evolveExecution(before, fact, at);
    }, state),
  );

/** A running execution whose plan pauses its drills for `errors` and cancels them for `fire`. */
const running = (mode: Mode = 'DRILL'): ExecutionState =>
  fold({ ...initialExecution, status: 'REQUESTED' }, [
    {
      type: 'ExecutionStarted',
      data: {
        ...{ requestId: 'r', planId: 'p', planVersion: 1, planHash: 'h', frozenHash: 'f', mode },
        ...{ requestedBy: 'ops', reason: '', waveCount: 2, serverCount: 2, overrides: [] },
        stopWhen: [
          { alarms: ['errors', 'latency'], do: 'pause', target },
          { alarms: ['fire'], do: 'cancel', target },
        ],
      },
    },
  ]);

const rising = (state: ExecutionState, rises: Readonly<Record<string, number>>) =>
  decideExecution(graph, state, { type: 'AlarmsRose', rises }, at);
const names = (facts: readonly ExecutionFact[]): readonly string[] => facts.map(({ type }) => type);
const decision = (name: 'resume' | 'pause', decisionId: string) =>
  ({ type: 'Decision', decision: { decision: name, decisionId, by: 'ops', reason: '' } }) as const;

describe('an alarm of the plan that rises', () => {
  it('pauses a drill with a reason that names it, by the product itself', () => {
    const facts = rising(running(), { [key('errors')]: at });
    expect(facts).toEqual([
      {
        type: 'AlarmRaised',
        data: {
          alarms: [{ ...target, name: 'errors', since: '2026-01-05T10:00:00.000Z' }],
          consequence: 'pause',
        },
      },
      {
        type: 'ExecutionPaused',
        data: {
          decisionId: expect.stringMatching(/^alarm-/),
          by: 'groundswell',
          reason: 'alarm errors in 111122223333/eu-west-1 went to ALARM at 2026-01-05T10:00:00.000Z',
        },
      },
    ]);
    expect(names(decideExecution(graph, fold(running(), facts), { type: 'Look' }, at))).toEqual([]);
  });

  it('does not pause it again once somebody has resumed it, unless it rises anew', () => {
    const paused = fold(running(), rising(running(), { [key('errors')]: at }));
    expect(rising(paused, { [key('errors')]: at })).toEqual([]);
    const resumed = fold(paused, decideExecution(graph, paused, decision('resume', 'd'), at));
    expect(resumed.status).toBe('RUNNING');
    expect(rising(resumed, { [key('errors')]: at })).toEqual([]);
    expect(names(rising(resumed, { [key('errors')]: at + 1 }))).toEqual(['AlarmRaised', 'ExecutionPaused']);
    expect(names(rising(resumed, { [key('errors')]: at, [key('latency')]: at }))).toEqual([
      'AlarmRaised',
      'ExecutionPaused',
    ]);
  });

  it('cancels a drill where the plan says so, also one that is paused', () => {
    const cancelled = rising(running(), { [key('errors')]: at, [key('fire')]: at });
    expect(names(cancelled)).toEqual(['AlarmRaised', 'ExecutionCancelling', 'WaveSkipped', 'WaveSkipped']);
    expect(cancelled[0]?.data).toMatchObject({ consequence: 'cancel' });
    const paused = fold(running(), decideExecution(graph, running(), decision('pause', 'd'), at));
    expect(names(rising(paused, { [key('fire')]: at }))).toContain('ExecutionCancelling');
    expect(names(rising(fold(running(), cancelled), { [key('fire')]: at + 1 }))).toEqual([]);
  });

  it('is heard of once in a paused drill, and not resumed into', () => {
    const paused = fold(running(), decideExecution(graph, running(), decision('pause', 'd'), at));
    const heard = rising(paused, { [key('errors')]: at });
    expect(names(heard)).toEqual(['AlarmRaised']);
    expect(rising(fold(paused, heard), { [key('errors')]: at })).toEqual([]);
  });

  it('never stops a recovery, which says so once for each alarm', () => {
    const recovery = running('RECOVERY');
    const facts = rising(recovery, { [key('fire')]: at });
    expect(facts).toMatchObject([{ type: 'AlarmRaised', data: { consequence: 'none' } }]);
    const told = fold(recovery, facts);
    expect(told.status).toBe('RUNNING');
    expect(rising(told, { [key('fire')]: at + 60_000 })).toEqual([]);
    expect(names(rising(told, { [key('errors')]: at }))).toEqual(['AlarmRaised']);
  });

  it('changes nothing where the plan does not name it, or before the start', () => {
    expect(rising(running(), { [key('other')]: at, '111122223333/us-east-1/errors': at })).toEqual([]);
    expect(rising(initialExecution, { [key('errors')]: at })).toEqual([]);
  });

  it.each([
    ['of a recovery', 'RECOVERY', 'errors', 'pause'],
    ['of another alarm', 'DRILL', 'other', 'pause'],
    ['without a consequence for a drill', 'DRILL', 'errors', 'none'],
  ] as const)('is no event %s', (_, mode, name, consequence) => {
    const alarms = [{ ...target, name, since: '2026-01-05T10:00:00.000Z' }];
    const fact: ExecutionFact = { type: 'AlarmRaised', data: { alarms, consequence } };
    expect(illegalInExecution(running(mode), fact, at)).toBeDefined();
  });
});

it('only alarms are looked at whose rise would change something', () => {
  const namesOf = (state: ExecutionState) => watchedAlarms(state).flatMap(({ alarms }) => alarms);
  const paused = (mode: Mode) => ({ ...running(mode), status: 'PAUSED' as const });
  expect(namesOf(running())).toEqual(['errors', 'latency', 'fire']);
  expect(namesOf(paused('DRILL'))).toEqual(['fire']);
  expect(namesOf(paused('RECOVERY'))).toHaveLength(3);
  expect(namesOf({ ...running(), status: 'CANCELLING' })).toEqual([]);
  expect(namesOf({ ...running(), status: 'COMPLETED' })).toEqual([]);
});
