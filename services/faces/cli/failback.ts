import { faultText } from '../../../contracts/fault-text.ts';
import type { Target } from '../../../contracts/plan.ts';
import { visible } from '../../../contracts/visible-text.ts';
import { wayHomeStages } from '../../core/domain/failback/way-home.ts';
import { groupBy } from '../../core/kernel/group-by.ts';
import { readWaysHome, type HomewardServer, type WaysHome } from '../../core/readiness/ways-home.ts';
import { createExecutionReader, type ReadExecution } from '../../core/streams/read-execution.ts';
import { reachedTargets, recoveredServers } from '../../core/streams/recovered-servers.ts';
import { phaseOf } from '../../core/domain/failback/homeward-waves.ts';
import { homewardPlan } from './homeward-plan.ts';
import { homewardCommand, homewardHints } from './homeward-text.ts';
import { counted } from '../../core/view/words.ts';
import { timeText } from '../../core/view/time-text.ts';
import { connect, connectCheck, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { exitCodes } from './help.ts';
import { isKnownExecution, unknownExecution } from './named-execution.ts';

export interface FailbackOptions extends ConnectionOptions {
  /** Roles to assume in the accounts that servers came from, by ARN. */
  readonly homeRole?: readonly string[];
  readonly json?: boolean;
}

const gib = 1024 ** 3;

const progressText = ({ progress }: HomewardServer): string => {
  if (progress === undefined) return '–';
  const { doneBytes, totalBytes, etaAt } = progress;
  const share = `${(doneBytes / gib).toFixed(1)} of ${(totalBytes / gib).toFixed(1)} GiB`;
  return etaAt === undefined ? share : `${share}, in sync about ${timeText(etaAt)}`;
};

const placeText = (target: Target | undefined): string =>
  target === undefined ? 'unknown' : `${target.account}/${target.region}`;

const stageText = ({ stage, isDrill }: HomewardServer): string => (isDrill ? `${stage} (drill)` : stage);

const headings = ['server', 'wave', 'stage', 'copied', 'machine away', 'reversed server', 'machine at home'];

const rowOf = (server: HomewardServer): readonly string[] => [
  ...[server.name, server.waveId, stageText(server), progressText(server)],
  ...[server.machineAway, server.reversedId ?? '–', server.machineAtHome ?? '–'],
];

const tables = (servers: readonly HomewardServer[]): readonly string[] =>
  [...groupBy(servers, ({ away, home }) => `${placeText(away)} → ${placeText(home)}`)].flatMap(
    ([way, own]) => [way, ...tableText([headings, ...own.map(rowOf)]).map((line) => `  ${line}`), ''],
  );

const obstacleLines = (servers: readonly HomewardServer[]): readonly string[] => {
  const rows = servers.flatMap(({ name, obstacles }) =>
    obstacles.map(({ level, message }) => [`  ${level}`, name, message]),
  );
  return rows.length === 0 ? [] : ['in the way', ...tableText(rows), ''];
};

/** The calls that come next, by what they do, each with what people see to before. */
const nextLines = (servers: readonly HomewardServer[]): readonly string[] => {
  const due = servers.flatMap(({ next, away, home }) => {
    const place = next?.where === 'home' ? home : away;
    return next === undefined || place === undefined ? [] : [{ next, region: place.region }];
  });
  const groups = [...groupBy(due, ({ next }) => `${next.operation} ${next.where}`).values()];
  return groups.flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    return [
      `next for ${counted(own.length, 'server')}: ${homewardHints(first.next)}`,
      ...own.map(({ next, region }) => `  ${homewardCommand(next, region)}`),
      '',
    ];
  });
};

const countsText = (servers: readonly HomewardServer[]): string =>
  [...wayHomeStages, 'UNCLEAR' as const]
    .flatMap((stage) => {
      const count = servers.filter((server) => server.stage === stage).length;
      return count === 0 ? [] : [`${count} ${stage}`];
    })
    .join(', ');

const text = ({ servers, faults }: WaysHome): readonly string[] => [
  ...tables(servers),
  ...obstacleLines(servers),
  ...(faults.length === 0 ? [] : ['faults', ...faults.map((fault) => `  ${visible(faultText(fault))}`), '']),
  ...nextLines(servers),
  servers.length === 0
    ? 'Nothing could be looked at.'
    : `${counted(servers.length, 'server')}: ${countsText(servers)}. Times in UTC.`,
];

/** Why an execution has no way home; undefined where it has one. */
const whyNone = ({ state }: ReadExecution): string | undefined => {
  if (state.mode === 'DRILL' && state.direction === undefined)
    return 'it is a drill, and only what a real recovery launched comes home';
  return state.frozenHash === '' ? `it is ${state.status}, and has recovered nothing` : undefined;
};

/** A role is for the account that its ARN names; those that the execution used come first. */
const rolesOf = (execution: ReadExecution, roles: readonly string[]) => {
  const given = roles.map((role) => [role.split(':')[4] ?? '', { role }] as const);
  const used = reachedTargets(execution).map(
    ({ account, role, externalId }) =>
      [
        account,
        { ...(role !== undefined && { role }), ...(externalId !== undefined && { externalId }) },
      ] as const,
  );
  const known = new Map<string, Pick<Target, 'role' | 'externalId'>>([...used, ...given]);
  return (account: string): Pick<Target, 'role' | 'externalId'> => known.get(account) ?? {};
};

/** An execution that has a way home, with what it recovered; undefined after saying why there is none. */
const homewardExecution = async (executionId: string, options: FailbackOptions, console: Console) => {
  const { store } = connect(options);
  if (!(await isKnownExecution(store, executionId))) {
    console.warn(await unknownExecution(store, executionId, options));
    return undefined;
  }
  const execution = await createExecutionReader(store)(executionId);
  const recovered = recoveredServers(execution);
  const none = whyNone(execution) ?? (recovered.length === 0 ? 'it has recovered nothing' : undefined);
  if (none === undefined) return { execution, recovered };
  console.warn(`${executionId} has no way home: ${none}.`);
  return undefined;
};

export interface FailbackPlanOptions extends FailbackOptions {
  readonly order: 'reversed' | 'same';
  readonly planId?: string;
}

/**
 * Prints a plan that brings home what a real recovery has launched, as its own records and DRS say where that came from.
 * Changes nothing. The exit code is 1 where DRS does not say it of all servers.
 */
export const failbackPlan = async (
  executionId: string,
  options: FailbackPlanOptions,
  console: Console,
): Promise<number> => {
  const found = await homewardExecution(executionId, options, console);
  if (found === undefined) return exitCodes.invalid;
  const { execution, recovered } = found;
  const { homeward, recovery, home: own } = await connectCheck(options);
  const now = await nowThere(options);
  const roleIn = rolesOf(execution, options.homeRole ?? []);
  const ways = await readWaysHome({ homeward, recovery, roleIn, clock: { now: () => now } }, recovered);
  const homes = new Map(
    ways.servers.flatMap(({ sourceServerId, home }) => (home ? [[sourceServerId, home]] : [])),
  );
  const homeless = recovered.filter(({ sourceServerId }) => !homes.has(sourceServerId));
  if (homeless.length > 0 || ways.faults.length > 0) {
    for (const fault of ways.faults) console.warn(visible(faultText(fault)));
    for (const { sourceServerId } of homeless)
      console.warn(
        `${sourceServerId} did not come from AWS, by what DRS says: no plan brings it home, but the failback client of DRS, which a person boots.`,
      );
    return exitCodes.failed;
  }
  const definitions = execution.waves.map(({ definition }) => definition);
  const waves = definitions.flatMap((definition) => {
    const servers = definition.servers.filter(({ sourceServerId }) => homes.has(sourceServerId));
    const [home] = servers.flatMap(({ sourceServerId }) => homes.get(sourceServerId) ?? []);
    return home === undefined || phaseOf(definition) !== undefined ? [] : [{ definition, servers, home }];
  });
  const planId = options.planId ?? `${execution.state.planId.slice(0, 59)}-home`;
  console.print(
    homewardPlan(waves, definitions, { planId, executionId, order: options.order, own }).trimEnd(),
  );
  return exitCodes.done;
};

/**
 * Shows where the servers of a real recovery are on their way home, what is in the way, and which call comes next. Asks
 * DRS and EC2 in both places, and changes nothing. The exit code is 1 where something is in the way, or cannot be read.
 */
export const failbackStatus = async (
  executionId: string,
  options: FailbackOptions,
  console: Console,
): Promise<number> => {
  const found = await homewardExecution(executionId, options, console);
  if (found === undefined) return exitCodes.invalid;
  const { execution, recovered } = found;
  const { homeward, recovery } = await connectCheck(options);
  const now = await nowThere(options);
  const roleIn = rolesOf(execution, options.homeRole ?? []);
  const ways = await readWaysHome({ homeward, recovery, roleIn, clock: { now: () => now } }, recovered);
  console.print(options.json === true ? JSON.stringify(ways) : text(ways).join('\n'));
  const isWell =
    ways.faults.length === 0 &&
    ways.servers.every(({ obstacles }) => obstacles.every(({ level }) => level !== 'error'));
  return isWell ? exitCodes.done : exitCodes.failed;
};
