import { executionIdSchema } from '../../../contracts/identifiers.ts';
import type { PlanTags } from '../../../contracts/plan-tags.ts';
import type { Waiting } from '../../core/domain/waiting-notice.ts';
import { inParallel } from '../../core/readiness/in-parallel.ts';
import type { ExecutionIndex, RecordKey, RecordStore } from '../../core/ports/record-store.ts';
import { getSchedule, type OccurrenceRecord } from '../../core/streams/schedule-store.ts';
import type { Rights } from './access.ts';
import type { KnownTags } from './known-tags.ts';

const readsAtOnce = 20;

/** Whether a record may be seen, by what it is about; without a body, whether its name may be listed. */
type Judgement = (id: string, body: unknown) => boolean | Promise<boolean>;

const versionIn = (id: string): number => Number(id.split('/')[1]);
const firstOf = (id: string): string => id.split('/')[0] ?? '';
const executionIn = (id: string): string | undefined =>
  id.split('/').find((part) => executionIdSchema.safeParse(part).success);

type Judgements = Readonly<Record<RecordKey['kind'], Judgement>>;

/** Each kind of record with what it is about: a new kind is somebody's decision. */
const judgementsOf = (store: RecordStore, known: KnownTags, rights: Rights): Judgements => {
  const sees = (tags: PlanTags | undefined): boolean => tags !== undefined && rights.may('see', tags);
  const seesPlan = async (planId: string): Promise<boolean> => sees((await known.newest(planId))?.tags);
  const seesExecution = async (executionId: string): Promise<boolean> =>
    sees(await known.ofExecution(executionId));
  const byExecution: Judgement = (id) => {
    const executionId = executionIn(id);
    return executionId !== undefined && seesExecution(executionId);
  };
  const byOwner: Judgement = (_id, body) => seesExecution((body as { executionId: string }).executionId);
  const seesSchedule = async (scheduleId: string): Promise<boolean> => {
    const stored = await getSchedule(store, scheduleId);
    return stored !== undefined && seesPlan(stored.schedule.planId);
  };
  const seesNotice = (waiting: Waiting): Promise<boolean> | boolean => {
    // Of an event whose receivers are not known yet nothing says which plan it is about.
    if (!('notice' in waiting.owed)) return false;
    const { executionId, planId } = waiting.owed.notice;
    return executionId === undefined ? seesPlan(planId) : seesExecution(executionId);
  };
  const never = (): boolean => false;
  const always = (): boolean => true;

  return {
    plan: async (id, body) =>
      (await seesPlan(firstOf(id))) &&
      (body === undefined ||
        Number.isNaN(versionIn(id)) ||
        sees(await known.ofVersion(firstOf(id), versionIn(id)))),
    ...{ stream: byExecution, audit: byExecution, rises: byExecution, told: byExecution },
    ...{ job: byOwner, automation: byOwner, instance: byOwner, task: byOwner },
    schedule: (id) => seesSchedule(firstOf(id)),
    occurrence: async (id, body) =>
      (await seesSchedule(firstOf(id))) &&
      (body === undefined || seesPlan((body as OccurrenceRecord).planId)),
    notice: (_id, body) => body === undefined || seesNotice(body as Waiting),
    // Found by whoever has read their hash in what may be seen; how long things take names nobody.
    ...{ frozen: always, page: always, durations: always },
    ...{ capacity: never, check: never, lease: never, alarm: never, calendar: never, pace: never },
    ...{ lapse: never, timer: never, probe: never },
  };
};

/**
 * The records as somebody sees them who may not see all plans: what is of a hidden plan or execution is not there, in
 * no list and under no key. It is for routes that look at many; nothing can be written to it.
 */
export const narrowedStore = (store: RecordStore, known: KnownTags, rights: Rights): RecordStore => {
  const judgements = judgementsOf(store, known, rights);
  const visible = async (indexes: readonly ExecutionIndex[]): Promise<readonly ExecutionIndex[]> => {
    const seen = await inParallel(indexes, readsAtOnce, async ({ executionId }) =>
      judgements.stream(executionId, undefined),
    );
    return indexes.filter((_, at) => seen[at] === true);
  };
  const refuse = async (): Promise<never> =>
    Promise.reject(new Error('Nothing is written where only a part can be seen.'));

  return {
    async read<Body>(key: RecordKey) {
      const stored = await store.read<Body>(key);
      if (stored === undefined) return undefined;
      return (await judgements[key.kind](key.id, stored.body)) ? stored : undefined;
    },
    write: refuse,
    remove: refuse,
    async list(kind, prefix) {
      const ids = await store.list(kind, prefix);
      const seen = await inParallel(ids, readsAtOnce, async (id) => judgements[kind](id, undefined));
      return ids.filter((_, at) => seen[at] === true);
    },
    async openExecutions() {
      return visible(await store.openExecutions());
    },
    async executionsByStatus(status, limit) {
      for (let asked = limit; ; asked *= 4) {
        const read = await store.executionsByStatus(status, asked);
        const seen = await visible(read);
        if (seen.length >= limit || read.length < asked) return seen.slice(0, limit);
      }
    },
  };
};
