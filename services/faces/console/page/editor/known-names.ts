import { memberOf } from '../../../../../contracts/schema-forms.ts';
import type { ServerPage } from '../../../../../contracts/servers-api.ts';
import { byText } from '../../../../core/kernel/by-text.ts';

export interface KnownName {
  readonly name: string;
  readonly detail: string;
  /** What people call it, where that is not what a plan does. */
  readonly also?: string;
}

/** Names of what is outside a plan, as far as this deployment knows them. */
export interface KnownNames {
  /** By the field of a plan in which they stand. */
  readonly byField: Readonly<Record<string, readonly KnownName[]>>;
  /** The values of each tag of servers, and of plans. */
  readonly tags: Readonly<Record<'servers' | 'plan', Readonly<Record<string, readonly string[]>>>>;
}

export const nothingKnown: KnownNames = { byField: {}, tags: { servers: {}, plan: {} } };

/** Fields that name what is outside the plan, and what each names. */
const outside: Readonly<Record<string, string>> = {
  ...{ document: 'runbook', function: 'function', task: 'task', alarms: 'alarm', calendars: 'calendar' },
  ...{ account: 'account', region: 'Region', role: 'role', assumeRole: 'role', approvers: 'approver' },
  ...{ hostedZoneId: 'hosted zone', drillsInto: 'instance' },
};

type Found = Map<string, Map<string, string>>;

const note = (found: Found, field: string, name: string, detail: string): void => {
  const known = found.get(field) ?? new Map<string, string>();
  found.set(field, known);
  if (!known.has(name)) known.set(name, detail);
};

const noteTags = (value: unknown, tags: Found): void => {
  if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) note(tags, key, String(each), key);
};

/** Every name of something outside that stands in a value, wherever it stands. */
const collect = (value: unknown, field: string, names: Found, tags: Found): void => {
  if (field === 'servers') noteTags(memberOf(value, 'tags'), tags);
  if (typeof value === 'string') {
    const what = outside[field];
    if (what !== undefined) note(names, field, value, what);
  } else if (Array.isArray(value)) value.forEach((each) => collect(each, field, names, tags));
  else if (typeof value === 'object' && value !== null)
    for (const [name, each] of Object.entries(value)) collect(each, name, names, tags);
};

const sorted = (known: ReadonlyMap<string, string>): readonly KnownName[] =>
  [...known].map(([name, detail]) => ({ name, detail })).sort((a, b) => byText(a.name, b.name));

const valuesOf = (tags: Found): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([...tags].map(([key, known]) => [key, sorted(known).map(({ name }) => name)]));

/** The names in stored plans, and the servers and places that DRS knows. */
export const knownNamesOf = (
  plans: readonly unknown[],
  page: Pick<ServerPage, 'servers' | 'places'>,
): KnownNames => {
  const names: Found = new Map();
  const ofServers: Found = new Map();
  const ofPlans: Found = new Map();
  for (const { account, region } of page.places) {
    note(names, 'account', account, 'account');
    note(names, 'region', region, 'Region');
  }
  for (const plan of plans) {
    collect(plan, '', names, ofServers);
    noteTags(memberOf(plan, 'tags'), ofPlans);
  }
  const servers = page.servers.map(({ sourceServerId, name }) => ({
    ...{ name: sourceServerId, detail: 'source server' },
    ...(name !== undefined && { also: name }),
  }));
  return {
    byField: {
      ...Object.fromEntries([...names].map(([field, known]) => [field, sorted(known)])),
      sourceServerId: servers,
    },
    tags: { servers: valuesOf(ofServers), plan: valuesOf(ofPlans) },
  };
};
