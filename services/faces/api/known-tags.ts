import type { PlanTags } from '../../../contracts/plan-tags.ts';
import {
  type PlanHead,
  planHeadKey,
  type PlanVersion,
  planVersionKey,
} from '../../core/domain/plan-version.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';

/** A plan, and the version of it that is meant; without one the newest. */
export interface MeantPlan {
  readonly planId: string;
  readonly version: number | undefined;
}

/** By which tags plans and executions are judged, of the store that has them all. */
export interface KnownTags {
  /** Of the newest version, with its number; undefined where there is no such plan. */
  newest(planId: string): Promise<{ readonly tags: PlanTags; readonly version: number } | undefined>;
  /** Undefined where there is no such version. */
  ofVersion(planId: string, version: number): Promise<PlanTags | undefined>;
  /** Of the version that an execution runs; undefined where there is no such execution. */
  ofExecution(executionId: string): Promise<PlanTags | undefined>;
}

/** A version never changes, and an execution never runs another one: what was read once is known. */
const rememberedMax = 20_000;

const createMemory = <Value>() => {
  const known = new Map<string, Value>();
  return async (key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> => {
    const found = known.get(key) ?? (await read());
    if (found === undefined) return undefined;
    if (known.size >= rememberedMax) known.clear();
    known.set(key, found);
    return found;
  };
};

/** What was learned of tags, for one store. */
export const createTagMemory = () => ({
  versions: createMemory<PlanTags>(),
  runs: createMemory<MeantPlan>(),
});

/** A plan of which nothing is known has no tags, so that only a rule on all plans permits anything. */
const none: PlanTags = {};

/** For one request: which version of a plan is the newest is read once. */
export const createKnownTags = (
  store: RecordStore,
  memory: ReturnType<typeof createTagMemory>,
): KnownTags => {
  const ofVersion = (planId: string, version: number): Promise<PlanTags | undefined> =>
    memory.versions(`${planId}/${version}`, async () => {
      const stored = await store.read<PlanVersion>(planVersionKey(planId, version));
      return stored && (stored.body.plan.tags ?? none);
    });
  const heads = new Map<string, ReturnType<KnownTags['newest']>>();
  const readNewest: KnownTags['newest'] = async (planId) => {
    const head = await store.read<PlanHead>(planHeadKey(planId));
    if (head === undefined) return undefined;
    const version = head.body.latest;
    return { version, tags: (await ofVersion(planId, version)) ?? none };
  };
  const newest: KnownTags['newest'] = (planId) => {
    const asked = heads.get(planId) ?? readNewest(planId);
    heads.set(planId, asked);
    return asked;
  };
  const meantBy = async (executionId: string): Promise<MeantPlan | undefined> => {
    const read = async () => {
      const { status, planId, planVersion, request } = await readExecution(store, executionId);
      if (status === 'NONE') return undefined;
      return { planId, version: planVersion > 0 ? planVersion : request?.planVersion };
    };
    let unsettled: MeantPlan | undefined;
    const settled = await memory.runs(executionId, async () => {
      const found = await read();
      if (found?.version !== undefined) return found;
      unsettled = found;
      return undefined;
    });
    return settled ?? unsettled;
  };
  return {
    newest,
    ofVersion,
    async ofExecution(executionId) {
      const meant = await meantBy(executionId);
      if (meant === undefined) return undefined;
      const { planId, version } = meant;
      if (version === undefined) return (await newest(planId))?.tags ?? none;
      return (await ofVersion(planId, version)) ?? none;
    },
  };
};
