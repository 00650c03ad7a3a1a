import { describe, expect, it } from 'vitest';
import type { CleanUpFact } from '../../../../../contracts/clean-up-events.ts';
import { closingWaveIds } from '../../../../../contracts/plan.ts';
import { illegalInCleanUp } from '../../../../../services/core/domain/audit/legal-clean-up.ts';
import type { Drill } from '../../../../../services/core/domain/clean-up/decide.ts';
import {
  evolveCleanUp,
  initialCleanUp,
  undoes,
  type CleanUpState,
} from '../../../../../services/core/domain/clean-up/state.ts';
import { beginUndo, endUndo } from '../../../../../services/core/domain/clean-up/undo.ts';
import { concludeRun, unseenFacts } from '../../../../../services/core/domain/clean-up/work.ts';
import type { WaveStage } from '../../../../../services/core/domain/wave/wave.ts';
import { serverId } from '../../../../support/frozen-wave.ts';
import { homewardWave } from '../../../../support/homeward.ts';

const at = Date.parse('2026-05-04T12:00:00Z');
const { undo: waveId } = closingWaveIds;
const definition = { ...homewardWave('undo').definition, waveId };

const folded = (...facts: readonly CleanUpFact[]): CleanUpState =>
  facts.reduce((state, fact) => evolveCleanUp(state, fact, at), initialCleanUp);
const running: CleanUpFact = { type: 'CleanUpStarted', data: { run: 1 } };
const begun: CleanUpFact = {
  type: 'CleanUpUndoStarted',
  data: { run: 1, waveId, attempt: 1, definition },
};
const settled = (
  outcome: 'COMPLETED' | 'PARTIAL' | 'FAILED' | 'STOPPED',
  ...reasons: string[]
): WaveStage => ({
  ...{ stage: 'settled', outcome, reasons },
});
const wave = { definition, attempt: 1 };

describe('what a drill has reversed', () => {
  it('is taken back once in each run, and only in one that runs', () => {
    expect(beginUndo(initialCleanUp, definition)).toEqual([]);
    expect(beginUndo(folded(running), definition)).toEqual([begun]);
    expect(beginUndo(folded(running, begun), definition)).toEqual([]);
    const again = folded(running, begun, { type: 'CleanUpStarted', data: { run: 2 } });
    expect(beginUndo(again, definition)).toMatchObject([{ data: { run: 2, attempt: 2 } }]);
  });

  it('is left where there is nothing, or somebody keeps the instances, or one of them is still to be ended', () => {
    expect(beginUndo(folded(running), { ...definition, servers: [] })).toEqual([]);
    expect(beginUndo({ ...folded(running), keptBy: 'ada' }, definition)).toEqual([]);
    const job = { job: 1 } as CleanUpState['jobs'][number];
    expect(beginUndo({ ...folded(running), jobs: [job] }, definition)).toEqual([]);
    expect(beginUndo({ ...folded(running), actions: { status: 'DUE' } }, definition)).toEqual([]);
  });

  it('holds the run until its wave is settled', () => {
    const state = folded(running, begun);
    expect(undoes(state)).toBe(true);
    expect(state.undo?.servers).toEqual([serverId(1), serverId(2)]);
    expect(endUndo(state, wave, { stage: 'recover' }, at)).toEqual([]);
    expect(concludeRun(state, [], () => undefined, at)).toEqual([]);
    expect(unseenFacts(state, 'it may not be read', at)).toEqual([]);
  });

  it('ends as its wave does, and a person is asked about what is left', () => {
    const state = folded(running, begun);
    const ended = (outcome: string, reasons: readonly string[]) => ({
      ...{ type: 'CleanUpUndoEnded', data: { run: 1, waveId, attempt: 1, outcome, reasons } },
    });
    expect(endUndo(state, wave, settled('COMPLETED'), at)).toEqual([ended('COMPLETED', [])]);
    for (const outcome of ['PARTIAL', 'FAILED'] as const)
      expect(endUndo(state, wave, settled(outcome, 'it resists'), at)).toMatchObject([
        ended('FAILED', ['it resists']),
        { type: 'CleanUpFailed', data: { reason: 'what the drill has reversed is left: it resists' } },
        { type: 'OperatorNeeded', data: { about: 'clean-up-failed', choices: ['clean-up', 'keep'] } },
      ]);
    const kept = { ...state, keptBy: 'ada' };
    expect(endUndo(kept, wave, settled('STOPPED', 'somebody keeps it'), at)).toEqual([
      ended('STOPPED', ['somebody keeps it']),
    ]);
  });

  it('takes no word of another run, nor one that comes twice', () => {
    const state = folded(running, begun);
    expect(endUndo(state, { ...wave, attempt: 2 }, settled('COMPLETED'), at)).toEqual([]);
    const [end] = endUndo(state, wave, settled('COMPLETED'), at);
    const over = evolveCleanUp(state, end!, at);
    expect(undoes(over)).toBe(false);
    expect(endUndo(over, wave, settled('COMPLETED'), at)).toEqual([]);
    expect(beginUndo(over, definition)).toEqual([]);
  });
});

describe('an audit', () => {
  const drill: Drill = { status: 'COMPLETED', mode: 'DRILL', endedAt: at, direction: 'failback' };
  const illegal = (state: CleanUpState, fact: CleanUpFact, of: Drill = drill) =>
    illegalInCleanUp({ drill: of, jobIds: new Set(), actionsDone: new Set() }, state, fact, at);

  it('takes only the drill of a failback to have reversed anything', () => {
    expect(illegal(folded(running), begun)).toBeUndefined();
    const { direction: _forward, ...forward } = drill;
    expect(illegal(folded(running), begun, forward)).toMatch(/^nothing was to be taken back/);
    expect(illegal(folded(running, begun), begun)).toMatch(/^nothing was to be taken back/);
    expect(illegal(initialCleanUp, begun)).toMatch(/^nothing was to be taken back/);
  });

  it('takes no end of what was not begun', () => {
    const [end] = endUndo(folded(running, begun), wave, settled('COMPLETED'), at);
    expect(illegal(folded(running, begun), end!)).toBeUndefined();
    expect(illegal(folded(running), end!)).toBe('nothing of run 1 was being taken back');
  });
});
