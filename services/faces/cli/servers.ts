import { faultText } from '../../../contracts/fault-text.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import { type Inventory, readInventory, type ServerReadiness } from '../../core/readiness/inventory.ts';
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
  readonly json?: boolean;
}

const isReady = ({ findings }: Pick<ServerReadiness, 'findings'>): boolean =>
  findings.every(({ level }) => level !== 'error');

const headings = [
  ...['server', 'name', 'replication', 'lag', 'last recovery point', 'launch configuration'],
  ...['live instances', 'readiness'],
];

/** An extended source server replicates in its staging account. */
const replicationText = ({
  replicationState = 'unknown',
  stagingAccount,
  direction,
}: ServerReadiness): string =>
  [
    replicationState,
    ...(stagingAccount === undefined ? [] : [`in ${stagingAccount}`]),
    ...(direction === undefined ? [] : [`(${direction})`]),
  ].join(' ');

const rowOf = (server: ServerReadiness): readonly string[] => {
  const { hasLaunchConfiguration, lagSeconds, lastRecoveryPoint, liveInstances, findings } = server;
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
    hasLaunchConfiguration === true ? 'yes' : 'no',
    instances.length === 0 ? 'none' : instances.join(', '),
    findings.length === 0 ? 'ready' : findings.map(({ level, name }) => `${level} ${name}`).join(', '),
  ];
};

const text = ({ servers, findings: ofWaves, faults }: Inventory): readonly string[] => {
  const targets = groupBy(servers, ({ target }) => targetKey(target));
  const tables = [...targets].flatMap(([key, own]) => [
    key,
    ...tableText([headings, ...own.map(rowOf)], [3]).map((line) => `  ${line}`),
    '',
  ]);
  const findings = [
    ...servers.flatMap((server) => server.findings),
    ...ofWaves.map((finding) => ({ ...finding, message: `wave ${finding.waveId}: ${finding.message}` })),
  ].map(({ level, name, message }) => [`  ${level}`, name, message]);
  return [
    ...tables,
    ...(findings.length === 0 ? [] : [...tableText(findings), '']),
    ...(faults.length === 0 ? [] : ['faults', ...faults.map((fault) => `  ${faultText(fault)}`), '']),
    `${servers.filter(isReady).length} of ${counted(servers.length, 'server')} can be launched. Times in UTC.`,
  ];
};

/** Shows the source servers of a place or of a plan as DRS has them now. The exit code is 0 only if there are some and all can be launched. */
export const servers = async (options: ServersOptions, console: Console): Promise<number> => {
  const { mode, plan: subject, planVersion, json = false } = options;
  const plan =
    subject === undefined
      ? undefined
      : await foundPlan(connect(options).store, subject, planVersion, options);
  if (typeof plan === 'string') {
    console.warn(plan);
    return exitCodes.invalid;
  }
  const { home, recovery } = await connectCheck(options);
  const now = await nowThere(options);
  const question = {
    ...{ mode, allowDrillOverRecovery: false },
    ...(plan?.rpoMinutes !== undefined && { rpoMinutes: plan.rpoMinutes }),
  };
  const inventory = await readInventory({ recovery, home, clock: { now: () => now } }, plan, question);
  console.print(json ? JSON.stringify(inventory) : text(inventory).join('\n'));
  return inventory.faults.length === 0 && isReady(inventory) && inventory.servers.every(isReady)
    ? exitCodes.done
    : exitCodes.failed;
};
