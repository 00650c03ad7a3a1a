import type { ShownServer } from '../../../contracts/servers-api.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Target } from '../../../contracts/plan.ts';
import { byText } from '../kernel/by-text.ts';
import { groupBy } from '../kernel/group-by.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';
import { type Coverage, type CoveredServer, silentPlace } from './coverage.ts';
import { inParallel } from './in-parallel.ts';
import { type Judgement, readPlace, type ServerReadiness } from './inventory.ts';
import { targetKey } from './target-facts.ts';

/** What a list of servers is narrowed to. */
export interface ServerFilter {
  /** A part of the server's name, id, account or Region. */
  readonly text?: string | undefined;
  readonly plan?: string | undefined;
  /** Only those that no plan covers. */
  readonly uncovered?: boolean | undefined;
}

export interface ServerPagePorts {
  readonly recovery: RecoveryService;
  readonly clock: { now(): number };
}

const placesAtOnce = 4;

export const isUncovered = ({ covering }: Pick<CoveredServer, 'covering'>): boolean => covering.length === 0;

type Place = readonly [place: string, name: string, sourceServerId: string];
const placeOf = ({ target, sourceServerId, server }: CoveredServer): Place => [
  targetKey(target),
  server?.name ?? '',
  sourceServerId,
];

/** As people count: web-2 before web-10. */
const { compare: byName } = new Intl.Collator('en', { numeric: true });
const inOrder = (a: Place, b: Place): number =>
  byText(a[0], b[0]) || byName(a[1], b[1]) || byText(a[2], b[2]);

/** Where a page ended, written so that it fits into an address. */
export const cursorOf = (server: CoveredServer): string =>
  Buffer.from(placeOf(server).join('\0'), 'utf8').toString('base64url');

const readCursor = (cursor: string): Place => {
  const [place = '', name = '', sourceServerId = ''] = Buffer.from(cursor, 'base64url')
    .toString('utf8')
    .split('\0');
  return [place, name, sourceServerId];
};

const matches =
  ({ text = '', plan, uncovered = false }: ServerFilter) =>
  (each: CoveredServer): boolean =>
    (!uncovered || isUncovered(each)) &&
    (plan === undefined || each.covering.some((covering) => covering.plan.planId === plan)) &&
    [each.server?.name ?? '', each.sourceServerId, targetKey(each.target)].some((part) =>
      part.toLowerCase().includes(text.trim().toLowerCase()),
    );

/** The servers that a filter leaves, by account and Region, then by name. */
export const narrowed = (
  { servers }: Pick<Coverage, 'servers'>,
  filter: ServerFilter,
): readonly CoveredServer[] =>
  servers.filter(matches(filter)).sort((a, b) => inOrder(placeOf(a), placeOf(b)));

/** What follows a cursor, whatever has become of the server that it was made of. */
export const following = (
  servers: readonly CoveredServer[],
  after: string | undefined,
): readonly CoveredServer[] => {
  if (after === undefined) return servers;
  const place = readCursor(after);
  return servers.filter((server) => inOrder(placeOf(server), place) > 0);
};

/** The strictest of the plans that recover a server; what one of them drills into, the others may not forbid. */
const judgementOf = (mode: Mode, covering: CoveredServer['covering']): Judgement => {
  const objectives = covering.flatMap(({ plan }) => plan.rpoMinutes ?? []);
  return {
    question: {
      ...{ mode, allowDrillOverRecovery: false },
      ...(objectives.length > 0 && { rpoMinutes: Math.min(...objectives) }),
    },
    drillsInto: covering.flatMap(({ drillsInto }) => drillsInto),
  };
};

/** What DRS alone says of a server, without being asked about it. */
const listed = ({ server }: CoveredServer) =>
  server && {
    ...{ name: server.name, replicationState: server.replicationState },
    ...(server.lagSeconds !== undefined && { lagSeconds: server.lagSeconds }),
    ...(server.stagingAccount !== undefined && { stagingAccount: server.stagingAccount }),
    ...(server.direction !== undefined && { direction: server.direction }),
  };

const judged = ({ target: _target, liveInstances, findings, ...server }: ServerReadiness) => ({
  ...server,
  liveInstances: [...liveInstances],
  findings: [...findings],
});

const shown = (each: CoveredServer, read: ServerReadiness | undefined): ShownServer => ({
  account: each.target.account,
  region: each.target.region,
  ...(read === undefined
    ? { sourceServerId: each.sourceServerId, liveInstances: [], ...listed(each) }
    : judged(read)),
  plans: each.covering.map(({ plan, version, waves }) => ({
    ...{ planId: plan.planId, version },
    waves: [...waves],
  })),
});

/**
 * Asks DRS and EC2 about these servers, as many as they are, and judges each as a launch in this mode would find it. A
 * place that does not answer leaves them without a judgement, and is a fault. Changes nothing.
 */
export const readServersShown = async (
  { recovery, clock }: ServerPagePorts,
  known: ReadonlyMap<string, readonly SourceServer[]>,
  servers: readonly CoveredServer[],
  mode: Mode,
): Promise<{ readonly servers: readonly ShownServer[]; readonly faults: readonly Fault[] }> => {
  const groups = [...groupBy(servers, ({ target }) => targetKey(target))];
  const read = await inParallel(groups, placesAtOnce, async ([key, own]) => {
    const target: Target = own[0]?.target ?? { account: '', region: '' };
    const covering = new Map(own.map((each) => [each.sourceServerId, each.covering]));
    try {
      const place = await readPlace(
        { recovery, clock },
        target,
        known.get(key) ?? [],
        own.map(({ sourceServerId }) => sourceServerId),
        (id) => judgementOf(mode, covering.get(id) ?? []),
      );
      return { key, ...place };
    } catch (error) {
      return { key, servers: [], faults: [silentPlace(target, error)] };
    }
  });
  const judged = new Map(
    read.flatMap(({ key, servers: own }) => own.map((each) => [`${key}/${each.sourceServerId}`, each])),
  );
  return {
    servers: servers.map((each) =>
      shown(each, judged.get(`${targetKey(each.target)}/${each.sourceServerId}`)),
    ),
    faults: read.flatMap(({ faults }) => faults),
  };
};
