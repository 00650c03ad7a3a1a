import type { StoredPlan } from '../../../../../contracts/api.ts';
import type { ServerPage } from '../../../../../contracts/servers-api.ts';
import { get } from '../api.ts';
import { type KnownNames, knownNamesOf } from './known-names.ts';

/** More servers than anybody reads in a list; each page asks DRS about a hundred. */
const serversMax = 500;

const readServers = async (): Promise<Pick<ServerPage, 'servers' | 'places'>> => {
  const first = await get<ServerPage>('/servers?limit=100');
  const servers = [...first.servers];
  for (let { next } = first; next !== undefined && servers.length < serversMax;) {
    const page: ServerPage = await get<ServerPage>(`/servers?limit=100&after=${next}`);
    servers.push(...page.servers);
    ({ next } = page);
  }
  return { servers, places: first.places };
};

const unless = <T>(asked: Promise<T>, otherwise: T): Promise<T> => asked.catch(() => otherwise);

/** What can be completed; where something cannot be read, the rest all the same. */
export const readKnownNames = async (): Promise<KnownNames> => {
  const [{ plans }, servers] = await Promise.all([
    unless(get<{ readonly plans: readonly StoredPlan[] }>('/plans'), { plans: [] }),
    unless(readServers(), { servers: [], places: [] }),
  ]);
  return knownNamesOf(
    plans.map(({ plan }) => plan),
    servers,
  );
};
