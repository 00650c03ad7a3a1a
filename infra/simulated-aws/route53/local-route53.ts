import type { LocalClock } from '../clock.ts';
import { credentialScopeOf } from '../gateway/credential-scope.ts';
import type { Random } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { childrenOf, readXml, textOf, type XmlElement } from '../protocols/read-xml.ts';
import { createRestXmlService, xmlAnswer, type Route } from '../protocols/rest-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element, type Xml } from '../protocols/xml.ts';
import { accountOf } from '../sts/access-key.ts';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import {
  fullName,
  inOrder,
  isSame,
  keyOf,
  recordSetIn,
  recordSetSchema,
  renderRecordSet,
  type RecordSet,
} from './record-set.ts';
import type { Route53Scenario } from './scenario.ts';

export type Route53Record =
  | { readonly kind: 'set'; readonly zone: string; readonly set: RecordSet }
  | { readonly kind: 'gone'; readonly zone: string; readonly set: RecordSet }
  | { readonly kind: 'change'; readonly id: string; readonly submittedAt: number; readonly inSyncAt: number };

export interface LocalRoute53Options {
  readonly clock: LocalClock;
  readonly random: Random;
  readonly journal: Journal<Route53Record>;
  /** The account of callers who have assumed no role, and of zones that name none. */
  readonly account: string;
  readonly scenario: Route53Scenario;
}

export const route53Namespace = 'https://route53.amazonaws.com/doc/2013-04-01/';

type Zone = Route53Scenario['zones'][number] & { readonly sets: Map<string, RecordSet> };

type SubmittedChange = Extract<Route53Record, { kind: 'change' }>;
type Run = (parts: Readonly<Record<string, string>>, request: WireRequest) => WireResponse;

const createStore = ({ journal, scenario }: LocalRoute53Options) => {
  const zones = new Map(
    scenario.zones.map((zone): [string, Zone] => [
      zone.id,
      { ...zone, sets: new Map(zone.records.map((set) => [keyOf(set), set])) },
    ]),
  );
  const changes = new Map<string, Extract<Route53Record, { kind: 'change' }>>();
  const apply = (record: Route53Record): void => {
    if (record.kind === 'change') changes.set(record.id, record);
    else if (record.kind === 'set') zones.get(record.zone)?.sets.set(keyOf(record.set), record.set);
    else zones.get(record.zone)?.sets.delete(keyOf(record.set));
  };
  journal.records.forEach(apply);
  return {
    zones,
    changes,
    write: (record: Route53Record): void => {
      journal.append(record);
      apply(record);
    },
  };
};

type Store = ReturnType<typeof createStore>;

const actions = ['CREATE', 'DELETE', 'UPSERT'] as const;
interface Change {
  readonly action: (typeof actions)[number];
  readonly set: RecordSet;
}

const invalidInput = (message: string): ServiceError => new ServiceError('InvalidInput', message);

const changeIn = (tree: XmlElement): Change => {
  const action = actions.find((each) => each === textOf(tree, 'Action'));
  const set = recordSetSchema.safeParse(recordSetIn(childrenOf(tree, 'ResourceRecordSet')[0]));
  if (action === undefined) throw invalidInput(`Invalid action ${textOf(tree, 'Action') ?? ''}`);
  if (!set.success)
    throw invalidInput(
      `Invalid resource record set: ${set.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  return { action, set: set.data };
};

const changesIn = (body: string): readonly Change[] => {
  const [batch] = childrenOf(readXml(body), 'ChangeBatch');
  const found = childrenOf(childrenOf(batch, 'Changes')[0], 'Change').map(changeIn);
  if (found.length === 0) throw invalidInput('The change batch has no changes.');
  if (found.length > 1_000) throw invalidInput('A change batch has at most 1000 changes.');
  return found;
};

const valueForm: Partial<Record<RecordSet['type'], RegExp>> = {
  A: /^(?:\d{1,3}\.){3}\d{1,3}$/,
  AAAA: /^[\da-f:.]+$/i,
  CNAME: /^[\w.-]+$/,
};

/** Why a zone does not take a record, in the words of Route 53. */
const whyNot = (
  { name: zoneName }: Zone,
  sets: ReadonlyMap<string, RecordSet>,
  { action, set }: Change,
): string | undefined => {
  const { name, type, values = [] } = set;
  const what = `[name='${fullName(name)}', type='${type}']`;
  const known = sets.get(keyOf(set));
  if (!`.${fullName(name)}`.endsWith(`.${fullName(zoneName)}`))
    return `RRSet with DNS name ${fullName(name)} is not permitted in zone ${fullName(zoneName)}`;
  if (action === 'DELETE') {
    if (known === undefined) return `Tried to delete resource record set ${what} but it was not found`;
    return isSame(known, set)
      ? undefined
      : `Tried to delete resource record set ${what} but the values provided do not match the current values`;
  }
  if (action === 'CREATE' && known !== undefined)
    return `Tried to create resource record set ${what} but it already exists`;
  if ((set.alias === undefined) === (set.ttl === undefined || values.length === 0))
    return `Invalid request: expected exactly one of AliasTarget, or TTL and ResourceRecords, in ${what}`;
  const wrong = values.find((value) => valueForm[type]?.test(value) === false);
  if (wrong !== undefined) return `Invalid Resource Record: '${wrong}' is not a valid value of type ${type}`;
  if (type === 'CNAME' && values.length > 1) return `${what}: a CNAME has one value`;
  const others = [...sets.values()].filter(
    (each) => fullName(each.name) === fullName(name) && keyOf(each) !== keyOf(set),
  );
  const isTaken =
    type === 'CNAME'
      ? others.some((each) => each.type !== 'CNAME')
      : others.some((each) => each.type === 'CNAME');
  if (isTaken)
    return `RRSet of type ${type} with DNS name ${fullName(name)} is not permitted because a conflicting RRSet with the same DNS name already exists`;
  const isMixed = others.some(
    (each) => each.type === type && (each.setIdentifier === undefined) !== (set.setIdentifier === undefined),
  );
  return isMixed ? `${what}: simple and weighted records of one name and type exclude each other` : undefined;
};

/** Makes all changes of a batch, or none. */
const changed = (zone: Zone, changes: readonly Change[]): ReadonlyMap<string, RecordSet> => {
  const sets = new Map(zone.sets);
  const whys: string[] = [];
  for (const change of changes) {
    const why = whyNot(zone, sets, change);
    if (why !== undefined) whys.push(why);
    else if (change.action === 'DELETE') sets.delete(keyOf(change.set));
    else sets.set(keyOf(change.set), change.set);
  }
  if (whys.length > 0) throw new ServiceError('InvalidChangeBatch', `[${whys.join(', ')}]`);
  return sets;
};

const pageMax = 300;

const operationNames = [
  ...['ListHostedZones', 'GetHostedZone', 'ListResourceRecordSets'],
  ...['ChangeResourceRecordSets', 'GetChange'],
];

/** The zones that a caller may see, each by its id. */
const createZones = (account: string, zones: ReadonlyMap<string, Zone>) => {
  const callerOf = (request: WireRequest): string =>
    accountOf(credentialScopeOf(request, 'us-east-1')?.accessKeyId ?? '') ?? account;
  const isOwn = (zone: Zone, request: WireRequest): boolean =>
    (zone.account ?? account) === callerOf(request);
  return {
    ownOf: (request: WireRequest): readonly Zone[] =>
      [...zones.values()].filter((zone) => isOwn(zone, request)),
    zoneFor: (id: string, request: WireRequest): Zone => {
      const zone = zones.get(id);
      if (zone === undefined)
        throw new ServiceError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
      if (!isOwn(zone, request))
        throw new ServiceError(
          'AccessDenied',
          `User is not authorized to access this resource: hostedzone/${id}`,
          403,
        );
      return zone;
    },
  };
};
type Zones = ReturnType<typeof createZones>;

const zoneXml = ({ id, name, sets }: Zone): Xml =>
  element('HostedZone', [
    element('Id', `/hostedzone/${id}`),
    element('Name', fullName(name)),
    element('CallerReference', `scenario-${id}`),
    element('Config', [element('PrivateZone', false)]),
    element('ResourceRecordSetCount', sets.size),
  ]);

/** The records of a zone from a name, type and identifier on. */
const recordsFrom = (zone: Zone, { name, type, identifier }: WireRequest['query']): readonly RecordSet[] => {
  const all = [...zone.sets.values()].sort(inOrder);
  if (name === undefined) return all;
  const from = { name, type: (type ?? '') as RecordSet['type'], setIdentifier: identifier };
  return all.filter((set) => keyOf(set) === keyOf(from) || inOrder(from, set) < 0);
};

const list =
  ({ zoneFor }: Zones): Run =>
  ({ zone: id = '' }, request) => {
    const found = recordsFrom(zoneFor(id, request), request.query);
    const max = Math.min(pageMax, Number(request.query['maxitems'] ?? pageMax));
    const next = found[max];
    return xmlAnswer('ListResourceRecordSetsResponse', route53Namespace, [
      element('ResourceRecordSets', found.slice(0, max).map(renderRecordSet)),
      element('IsTruncated', next !== undefined),
      element('NextRecordName', next && fullName(next.name)),
      element('NextRecordType', next?.type),
      element('NextRecordIdentifier', next?.setIdentifier),
      element('MaxItems', max),
    ]);
  };

const changeInfo = ({ id, submittedAt, inSyncAt }: SubmittedChange, now: number): Xml =>
  element('ChangeInfo', [
    element('Id', `/change/${id}`),
    element('Status', now >= inSyncAt ? 'INSYNC' : 'PENDING'),
    element('SubmittedAt', new Date(submittedAt).toISOString()),
  ]);

const change =
  ({ clock, random, scenario }: LocalRoute53Options, { zoneFor }: Zones, { changes, write }: Store): Run =>
  ({ zone: id = '' }, request) => {
    const zone = zoneFor(id, request);
    const wanted = changesIn(request.body);
    if (random() < scenario.busyProbability)
      throw new ServiceError(
        'PriorRequestNotComplete',
        'The request was rejected because Route 53 was still processing a prior request.',
      );
    const after = changed(zone, wanted);
    const before = new Map(zone.sets);
    for (const [key, set] of before) if (!after.has(key)) write({ kind: 'gone', zone: id, set });
    for (const [key, set] of after) if (before.get(key) !== set) write({ kind: 'set', zone: id, set });
    const submittedAt = clock.now();
    const made: SubmittedChange = {
      ...{ kind: 'change', id: `C${String(changes.size + 1).padStart(20, '0')}`, submittedAt },
      inSyncAt: submittedAt + scenario.inSyncSeconds * 1_000,
    };
    write(made);
    return xmlAnswer('ChangeResourceRecordSetsResponse', route53Namespace, [changeInfo(made, submittedAt)]);
  };

const getChange =
  ({ clock }: LocalRoute53Options, { changes }: Store): Run =>
  ({ id = '' }) => {
    const known = changes.get(id);
    if (known === undefined)
      throw new ServiceError('NoSuchChange', `Could not find resource with ID: ${id}`, 404);
    return xmlAnswer('GetChangeResponse', route53Namespace, [changeInfo(known, clock.now())]);
  };

/** Route 53 2013-04-01: hosted zones of the scenario, their records, and changes that take a while to be INSYNC. */
export const createLocalRoute53 = (options: LocalRoute53Options): { readonly service: LocalService } => {
  const store = createStore(options);
  const zones = createZones(options.account, store.zones);
  const at = (method: string, path: string, run: Run): Route => ({
    method,
    path: new RegExp(`^/2013-04-01/${path}$`),
    run: (parts, request) => run(parts, request),
  });
  const records = 'hostedzone/(?<zone>[^/]+)/rrset/?';
  return {
    service: createRestXmlService(
      'route53',
      route53Namespace,
      [
        at('GET', records, list(zones)),
        at('POST', records, change(options, zones, store)),
        at('GET', 'hostedzone/(?<zone>[^/]+)', ({ zone = '' }, request) =>
          xmlAnswer('GetHostedZoneResponse', route53Namespace, [zoneXml(zones.zoneFor(zone, request))]),
        ),
        at('GET', 'hostedzone/?', (_, request) =>
          xmlAnswer('ListHostedZonesResponse', route53Namespace, [
            element('HostedZones', zones.ownOf(request).map(zoneXml)),
            element('IsTruncated', false),
            element('MaxItems', 100),
          ]),
        ),
        at('GET', 'change/(?<id>[^/]+)', getChange(options, store)),
      ],
      operationNames,
    ),
  };
};
