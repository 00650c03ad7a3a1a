import type { ServerPage } from '../../../contracts/servers-api.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import { type Coverage, readCoverage } from '../../core/readiness/coverage.ts';
import {
  cursorOf,
  following,
  isUncovered,
  narrowed,
  readServersShown,
  type ServerFilter,
} from '../../core/readiness/server-page.ts';
import { listPlans } from '../../core/streams/plan-store.ts';
import { withProofs } from '../evidence/server-proofs.ts';
import type { Answer, ApiPorts } from './route.ts';

interface AskedServers extends ServerFilter {
  readonly mode: Mode;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** For whoever may not see all plans: a server that none of theirs recovers may be one of a plan that is hidden. */
const coveredOnly = (coverage: Coverage): Coverage => ({
  ...coverage,
  servers: coverage.servers.filter((server) => !isUncovered(server)),
});

/** A page of the source servers: only those on it are asked about one by one, whatever the number of all. */
export const answerServers = async (ports: ApiPorts, asked: AskedServers): Promise<Answer> => {
  const { store, recovery, clock, home } = ports;
  const read = await readCoverage(recovery, home, await listPlans(store));
  const coverage = ports.isNarrowed === true ? coveredOnly(read) : read;
  const matching = narrowed(coverage, asked);
  const left = following(matching, asked.after);
  const page = left.slice(0, asked.limit);
  const shown = await readServersShown({ recovery, clock }, coverage.known, page, asked.mode);
  const proven = await withProofs({ store, home, now: clock.now() }, coverage, shown.servers);
  const last = page.at(-1);
  const body: ServerPage = {
    servers: [...proven.servers],
    ...(left.length > page.length && last !== undefined && { next: cursorOf(last) }),
    matching: matching.length,
    total: coverage.servers.length,
    uncovered: coverage.servers.filter(isUncovered).length,
    places: coverage.places.map(({ account, region }) => ({ account, region })),
    faults: [...coverage.faults, ...shown.faults, ...proven.faults],
  };
  return { status: 200, body };
};
