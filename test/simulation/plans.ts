import type { Plan } from '../../contracts/plan.ts';
import type { Schedule } from '../../contracts/schedule.ts';
import { planHeadKey, planVersionKey } from '../../services/core/domain/plan-version.ts';
import type { PlanHead, PlanVersion } from '../../services/core/domain/plan-version.ts';
import { divide, pageKey } from '../../services/core/ports/paged-records.ts';
import type { World } from './world.ts';

/** Somebody puts a plan, or another version of it: what runs is frozen and must not notice. */
export const putPlan = (world: World, plan: Plan): void => {
  const { planId } = plan;
  const version = (world.peek<PlanHead>('plan', planHeadKey(planId).id)?.latest ?? 0) + 1;
  const hash = `${planId}-${version}`;
  const stored: PlanVersion = { planId, version, hash, plan, storedAt: new Date(world.now()).toISOString() };
  const head: PlanHead = { latest: version, latestHash: hash };
  const key = planVersionKey(planId, version);
  // As the table's adapter does: a plan of thousands of servers stands in pages.
  const { head: first, pages } = divide(key.kind, stored) ?? {
    head: stored,
    pages: new Map<string, unknown>(),
  };
  for (const [name, page] of pages) world.put(pageKey(key, name), page, 0, undefined);
  world.put(key, first, 0, undefined);
  world.put(planHeadKey(planId), head, version - 1, undefined);
};

/** Somebody has put a schedule before the seed begins. */
export const putSchedule = (world: World, schedule: Schedule): void => {
  const { scheduleId } = schedule;
  const storedAt = new Date(world.now()).toISOString();
  const stored = { scheduleId, version: 1, hash: scheduleId, schedule, storedAt, by: 'somebody' };
  world.put({ kind: 'schedule', id: `${scheduleId}/1` }, stored, 0, undefined);
  const head = { latest: 1, status: 'ACTIVE', changedAt: storedAt, by: 'somebody' };
  world.put({ kind: 'schedule', id: scheduleId }, head, 0, undefined);
};

/** The same plan with its waves' servers exchanged, its policies turned round and its actions gone. */
export const editedPlan = (plan: Plan): Plan => ({
  ...plan,
  timeoutMinutes: plan.timeoutMinutes + 1,
  waves: plan.waves.map((wave, index) => ({
    ...wave,
    servers: plan.waves[plan.waves.length - 1 - index]?.servers ?? wave.servers,
    success: wave.success === 'all' ? { atLeast: 1 } : 'all',
    before: [],
    after: [],
  })),
});
