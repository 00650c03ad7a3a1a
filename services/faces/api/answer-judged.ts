import type { PlanTags } from '../../../contracts/plan-tags.ts';
import { mayWith, type Rights } from './access.ts';
import { judge } from './judge.ts';
import { createKnownTags, createTagMemory } from './known-tags.ts';
import { narrowedStore } from './narrowed-store.ts';
import type { Answer, ApiPorts, Asked, Need, Route } from './route.ts';

export interface Judgement {
  readonly ports: ApiPorts;
  readonly rights: Rights;
  /** Whatever lives as long as the store does: what is known of tags is kept under it. */
  readonly memory: object;
}

const memories = new WeakMap<object, ReturnType<typeof createTagMemory>>();

const memoryOf = (key: object): ReturnType<typeof createTagMemory> => {
  const known = memories.get(key) ?? createTagMemory();
  memories.set(key, known);
  return known;
};

const looksAtMany = (needs: Need): boolean =>
  needs.on === 'many' || (needs.on === 'plan' && needs.alsoMany === true);

/** Judges the request, and answers it from what the caller may see. */
export const answerJudged = async (
  { ports, rights, memory }: Judgement,
  route: Route,
  asked: Asked,
): Promise<Answer> => {
  const known = createKnownTags(ports.store, memoryOf(memory));
  const judged = await judge(ports, known, rights, route.needs, asked);
  if ('answer' in judged) return judged.answer;
  const isNarrowed = !rights.seesAll && looksAtMany(route.needs);
  const store = isNarrowed ? narrowedStore(ports.store, known, rights) : ports.store;
  const told = rights.areRuled && {
    somewhere: rights.somewhere,
    mayWith: (tags: PlanTags) => mayWith(rights, [tags]),
  };
  return route.answer({ ...ports, store, isNarrowed }, { ...asked, ...told, ...judged });
};
