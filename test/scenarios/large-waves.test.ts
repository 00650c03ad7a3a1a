import { expect, it } from 'vitest';
import { courseOf, usualTimings } from '../memory/job-course.ts';
import type { RecoveryModel } from '../memory/recovery-service.ts';
import { snapshotOf } from '../../services/core/streams/snapshot.ts';
import { createExecutionReader } from '../../services/core/streams/read-execution.ts';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import { executionReport } from '../../services/faces/report/execution-report.ts';
import { verify } from '../../services/core/domain/audit/verify.ts';
import { readStreams } from '../../services/core/streams/audit-trail.ts';
import { createDeployment } from '../support/memory-deployment.ts';
import { wideModel, widePlan } from '../support/wide-plans.ts';

const hour = 3_600_000;
const halfAnItem = 200 * 1_024;
const longName = '名'.repeat(250);
const longError = `An error occurred: ${'stack frame '.repeat(800)}`;

/** Names and reasons as long as they come; every server fails at its launch, or none does. */
const longModel = (servers: number, fails: boolean): RecoveryModel => {
  const plain = wideModel(servers);
  const named = plain
    .serversOf({ account: '', region: '' })
    .map((server, n) => ({ ...server, name: `${n} ${longName}`, tags: {} }));
  return {
    ...plain,
    serversOf: () => named,
    courseOf: (_target, request) => {
      const ids = request.servers.map(({ sourceServerId }) => sourceServerId);
      const course = courseOf(usualTimings, ids, new Set(fails ? ids : []));
      const log = course.log.map((entry) =>
        entry.event === 'LAUNCH_FAILED' ? { ...entry, error: longError } : entry,
      );
      return { ...course, log };
    },
  };
};

const runLarge = async (waves: number, servers: number, fails: boolean) => {
  const deployment = createDeployment({ model: longModel(servers, fails) });
  const plan = widePlan(waves, servers, undefined, () => ({ onFailure: 'continue', timeoutMinutes: 2_880 }));
  const executionId = await deployment.request(plan);
  const execution = await deployment.run(executionId, 48 * hour);
  return { deployment, executionId, execution };
};

it.each([
  ['four waves of 1,000 servers, all of which fail, at length', 4, 4_000, true, 'FAILED'],
  ['four waves of 1,000 servers', 4, 4_000, false, 'COMPLETED'],
  ['4,000 servers in 200 waves', 200, 4_000, false, 'COMPLETED'],
] as const)(
  '%s come to their end in small records and small events, with every name and result',
  { timeout: 600_000 },
  async (_name, waves, servers, fails, status) => {
    const { deployment, executionId, execution } = await runLarge(waves, servers, fails);
    expect([execution.status, deployment.failures]).toEqual([status, []]);
    for (const [kind, bytes] of deployment.largest())
      expect([kind, bytes < halfAnItem]).toEqual([kind, true]);
    expect(deployment.largestEvent()).toBeLessThan(halfAnItem);

    const records = await createExecutionReader(deployment.store)(executionId);
    const snapshot = snapshotOf(records, deployment.now());
    const shown = snapshot?.waves.flatMap((wave) => wave.servers) ?? [];
    expect(shown).toHaveLength(servers);
    expect(new Set(shown.map(({ launchResult }) => launchResult))).toEqual(
      new Set([fails ? 'FAILED' : 'LAUNCHED']),
    );
    expect(shown.every(({ name }) => name.includes(longName.slice(0, 200)))).toBe(true);
    if (fails)
      expect(shown[0]?.failure).toMatch(/^An error occurred: .*… \(cut, 1,000 of 9,619 characters\)$/);

    const archived = deployment.events.map(({ type, data, metadata }) => ({
      type,
      detail: { data, metadata },
    }));
    const verdict = verify({ events: archived, stored: await readStreams(deployment.store, executionId) });
    expect(verdict.discrepancies).toEqual([]);
    const report = executionReport(deployment.events as readonly DomainEvent[], verdict);
    expect(report?.waves.flatMap((wave) => wave.servers)).toHaveLength(servers);
    expect(report?.launched).toBe(fails ? 0 : servers);
  },
);
