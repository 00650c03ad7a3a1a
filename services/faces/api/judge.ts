import type { Permission } from '../../../contracts/access.ts';
import type { PlanTags } from '../../../contracts/plan-tags.ts';
import type { ExecutionRequest } from '../../../contracts/execution-events.ts';
import type { Plan } from '../../../contracts/plan.ts';
import type { Schedule } from '../../../contracts/schedule.ts';
import { executionIdOf } from '../../core/kernel/canonical.ts';
import { readExecution } from '../../core/streams/execution-stream.ts';
import { tagsText } from '../../core/view/words.ts';
import { getSchedule } from '../../core/streams/schedule-store.ts';
import { decideAccess, type Rights, type Subject } from './access.ts';
import type { KnownTags } from './known-tags.ts';
import { noExecution, noSchedule, noTask, planNotFound, problem } from './problem.ts';
import type { Answer, ApiPorts, Asked, Need } from './route.ts';

/** What a request is about, as far as it is there; what there is not is answered as what is hidden. */
interface Found {
  readonly subject: Subject | undefined;
  /** As people call it. */
  readonly name: string;
  readonly nothing: Answer;
  readonly judgedVersion?: number;
}

type Place = Exclude<Need['on'], 'many' | 'caller'>;
type Finder = (ports: Pick<ApiPorts, 'store'>, known: KnownTags, asked: Asked) => Promise<Found>;

/** Requests are read by the schemas of their routes before they are judged. */
const paramsOf = (asked: Asked) => asked.params as Readonly<Record<string, string>>;
const param = (asked: Asked, name: string): string => paramsOf(asked)[name] ?? '';

/** A version is judged by its own tags and by the newest's: whoever moves a plan moves all that can be started of it. */
const versionsOf = async (
  known: KnownTags,
  planId: string,
  version: number | undefined,
): Promise<Omit<Found, 'name'>> => {
  const nothing = planNotFound(planId, version);
  const newest = await known.newest(planId);
  if (newest === undefined) return { subject: undefined, nothing };
  if (version === undefined || version === newest.version)
    return { subject: { there: [newest.tags] }, nothing, judgedVersion: newest.version };
  const tags = await known.ofVersion(planId, version);
  return {
    subject: tags && { there: [newest.tags, tags] },
    ...{ nothing, judgedVersion: version },
  };
};

const ofExecution = async (known: KnownTags, executionId: string, nothing: Answer): Promise<Found> => {
  const tags = await known.ofExecution(executionId);
  return { subject: tags && { there: [tags] }, name: `the execution ${executionId}`, nothing };
};

const ofSchedule = async (
  { store }: Pick<ApiPorts, 'store'>,
  known: KnownTags,
  scheduleId: string,
): Promise<{ readonly tags: PlanTags; readonly version: number } | undefined> => {
  const stored = await getSchedule(store, scheduleId);
  if (stored === undefined) return undefined;
  return { version: stored.version, tags: (await known.newest(stored.schedule.planId))?.tags ?? {} };
};

const keyOf = ({ headers, body }: Asked): string | undefined =>
  headers['idempotency-key'] ?? (body as ExecutionRequest).requestId;

/** A repeat under the same key means the version that its first request was judged for. */
const versionMeant = async (
  { store }: Pick<ApiPorts, 'store'>,
  asked: Asked,
): Promise<number | undefined> => {
  const { planId, planVersion } = asked.body as ExecutionRequest;
  const key = keyOf(asked);
  if (planVersion !== undefined || key === undefined) return planVersion;
  const { request } = await readExecution(store, executionIdOf(key));
  return request?.planId === planId ? request.planVersion : undefined;
};

/** A key that was used for something the caller may not see counts as taken, and what it was used for stays hidden. */
const isKeyHidden = async (known: KnownTags, rights: Rights, asked: Asked): Promise<boolean> => {
  const key = keyOf(asked);
  const tags = key === undefined ? undefined : await known.ofExecution(executionIdOf(key));
  return tags !== undefined && !rights.may('see', tags);
};

const finders: Readonly<Record<Place, Finder>> = {
  execution: (_ports, known, asked) => {
    const id = param(asked, 'executionId');
    return ofExecution(known, id, noExecution(id));
  },
  async task({ store }, known, asked) {
    const id = param(asked, 'taskId');
    const task = await store.read<{ readonly executionId: string }>({ kind: 'task', id });
    const nothing = noTask(id);
    if (task === undefined) return { subject: undefined, name: `the task ${id}`, nothing };
    return { ...(await ofExecution(known, task.body.executionId, nothing)), name: `the task ${id}` };
  },
  async plan(_ports, known, asked) {
    const planId = param(asked, 'planId');
    const { version } = asked.query as { readonly version?: number };
    return { ...(await versionsOf(known, planId, version)), name: `the plan ${planId}` };
  },
  async order(ports, known, asked) {
    const { planId } = asked.body as ExecutionRequest;
    const version = await versionMeant(ports, asked);
    return { ...(await versionsOf(known, planId, version)), name: `the plan ${planId}` };
  },
  async 'new-version'(_ports, known, asked) {
    const planId = param(asked, 'planId');
    const newest = await known.newest(planId);
    const made = [(asked.body as Plan).tags ?? {}];
    return {
      subject: { there: newest === undefined ? [] : [newest.tags], made },
      ...{ name: `the plan ${planId}`, nothing: planNotFound(planId), judgedVersion: newest?.version ?? 0 },
    };
  },
  async schedule(ports, known, asked) {
    const id = param(asked, 'scheduleId');
    const stored = await ofSchedule(ports, known, id);
    return {
      subject: stored && { there: [stored.tags] },
      ...{ name: `the schedule ${id}`, nothing: noSchedule(id) },
      ...(stored !== undefined && { judgedVersion: stored.version }),
    };
  },
  async 'new-schedule'(ports, known, asked) {
    const id = param(asked, 'scheduleId');
    const { planId } = asked.body as Schedule;
    const [stored, plan] = [await ofSchedule(ports, known, id), (await known.newest(planId))?.tags];
    return {
      subject: plan && { there: [...(stored === undefined ? [] : [stored.tags]), plan] },
      ...{ name: `the schedule ${id}`, nothing: planNotFound(planId), judgedVersion: stored?.version ?? 0 },
    };
  },
};

const listOf = (needed: readonly Permission[]): string => needed.join(' and ');

const withTags = (tags: PlanTags): string =>
  Object.keys(tags).length === 0 ? 'without tags' : `with the tags ${tagsText(tags)}`;

export type Judged =
  { readonly answer: Answer } | Pick<Asked, 'may' | 'somewhere' | 'mayWith' | 'judgedVersion'>;

/**
 * Judges a request before anything of it is done. What the caller may not see is answered as what is not there; what
 * they may see, and not do, names the permission that is missing.
 */
export const judge = async (
  ports: Pick<ApiPorts, 'store'>,
  known: KnownTags,
  rights: Rights,
  needs: Need,
  asked: Asked,
): Promise<Judged> => {
  if (needs.on === 'caller' || needs.on === 'many') return {};
  if (!rights.areRuled) {
    const missing = needs.may.filter((permission) => !rights.may(permission, {}));
    return missing.length === 0 ? {} : { answer: problem(403, machinesAnswerNothing) };
  }
  const { subject, name, nothing, judgedVersion } = await finders[needs.on](ports, known, asked);
  if (subject === undefined) return { answer: nothing };
  const verdict = decideAccess(rights, needs.may, subject);
  if (verdict.is === 'hidden') return { answer: nothing };
  if (needs.on === 'order' && (await isKeyHidden(known, rights, asked)))
    return { answer: problem(422, 'The key was used before. Use another key for another request.') };
  if (verdict.is === 'allowed')
    return { may: verdict.may, ...(judgedVersion !== undefined && { judgedVersion }) };
  const what = verdict.on === 'there' ? name : `a plan ${withTags(subject.made?.[0] ?? {})}`;
  return {
    answer: problem(
      403,
      `This needs the permission ${listOf(verdict.missing)} on ${what}; no access rule of the deployment gives it to you.`,
    ),
  };
};

const machinesAnswerNothing =
  'A machine answers no approval: this needs the permission approve, which only an access rule of the deployment gives to machines.';
