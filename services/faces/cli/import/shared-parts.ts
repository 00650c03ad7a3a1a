import { sourceServerIdSchema } from '../../../../contracts/identifiers.ts';
import type { Target } from '../../../../contracts/plan.ts';
import type { ImportContext } from './context.ts';
import type { ActionDraft, ServerDraft, ServersDraft } from './draft.ts';
import { type Hosts, hostsLike, hostsNamed, shownHost } from './hosts.ts';
import { type ChosenServers, leaveOut } from './import-map.ts';
import type { Ledger } from './ledger.ts';
import type { Source } from './source.ts';

const minutesMost = 10_080;

/** A time-out in whole minutes, which is all that a plan knows: rounded up, a week at most. */
export const timeoutOf = (seconds: number | undefined, from: string, ledger: Ledger): number | undefined => {
  if (seconds === undefined) return undefined;
  if (seconds <= 0) return void ledger.fault(from, `is ${seconds}`, 'seconds above 0');
  const minutes = Math.min(minutesMost, Math.max(1, Math.ceil(seconds / 60)));
  if (minutes * 60 !== seconds) ledger.changed(from, `${seconds} s become a time-out of ${minutes} min`);
  return minutes;
};

const waitMost = 1_440;

/** A wait of so many seconds, in tenths of a minute and rounded up; none for none. */
export const waitOf = (seconds: number | undefined, from: string, ledger: Ledger): readonly ActionDraft[] => {
  if (seconds === undefined || seconds === 0) return [];
  if (seconds < 0 || seconds > waitMost * 60)
    return (ledger.fault(from, `is ${seconds}`, `seconds from 0 to ${waitMost * 60}`), []);
  const minutes = Math.ceil(seconds / 6) / 10;
  if (Math.abs(minutes * 60 - seconds) > 0.001)
    ledger.changed(from, `${seconds} s become a wait of ${minutes} min`);
  return [{ from, name: 'wait', action: { kind: 'wait', minutes } }];
};

const secondsIn = { seconds: 1, minutes: 60, hours: 3_600 } as const;
const unitOf: Readonly<Record<string, keyof typeof secondsIn>> = { s: 'seconds', m: 'minutes', h: 'hours' };

/** An RTO or RPO such as `30m`, or a bare number in the unit that the map gives, in whole minutes. */
export const objectiveOf = (
  source: Source | undefined,
  which: 'rto' | 'rpo',
  { ledger, map }: ImportContext,
): number | undefined => {
  if (source === undefined) return undefined;
  const said = String(source.take()).trim();
  if (said === '') return undefined;
  const [, digits = '', letter = ''] = /^(\d+(?:\.\d+)?)\s*([smh]?)/i.exec(said) ?? [];
  if (digits === '' || !/^\d+(?:\.\d+)?\s*(?:[smh]|sec|min|hours?|seconds?|minutes?)?$/i.test(said))
    return void ledger.fault(source.path, `${JSON.stringify(said)} is no duration`, 'such as 30m or 1h');
  const unit = letter === '' ? map.map.units[which] : unitOf[letter.toLowerCase()];
  if (unit === undefined)
    return void ledger.fault(
      source.path,
      `${said} has no unit`,
      `units: { ${which}: seconds }, or minutes or hours, in the file of --map`,
    );
  const seconds = Number(digits) * secondsIn[unit];
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 1 || minutes > minutesMost)
    return void ledger.fault(source.path, `is ${said} in ${unit}`, `1 to ${minutesMost} minutes`);
  if (minutes * 60 !== seconds) ledger.changed(source.path, `${said} in ${unit} become ${minutes} min`);
  return minutes;
};

const descriptionMax = 1_000;

export const descriptionOf = (source: Source, ledger: Ledger, ...names: readonly string[]) => {
  const text = source.text(...names);
  if (text !== undefined && text.length > descriptionMax)
    ledger.changed(source.field(...names)?.path ?? source.path, `cut to ${descriptionMax} characters`);
  return text;
};

/** The place that the map gives, for files that name none; undefined: where Groundswell is deployed. */
export const targetOfMap = ({ map: { map }, ledger }: ImportContext, from: string): Target | undefined => {
  const { account, region, role, externalId } = map;
  if (account === undefined && region === undefined) {
    ledger.decide(
      from,
      'names no account and Region: recovers where Groundswell is deployed, unless --map names them',
    );
    return undefined;
  }
  if (account === undefined || region === undefined) {
    const missing = account === undefined ? 'account' : 'region';
    ledger.fault(
      from,
      `--map names the ${account === undefined ? 'region' : 'account'} alone`,
      `${missing} beside it`,
    );
    return undefined;
  }
  return {
    account,
    region,
    ...(role !== undefined && { role }),
    ...(externalId !== undefined && { externalId }),
  };
};

/** An account and Region that the file names, with the role of the map. */
export const targetAt = (account: string, region: string, { map: { map } }: ImportContext): Target => {
  const { role, externalId } = map;
  const isOwn = role?.split(':')[4] === account;
  return {
    ...{ account, region },
    ...(isOwn && { role }),
    ...(isOwn && externalId !== undefined && { externalId }),
  };
};

/** The one source server whose machine has this name; a fault, with those that may be meant, if it is not one. */
const lookedUp = (name: string, from: string, hosts: Hosts, ledger: Ledger): string | undefined => {
  const [found, ...others] = hostsNamed(hosts, name);
  const quoted = JSON.stringify(name);
  if (found !== undefined && others.length === 0) {
    ledger.changed(
      from,
      `${quoted} becomes ${found.sourceServerId}, whose host name it is in ${hosts.place}`,
    );
    return found.sourceServerId;
  }
  const inMap = `servers: { ${quoted}: s-… } in the file of --map`;
  if (found !== undefined) {
    const all = [found, ...others].map(shownHost).join(', ');
    ledger.fault(
      from,
      `${quoted} is the host name of several source servers in ${hosts.place}: ${all}`,
      inMap,
    );
    return undefined;
  }
  const like = hostsLike(hosts, name).map(shownHost).join(', ');
  const meant = like === '' ? '' : `; similar: ${like}`;
  ledger.fault(from, `no source server in ${hosts.place} has the host name ${quoted}${meant}`, inMap);
  return undefined;
};

/** A machine by the id of its DRS source server, by the name that the map leads from, or else by its host name. */
export const serverOf = (
  name: string,
  from: string,
  { map, ledger, hosts }: ImportContext,
  more: Partial<ServerDraft> = {},
): readonly ServerDraft[] => {
  const known = map.server(name) ?? (sourceServerIdSchema.safeParse(name).success ? name : undefined);
  if (known === undefined && hosts === undefined)
    ledger.fault(
      from,
      `${JSON.stringify(name)} is not the id of a DRS source server`,
      `servers: { ${JSON.stringify(name)}: s-… } in the file of --map, or --lookup, where it is a host name`,
    );
  const id = known ?? (hosts && lookedUp(name, from, hosts, ledger));
  return id === undefined ? [] : [{ from, sourceServerId: id, ...more }];
};

export const chosenOf = (chosen: ChosenServers, from: string): ServersDraft =>
  'servers' in chosen
    ? { from, ids: chosen.servers.map((sourceServerId) => ({ from, sourceServerId })) }
    : { from, ...chosen };

/** Servers by tag, with the minimum of the map, or 1, which somebody has to look at. */
export const taggedServers = (
  tags: Readonly<Record<string, string>>,
  waveName: string,
  from: string,
  { map, ledger }: ImportContext,
): ServersDraft => {
  const minimum = map.minimum(waveName);
  if (minimum === undefined)
    ledger.decide(
      from,
      `chooses by tag without saying how many: minimum 1, unless minimums: { ${JSON.stringify(waveName)}: … } in --map says more`,
    );
  return { from, tags, minimum: minimum ?? 1 };
};

/** The tags of an object of texts. */
export const tagsOf = (source: Source, ledger: Ledger): Readonly<Record<string, string>> =>
  Object.fromEntries(
    source.members().flatMap(([key, member]) => {
      const value = member.take();
      if (typeof value === 'string') return [[key, value] as const];
      ledger.fault(member.path, 'is no text', 'the value of a tag');
      return [];
    }),
  );

const foreignReferences: Readonly<Record<string, string>> = {
  '{{RecoveredInstanceIds}}': '${servers.instanceIds}',
};

const parameterOf = (text: string, from: string, ledger: Ledger): string => {
  const known = foreignReferences[text.replaceAll(/\s/g, '')];
  if (known !== undefined) {
    ledger.changed(from, `${text} becomes ${known}`);
    return known;
  }
  if (/\{\{.*?\}\}/.test(text))
    ledger.fault(
      from,
      `${text} holds a reference that has no counterpart`,
      Object.keys(foreignReferences).join(', '),
    );
  if (text.includes('${'))
    ledger.fault(from, `${text} would be read as a reference of Groundswell`, 'a value without ${');
  return text;
};

/** Parameters of a runbook, which are lists of texts; a single text becomes a list of one. */
export const parametersOf = (
  source: Source | undefined,
  ledger: Ledger,
): Readonly<Record<string, string[]>> =>
  Object.fromEntries(
    (source?.members() ?? []).map(([name, member]) => {
      if (typeof member.value === 'string') {
        ledger.changed(member.path, 'a single text becomes a list of one');
        return [name, [parameterOf(String(member.take()), member.path, ledger)]];
      }
      const values = member.items().flatMap((item) => {
        const value = item.take();
        if (typeof value === 'string') return [parameterOf(value, item.path, ledger)];
        ledger.fault(item.path, `is ${JSON.stringify(value)}`, 'a text');
        return [];
      });
      return [name, values];
    }),
  );

/** The SSM document for a runbook, script or function of another tool; undefined where the map leaves it out. */
export const documentFor = (
  names: readonly string[],
  what: string,
  from: string,
  { map, ledger }: ImportContext,
): string | undefined => {
  const document = map.document(...names);
  if (document === leaveOut) return void ledger.lacks(from, `${what}: left out, as --map says`);
  if (document !== undefined) {
    ledger.changed(from, `${what} becomes the SSM document ${document}, as --map says`);
    return document;
  }
  return void ledger.fault(
    from,
    `${what} is no SSM document`,
    `documents: { ${JSON.stringify(names[0])}: NAME } in the file of --map, or ${leaveOut}`,
  );
};
