import { describe, expect, it } from 'vitest';
import { planSchema, type Plan } from '../../../../contracts/plan.ts';
import { emptyLedger, type CapacityLedger } from '../../../../services/core/domain/capacity.ts';
import { documentedLimits } from '../../../../services/core/domain/capacity.ts';
import { giveUnusedCapacityBack } from '../../../../services/functions/reconcile/unused-capacity.ts';
import { reconcileKnobs } from '../../../../services/functions/reconcile/reconcile-ports.ts';
import { initialWave } from '../../../../services/core/domain/wave/state.ts';
import { waveOf } from '../../../../services/core/domain/wave/wave.ts';
import { holdIdOf, needsHold } from '../../../../services/core/streams/capacity.ts';
import { aWave, serverId, someServers } from '../../../support/frozen-wave.ts';
import { createDeployment, home } from '../../../support/memory-deployment.ts';
import { wideModel } from '../../../support/wide-plans.ts';
import { usualTimings, courseOf } from '../../../memory/job-course.ts';

const minute = 60_000;
/** DRS takes so long to end a job after the last of its servers. */
const wrapUpMs = 90_000;
const place = `${home.account}/${home.region}`;

const plan = (endsWith?: 'job'): Plan =>
  planSchema.parse({
    planId: 'two-in-turn',
    waves: [
      { waveId: 'a', servers: [{ sourceServerId: serverId(1) }], ...(endsWith && { endsWith }) },
      { waveId: 'b', dependsOn: ['a'], servers: [{ sourceServerId: serverId(2) }] },
    ],
  });

const open = () =>
  createDeployment({
    model: {
      ...wideModel(2),
      courseOf: (_target, { servers }) =>
        courseOf(
          { ...usualTimings, wrapUpMs },
          servers.map(({ sourceServerId }) => sourceServerId),
        ),
    },
  });
type Deployment = ReturnType<typeof open>;

const atOf = ({ events }: Deployment, type: string, waveId?: string): number => {
  const event = events.find(
    ({ type: name, data }) =>
      name === type && (waveId === undefined || (data as { readonly waveId?: string }).waveId === waveId),
  );
  return Date.parse(event?.metadata.emittedAt ?? '');
};
const holds = async ({ store }: Deployment): Promise<readonly string[]> => {
  const { holds: held } =
    (await store.read<CapacityLedger>({ kind: 'capacity', id: place }))?.body ?? emptyLedger;
  return held.map(({ waveId }) => waveId);
};

describe('a wave', { timeout: 60_000 }, () => {
  it('ends with its last server, and its job is watched to its end', async () => {
    const deployment = open();
    const executionId = await deployment.request(plan());
    const held: (readonly string[])[] = [];
    for (let at = 0; at < 60; at++)
      deployment.after(at * minute, () => void holds(deployment).then((names) => held.push(names)));
    const execution = await deployment.run(executionId, 60 * minute);
    expect([execution.status, deployment.failures]).toEqual(['COMPLETED', []]);
    const [job] = deployment.recovery.startedJobs(home);
    const launchedAt = job!.at + job!.course.endsAfterMs - wrapUpMs;
    expect(atOf(deployment, 'WaveStarted', 'b')).toBeGreaterThanOrEqual(launchedAt);
    expect(atOf(deployment, 'WaveStarted', 'b')).toBeLessThan(launchedAt + wrapUpMs);
    for (const waveId of ['a', 'b'])
      expect(atOf(deployment, 'DRSJobCompleted', waveId)).toBeGreaterThanOrEqual(
        atOf(deployment, 'WaveCompleted', waveId),
      );
    // Both jobs hold their places at once: that of the first until DRS has ended it.
    expect(held).toContainEqual(['a', 'b']);
    expect(await holds(deployment)).toEqual([]);
    expect(atOf(deployment, 'ExecutionCompleted')).toBeGreaterThanOrEqual(
      atOf(deployment, 'DRSJobCompleted', 'b'),
    );
  });

  it('ends with its job where the plan says so', async () => {
    const deployment = open();
    const executionId = await deployment.request(plan('job'));
    expect((await deployment.run(executionId, 60 * minute)).status).toBe('COMPLETED');
    expect(deployment.events.filter(({ type }) => type === 'ServerLaunchesEnded')).toHaveLength(1);
    expect(atOf(deployment, 'WaveStarted', 'b')).toBeGreaterThanOrEqual(
      atOf(deployment, 'DRSJobCompleted', 'a'),
    );
  });

  it('that is complete keeps the place of its job when what is not used is looked for', async () => {
    const deployment = open();
    const executionId = await deployment.request(plan());
    const launched = (): boolean => deployment.events.some(({ type }) => type === 'WaveCompleted');
    for (let at = 0; at < 600 && !launched(); at++) await deployment.run(executionId, 5_000);
    expect(await holds(deployment)).toContain('a');
    const timers = {
      set: async () => undefined,
      ensure: async () => undefined,
      setIfSooner: async () => undefined,
    };
    const ports = {
      ...{ store: deployment.store, timers, clock: { now: deployment.now } },
      log: { info: () => undefined, warn: () => undefined },
    };
    await giveUnusedCapacityBack(ports, { ...reconcileKnobs, limits: documentedLimits }, place);
    expect(await holds(deployment)).toContain('a');
  });

  it('that has ended needs no place for a job that it never claimed, however its earlier jobs go on', () => {
    const wave = waveOf('exec-1', 'DRILL', aWave('a', { servers: someServers(1) }), 2, {
      ...initialWave,
      attempt: 2,
    });
    const holdId = holdIdOf('exec-1', wave.definition.waveId, 2, 1);
    expect(needsHold(wave, holdId, true)).toBe(true);
    expect(needsHold(wave, holdId, false)).toBe(false);
  });
});
