import { readFileSync } from 'node:fs';
import { DescribeJobLogItemsCommand, DescribeJobsCommand, DrsClient } from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import { parseDrsScenario } from '../../infra/simulated-aws/drs/scenario.ts';
import { defaultScenario } from '../../infra/simulated-aws/scenario.ts';
import { type OperatedRuntime, operateRuntime, type WrittenPlan } from '../support/operated-runtime.ts';
import { drillWith } from '../support/sample-drill.ts';

type Named<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>;
const named = <Type extends DomainEvent['type']>(
  events: readonly DomainEvent[],
  type: Type,
): readonly Named<Type>[] => events.filter((event): event is Named<Type> => event.type === type);
const at = ({ metadata }: DomainEvent): number => Date.parse(metadata.emittedAt);

/** The three tiers, whose jobs take ten seconds each of the wall clock. */
const shortJobs = {
  ...defaultScenario,
  drs: parseDrsScenario({
    servers: ['database', 'application', 'web'].map((tier) => ({
      ...{ name: `${tier}-{n}`, count: 2, tags: { Tier: tier, Application: 'shop' } },
    })),
    timings: { snapshotWaitSeconds: 1, conversionSeconds: 2, launchSeconds: 6 },
  }),
};

/** By DRS's own records: from each job's last launch to the StartRecovery that follows it, in ms. */
const pausesOf = async ({ runtime }: OperatedRuntime): Promise<readonly number[]> => {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const drs = new DrsClient({ endpoint: runtime.endpoint, region: runtime.region, credentials });
  const { items = [] } = await drs.send(new DescribeJobsCommand({}));
  const jobs = await Promise.all(
    items.map(async ({ jobID, creationDateTime = '' }) => {
      const log = await drs.send(new DescribeJobLogItemsCommand({ jobID }));
      const launches = (log.items ?? []).filter(({ event }) => String(event) === 'LAUNCH_END');
      const launchedAt = Math.max(...launches.map(({ logDateTime = '' }) => Date.parse(logDateTime)));
      return { startedAt: Date.parse(creationDateTime), launchedAt };
    }),
  );
  const inOrder = jobs.toSorted((a, b) => a.startedAt - b.startedAt);
  return inOrder.slice(1).map(({ startedAt }, n) => startedAt - (inOrder[n]?.launchedAt ?? Number.NaN));
};

describe('the next StartRecovery', { timeout: 180_000 }, () => {
  it('comes after the end of the job where DRS shows results, and sends its hints, only then', async () => {
    const drs = { visibility: { launchStatusAt: 'JOB_END' }, hints: { at: 'JOB_END' } };
    const events = await drillWith(drs, 500);
    expect(named(events, 'ServerLaunchesEnded')).toEqual([]);
    const ends = named(events, 'DRSJobCompleted').map(at);
    const claims = named(events, 'DRSJobClaimed').map(at);
    expect([ends.length, claims.length]).toEqual([3, 3]);
    for (const [wave, end] of ends.slice(0, -1).entries())
      expect(claims[wave + 1]).toBeGreaterThanOrEqual(end);
  });

  // At the wall clock's own pace: what a busy machine takes for its work counts, so that it may try again.
  it(
    'comes within two seconds of the last server’s launch, in real time and before the job’s own end',
    { retry: 5 },
    async () => {
      const operated = await operateRuntime({ scenario: shortJobs, speed: 1 });
      try {
        const plan = parse(readFileSync('contracts/plans/three-tier.yaml', 'utf8')) as WrittenPlan;
        const id = await operated.drill(plan);
        await operated.said(id, 'ExecutionCompleted');
        const pauses = await pausesOf(operated);
        expect(pauses).toHaveLength(2);
        for (const pause of pauses) {
          expect(pause).toBeGreaterThan(0);
          expect(pause).toBeLessThan(2_000);
        }
      } finally {
        await operated.close();
      }
    },
  );
});
