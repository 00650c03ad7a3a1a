import type { Plan } from '../../../contracts/plan.ts';
import { type PlanHead, planHeadKey, type PlanVersion, planVersionKey } from '../domain/plan-version.ts';
import { hashOf } from '../kernel/canonical.ts';
import { untilWritten } from '../kernel/until-written.ts';
import type { RecordStore } from '../ports/record-store.ts';

const storeNext = <Refused>(
  store: RecordStore,
  plan: Plan,
  storedAt: string,
  refused: (latest: number) => Refused | undefined,
): Promise<PlanVersion | Refused> => {
  const hash = hashOf(plan);
  return untilWritten(`the plan ${plan.planId}`, async () => {
    const head = await store.read<PlanHead>(planHeadKey(plan.planId));
    const latest = head?.body.latest ?? 0;
    const refusal = refused(latest);
    if (refusal !== undefined) return refusal;
    const newest = await store.read<PlanVersion>(planVersionKey(plan.planId, latest));
    if (newest?.body.hash === hash) return newest.body;
    const version: PlanVersion = { planId: plan.planId, version: latest + 1, hash, plan, storedAt };
    const written = await store.write(planVersionKey(plan.planId, version.version), version, 0);
    const stored = written === 'written' ? version : await orphan(store, version);
    if (stored === undefined) return 'conflict';
    const next: PlanHead = { latest: stored.version, latestHash: stored.hash };
    const named = await store.write(planHeadKey(plan.planId), next, head?.revision ?? 0);
    return named === 'conflict' ? 'conflict' : stored;
  });
};

/**
 * Stores a plan as its next version; an unchanged plan stays at its version. The version is written before
 * the head names it, so that a head never leads to nothing.
 */
export const putPlan = (store: RecordStore, plan: Plan, storedAt: string): Promise<PlanVersion> =>
  storeNext<never>(store, plan, storedAt, () => undefined);

/** The same, if the newest version is this one (0: there is none yet); `moved` where it is another by now. */
export const putPlanAfter = (
  store: RecordStore,
  plan: Plan,
  storedAt: string,
  version: number,
): Promise<PlanVersion | 'moved'> =>
  storeNext(store, plan, storedAt, (latest) => (latest === version ? undefined : 'moved'));

/** A version that somebody wrote and died before its head: ours if it says the same, else taken. */
const orphan = async (store: RecordStore, version: PlanVersion): Promise<PlanVersion | undefined> => {
  const stored = await store.read<PlanVersion>(planVersionKey(version.planId, version.version));
  if (stored === undefined || stored.body.hash === version.hash) return stored?.body;
  const head = await store.read<PlanHead>(planHeadKey(version.planId));
  if ((head?.body.latest ?? 0) >= version.version) return undefined;
  const next: PlanHead = { latest: version.version, latestHash: stored.body.hash };
  await store.write(planHeadKey(version.planId), next, head?.revision ?? 0);
  return undefined;
};

/** A plan's version, the newest by default. */
export const getPlan = async (
  store: RecordStore,
  planId: string,
  version?: number,
): Promise<PlanVersion | undefined> => {
  const wanted = version ?? (await store.read<PlanHead>(planHeadKey(planId)))?.body.latest;
  if (wanted === undefined) return undefined;
  return (await store.read<PlanVersion>(planVersionKey(planId, wanted)))?.body;
};

/** When the first version of a plan was stored, epoch ms. */
export const firstStoredAt = async (
  store: RecordStore,
  { planId, storedAt }: Pick<PlanVersion, 'planId' | 'storedAt'>,
): Promise<number> => Date.parse((await getPlan(store, planId, 1))?.storedAt ?? storedAt);

/** May lag behind what was stored by seconds. */
export const listPlanIds = async (store: RecordStore): Promise<readonly string[]> =>
  (await store.list('plan', '')).filter((id) => !id.includes('/'));

/** The newest version of every plan. */
export const listPlans = async (store: RecordStore): Promise<readonly PlanVersion[]> => {
  const ids = await listPlanIds(store);
  const plans = await Promise.all(ids.map((id) => getPlan(store, id)));
  return plans.flatMap((plan) => plan ?? []);
};
