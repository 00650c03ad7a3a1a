import { faultText } from '../../../contracts/fault-text.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { ShownServer } from '../../../contracts/servers-api.ts';
import { readCoverage } from '../../core/readiness/coverage.ts';
import { type Inventory, readInventory, type ServerReadiness } from '../../core/readiness/inventory.ts';
import { narrowed, readServersShown } from '../../core/readiness/server-page.ts';
import { listPlans } from '../../core/streams/plan-store.ts';
import { targetKey } from '../../core/readiness/target-facts.ts';
import { timeText } from '../../core/view/time-text.ts';
import { counted } from '../../core/view/words.ts';
import { groupBy } from '../../core/kernel/group-by.ts';
import { connect, connectCheck, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { foundPlan } from './named-plan.ts';
import { exitCodes } from './help.ts';

export interface ServersOptions extends ConnectionOptions {
  readonly mode: Mode;
  /** A file, or the name of a stored plan. */
  readonly plan?: string;
  readonly planVersion?: number;
  /** Only those that no stored plan recovers. */
  readonly uncovered?: boolean;
  readonly json?: boolean;
}

type Plans = ShownServer['plans'];

/** Without findings it could not be judged; without plans nobody asked for them. */
interface ListedServer extends Omit<
  ShownServer,
  'account' | 'region' | 'plans' | 'lastProven' | 'liveInstances' | 'findings'
> {
  readonly target: Pick<ServerReadiness['target'], 'account' | 'region'>;
  readonly liveInstances: ServerReadiness['liveInstances'];
  readonly findings?: ServerReadiness['findings'];
  readonly plans?: Plans;
}

type Listing = Pick<Inventory, 'findings' | 'faults'> & { readonly servers: readonly ListedServer[] };

const isReady = ({ findings }: Pick<ListedServer, 'findings'>): boolean =>
  findings?.every(({ level }) => level !== 'error') ?? false;

const headings = [
  ...['server', 'name', 'replication', 'lag', 'last recovery point', 'launch configuration'],
  ...['live instances', 'readiness'],
];

const plansText = (plans: Plans): string =>
  plans.length === 0
    ? 'none'
    : plans.map(({ planId, waves }) => `${planId} (${waves.join(', ')})`).join('; ');

const readinessText = ({ findings }: ListedServer): string => {
  if (findings === undefined) return 'unknown';
  return findings.length === 0 ? 'ready' : findings.map(({ level, name }) => `${level} ${name}`).join(', ');
};

/** An extended source server replicates in its staging account. */
const replicationText = ({ replicationState = 'unknown', stagingAccount, direction }: ListedServer): string =>
  [
    replicationState,
    ...(stagingAccount === undefined ? [] : [`in ${stagingAccount}`]),
    ...(direction === undefined ? [] : [`(${direction})`]),
  ].join(' ');

const launchConfigurationText = ({ findings, hasLaunchConfiguration }: ListedServer): string => {
  if (findings === undefined) return 'unknown';
  return hasLaunchConfiguration === true ? 'yes' : 'no';
};

const rowOf = (server: ListedServer): readonly string[] => {
  const { lagSeconds, lastRecoveryPoint, liveInstances, plans } = server;
  const instances = liveInstances.map(
    ({ instanceId, isDrill, isRecorded }) =>
      `${instanceId}${isDrill ? ' (drill)' : ''}${isRecorded ? '' : ' (not in DRS)'}`,
  );
  return [
    server.sourceServerId,
    server.name ?? 'unknown',
    replicationText(server),
    // Not as a duration: lags are compared with one another.
    lagSeconds === undefined ? 'unknown' : `${lagSeconds} s`,
    lastRecoveryPoint === undefined ? 'none' : timeText(Date.parse(lastRecoveryPoint)),
    launchConfigurationText(server),
    instances.length === 0 ? 'none' : instances.join(', '),
    readinessText(server),
    ...(plans === undefined ? [] : [plansText(plans)]),
  ];
};

const text = ({ servers, findings: ofWaves, faults }: Listing, isOfAll: boolean): readonly string[] => {
  const targets = groupBy(servers, ({ target }) => targetKey(target));
  const named = isOfAll ? [...headings, 'plans (waves)'] : headings;
  const tables = [...targets].flatMap(([key, own]) => [
    key,
    ...tableText([named, ...own.map(rowOf)], [3]).map((line) => `  ${line}`),
    '',
  ]);
  const findings = [
    ...servers.flatMap((server) => server.findings ?? []),
    ...ofWaves.map((finding) => ({ ...finding, message: `wave ${finding.waveId}: ${finding.message}` })),
  ].map(({ level, name, message }) => [`  ${level}`, name, message]);
  return [
    ...tables,
    ...(findings.length === 0 ? [] : [...tableText(findings), '']),
    ...(faults.length === 0 ? [] : ['faults', ...faults.map((fault) => `  ${faultText(fault)}`), '']),
    `${servers.filter(isReady).length} of ${counted(servers.length, 'server')} can be launched${uncoveredText(servers, isOfAll)}. Times in UTC.`,
  ];
};

const uncoveredText = (servers: readonly ListedServer[], isOfAll: boolean): string =>
  isOfAll ? `, ${servers.filter(({ plans }) => plans?.length === 0).length} covered by no plan` : '';

const ofPlan = async (options: ServersOptions, subject: string): Promise<Listing | string> => {
  const plan = await foundPlan(connect(options).store, subject, options.planVersion, options);
  if (typeof plan === 'string') return plan;
  const { home, recovery } = await connectCheck(options);
  const now = await nowThere(options);
  const { rpoMinutes } = plan;
  const question = {
    ...{ mode: options.mode, allowDrillOverRecovery: false },
    ...(rpoMinutes !== undefined && { rpoMinutes }),
  };
  return readInventory({ recovery, home, clock: { now: () => now } }, plan, question);
};

const ofAll = async (options: ServersOptions): Promise<Listing> => {
  const plans = await listPlans(connect(options).store);
  const { home, recovery } = await connectCheck(options);
  const now = await nowThere(options);
  const coverage = await readCoverage(recovery, home, plans);
  const wanted = narrowed(coverage, { uncovered: options.uncovered === true });
  const ports = { recovery, clock: { now: () => now } };
  const read = await readServersShown(ports, coverage.known, wanted, options.mode);
  const servers = read.servers.map(({ account, region, findings, ...server }) => ({
    ...{ target: { account, region }, ...server },
    ...(findings !== undefined && { findings }),
  }));
  return { servers, findings: [], faults: [...coverage.faults, ...read.faults] };
};

/**
 * Shows the source servers of all places that plans name, or of one plan, as DRS has them now. The exit code is 0 only if
 * there are some and all can be launched; of those that no plan covers, only if there are none.
 */
export const servers = async (options: ServersOptions, console: Console): Promise<number> => {
  const { plan, uncovered = false, json = false } = options;
  const listing = plan === undefined ? await ofAll(options) : await ofPlan(options, plan);
  if (typeof listing === 'string') {
    console.warn(listing);
    return exitCodes.invalid;
  }
  console.print(json ? JSON.stringify(listing) : text(listing, plan === undefined).join('\n'));
  const isWell = uncovered
    ? listing.servers.length === 0
    : isReady(listing) && listing.servers.every(isReady);
  return listing.faults.length === 0 && isWell ? exitCodes.done : exitCodes.failed;
};
