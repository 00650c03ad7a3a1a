import { describe, expect, it } from 'vitest';
import { waveOf } from '../../../../services/core/domain/wave/wave.ts';
import { initialWave, type JobState, type WaveState } from '../../../../services/core/domain/wave/state.ts';
import { isStill, turnsOf } from '../../../../services/functions/reconcile/turns.ts';
import { deepFreeze } from '../../../support/freeze.ts';
import { anAutomation, aWave, jobId, serverId } from '../../../support/frozen-wave.ts';

const job = (status: JobState['status']): JobState => ({
  job: 1,
  tryNumber: 1,
  status,
  servers: [serverId(1)],
  claimedAt: 0,
  refusals: 0,
  lost: 0,
  phases: {},
  phaseSince: 0,
  stuck: false,
  ...(status === 'STARTED' && { jobId: jobId(1) }),
});

const turns = (state: Partial<WaveState>, definition = aWave('w')) =>
  turnsOf(deepFreeze(waveOf('exec-1', 'DRILL', definition, 1, { ...initialWave, attempt: 1, ...state })));

describe('the services that a started wave waits for', () => {
  it('is its launcher while a job is to be claimed, and while a claim has no outcome', () => {
    expect(turns({})).toEqual(['launch-wave']);
    expect(turns({ jobs: [job('OPEN')] })).toEqual(['launch-wave']);
    expect(turns({ jobs: [job('CLAIMED')] })).toEqual(['launch-wave']);
  });

  it('is the watcher alone once every job runs', () => {
    expect(turns({ jobs: [job('STARTED')] })).toEqual(['watch-jobs']);
  });

  it('is the execution once the wave has settled', () => {
    expect(turns({ jobs: [job('REFUSED')] })).toEqual(['advance-execution']);
  });

  it('is the action runner while actions are due', () => {
    expect(turns({}, aWave('w', { before: [anAutomation('a')] }))).toEqual(['run-actions']);
  });

  it('is whoever ends what still runs of a wave that was stopped', () => {
    expect(turns({ jobs: [job('STARTED')], stopped: 'cancelled' })).toEqual(['watch-jobs', 'run-actions']);
    expect(turns({ jobs: [job('CLAIMED')], stopped: 'cancelled' })).toEqual(['launch-wave', 'run-actions']);
    expect(turns({ stopped: 'cancelled' })).toEqual(['advance-execution']);
  });
});

describe('an execution', () => {
  it('is still when nothing of it runs or is held, and when it is to be stopped', () => {
    expect(isStill({ status: 'RUNNING', active: 1 })).toBe(false);
    expect(isStill({ status: 'RUNNING', active: 0 })).toBe(true);
    expect(isStill({ status: 'CANCELLING', active: 1 })).toBe(true);
  });
});
