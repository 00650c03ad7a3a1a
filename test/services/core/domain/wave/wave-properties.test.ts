import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrozenWave } from '../../../../../contracts/execution-events.ts';
import type { ServerResult, WaveFact } from '../../../../../contracts/wave-events.ts';
import { illegalInWave } from '../../../../../services/core/domain/audit/legal-wave.ts';
import { isLive, stageOf, waveOf, type Wave } from '../../../../../services/core/domain/wave/wave.ts';
import { nextLaunch } from '../../../../../services/core/domain/wave/claim.ts';
import { initialWave, type WaveState } from '../../../../../services/core/domain/wave/state.ts';
import { evolveWave } from '../../../../../services/core/domain/wave/evolve.ts';
import { afterQuarantine, afterStart, claimFact } from '../../../../../services/core/domain/wave/claim.ts';
import {
  actionsToStop,
  completedAction,
  dueActions,
  failedAction,
  startedAction,
} from '../../../../../services/core/domain/wave/actions.ts';
import { factsOf, running } from '../../../../../services/core/domain/wave/observe.ts';
import { deepFreeze } from '../../../../support/freeze.ts';
import { anAutomation, aWave, jobId, someServers } from '../../../../support/frozen-wave.ts';

/** Everything that services may say of a wave in this state; `number` makes up what the world answers. */
const sayings = (wave: Wave, number: number, now: number): readonly (readonly WaveFact[])[] => {
  const { attempt } = wave.state;
  const inWave = { waveId: wave.definition.waveId, attempt };
  const launch = nextLaunch(wave);
  const launches = launch.step === 'claim' ? [claimFact(wave, launch)] : [];
  const settled =
    launch.step !== 'settle-claim'
      ? []
      : [
          [
            {
              type: 'DRSJobStarted',
              data: {
                ...inWave,
                job: launch.job.job,
                tryNumber: launch.job.tryNumber,
                jobId: jobId(attempt * 1_000 + launch.job.job * 100 + launch.job.tryNumber),
                ...wave.definition.target,
                servers: [...launch.job.servers],
                adopted: number % 2 === 0,
              },
            } satisfies WaveFact,
          ],
          afterStart(wave, launch.job, { status: number % 2 === 0 ? 'conflict' : 'invalid', message: 'no' }),
          afterQuarantine(wave, launch.job),
        ];
  const jobs = running(wave).map((job) =>
    factsOf(
      wave,
      [
        {
          job: {
            jobId: job.jobId!,
            type: 'LAUNCH',
            isDrill: true,
            status: number % 3 === 0 ? 'STARTED' : 'COMPLETED',
            createdAt: 0,
            tags: {},
            servers: job.servers.map((sourceServerId, index) => ({
              sourceServerId,
              launchStatus: (number + index) % 4 === 0 ? 'FAILED' : 'LAUNCHED',
            })),
          },
        },
      ],
      now,
      { stuckMs: 1_000, actionsBeginMs: 2_000, actionsEndMs: 3_000 },
    ),
  );
  const actions = dueActions(wave).flatMap((due) =>
    due.state?.status === 'RUNNING'
      ? [[completedAction(wave, due)], [failedAction(wave, due, 'failed', 'no')]]
      : [[startedAction(wave, due, now)]],
  );
  const stops = actionsToStop(wave).map((due) => [failedAction(wave, due, 'stopped', 'stopped')]);
  const stop: readonly WaveFact[][] =
    wave.state.stopped === undefined && stageOf(wave).stage !== 'settled'
      ? [[{ type: 'WaveStopped', data: { ...inWave, reason: 'cancelled' } }]]
      : [];
  const rarely = number % 11 === 0 ? stop : [];
  return [...launches, ...settled, ...jobs, ...actions, ...stops, ...rarely].filter(
    (said) => said.length > 0,
  );
};

const twice = (actionId: string) => anAutomation(actionId, { triesMax: 2 });
const drawnWave: fc.Arbitrary<FrozenWave> = fc
  .record({ servers: fc.constantFrom(1, 2, 101), actions: fc.boolean() })
  .map(({ servers, actions }) =>
    aWave('w', {
      servers: someServers(servers),
      success: { atLeast: 1 },
      ...(actions && {
        before: [twice('a'), [twice('b'), twice('c')]],
        after: [twice('d')],
        onFailureActions: [twice('e')],
        onCancelActions: [twice('f')],
      }),
    }),
  );

const attemptsMax = 3;
const stepsMax = 300;

describe('a wave, whatever is said of it in whatever order', () => {
  it(
    'launches each server once at a time, comes to rest, stays there, and is what its events say',
    { timeout: 30_000 },
    () => {
      fc.assert(
        fc.property(drawnWave, fc.array(fc.nat(1_000), { maxLength: 40 }), (definition, numbers) => {
          const said: WaveFact[] = [];
          const claims = new Set<string>();
          let state: WaveState = initialWave;
          let attempt = 1;
          for (let now = 0; now < stepsMax; now++) {
            const number = numbers[now] ?? now;
            const wave: Wave = deepFreeze(waveOf('exec-1', 'DRILL', definition, attempt, state));
            const possible = sayings(wave, number, now);
            const stage = stageOf(wave);
            if (stage.stage === 'settled') {
              expect(possible).toEqual([]);
              if (stage.outcome !== 'FAILED' || attempt === attemptsMax) break;
              attempt++;
              continue;
            }
            // A job of which DRS shows nothing new.
            if (possible.length === 0) continue;
            for (const fact of possible[number % possible.length]!) {
              expect(
                illegalInWave(waveOf('exec-1', 'DRILL', definition, attempt, state), fact),
              ).toBeUndefined();
              if (fact.type === 'DRSJobClaimed') {
                const { job, tryNumber, servers } = fact.data;
                expect(claims).not.toContain(`${attempt} ${job} ${tryNumber}`);
                claims.add(`${attempt} ${job} ${tryNumber}`);
                expect(servers.length).toBeLessThanOrEqual(100);
                for (const id of servers) expect(state.results[id]?.launchResult).not.toBe('LAUNCHED');
              }
              said.push(fact);
              state = evolveWave(deepFreeze(state), fact, now);
            }
            const live = state.jobs.filter(isLive).flatMap(({ servers }) => servers);
            expect(new Set(live).size).toBe(live.length);
          }
          expect(stageOf(waveOf('exec-1', 'DRILL', definition, attempt, state)).stage).toBe('settled');
          const kept = (before: WaveState): readonly ServerResult[] => Object.values(before.results);
          const folded = said.reduce((before, fact) => evolveWave(before, fact, 0), initialWave);
          expect(kept(folded)).toEqual(kept(state));
          expect(folded.jobIds).toEqual(state.jobIds);
          expect(new Set(state.jobIds).size).toBe(state.jobIds.length);
        }),
        { numRuns: 40 },
      );
    },
  );
});
