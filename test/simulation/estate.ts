import type { ChosenPoint, Plan, PlanWave, PointInTime } from '../../contracts/plan.ts';
import type { RecoverySnapshot, SourceServer } from '../../services/core/ports/recovery-service.ts';

export type ServerDefect = 'disconnected' | 'volumes missing' | 'no launch configuration';

/** A source server as DRS knows it. */
export interface EstateServer {
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly lagSeconds: number;
  /** Why DRS could not launch it, if it could not. */
  readonly defect?: ServerDefect;
  /** It replicates back: no plan means it by its tags, and none may name it. */
  readonly direction?: 'FAILBACK';
  /** Newest first; those of the future are not taken yet. */
  readonly snapshots: readonly RecoverySnapshot[];
}
export type Estate = readonly EstateServer[];

const farPrefix = 's-99';
/** A server of a large wave. */
export const farServer = (n: number): string => `${farPrefix}${String(n).padStart(15, '0')}`;
export const isFar = (id: string): boolean => id.startsWith(farPrefix);

const longEnd = '遠'.repeat(240);
/** As long as DRS and the product let a name be. */
export const nameOf = (id: string): string =>
  isFar(id) ? `host-${id.slice(-4)}-${longEnd}` : `host-${id.slice(-3)}`;

const longError = `launch failed: ${'stack '.repeat(2_000)}`;
export const errorOf = (id: string): string => (isFar(id) ? longError : 'launch failed');

/** What EC2 says of an instance follows from its id. */
export const addressOf = (instanceId: string): string => {
  const [job, server] = [Number(instanceId.slice(2, 10)), Number(instanceId.slice(10))];
  return `10.${job % 256}.${(server >> 8) % 256}.${server % 256}`;
};
export const zoneOf = (instanceId: string): string =>
  instanceId.endsWith('1') ? 'eu-west-1a' : 'eu-west-1b';

export const sourceServer = ({ id, tags, lagSeconds, defect, direction }: EstateServer): SourceServer => ({
  ...(direction !== undefined && { direction }),
  ...{ sourceServerId: id, name: nameOf(id), tags, lagSeconds },
  replicationState: defect === 'disconnected' ? 'DISCONNECTED' : 'CONTINUOUS',
  volumesMissing: defect === 'volumes missing',
});

export const plainServer = (id: string): EstateServer => ({ id, tags: {}, lagSeconds: 0, snapshots: [] });

/** The servers that plans name, without anything special about them. */
export const plainEstate = (plans: readonly Plan[]): Estate => {
  const ids = plans.flatMap(({ waves }) =>
    waves.flatMap(({ servers }) =>
      Array.isArray(servers) ? servers.map((each) => each.sourceServerId) : [],
    ),
  );
  return [...new Set(ids)].map(plainServer);
};

/** What DRS knows in a workload. */
export const estateOf = ({
  estate,
  plans,
}: {
  readonly estate?: Estate;
  readonly plans: readonly Plan[];
}): Estate => estate ?? plainEstate(plans);

/** The servers that a wave means, by the rule of the plan's schema and not by the product's code. */
export const serversMeant = (estate: Estate, { servers }: PlanWave): ReadonlySet<string> => {
  if (Array.isArray(servers)) return new Set(servers.map(({ sourceServerId }) => sourceServerId));
  const wanted = Object.entries(servers.tags);
  const tagged = estate.filter(
    ({ tags, direction }) => direction === undefined && wanted.every(([key, value]) => tags[key] === value),
  );
  return new Set(tagged.map(({ id }) => id));
};

/** Whoever asks may choose for all servers, whatever the plan says of them. */
export const pointMeant = (
  { servers, pointInTime }: PlanWave,
  id: string,
  chosen: ChosenPoint | undefined,
): PointInTime =>
  chosen ??
  (Array.isArray(servers) ? servers.find((each) => each.sourceServerId === id)?.pointInTime : undefined) ??
  pointInTime;

/** The snapshot that a point in time means; undefined for the latest data, `none` where there is no such. */
export const snapshotMeant = (estate: Estate, id: string, at: PointInTime): string | undefined => {
  if (at === 'latest') return undefined;
  const taken = estate.find((server) => server.id === id)?.snapshots ?? [];
  if ('snapshot' in at)
    return taken.some(({ snapshotId }) => snapshotId === at.snapshot) ? at.snapshot : 'none';
  const before = taken.filter(({ takenAt }) => takenAt <= Date.parse(at.newestBefore));
  return (
    before.reduce<RecoverySnapshot | undefined>(
      (newest, each) => (newest === undefined || each.takenAt > newest.takenAt ? each : newest),
      undefined,
    )?.snapshotId ?? 'none'
  );
};
