import * as z from 'zod';
import type { RecordContent, TrafficPoint, TrafficValue } from '../../../../contracts/traffic.ts';
import type { Change } from '../../../../contracts/traffic-order.ts';
import type { TrafficReading } from '../traffic-service.ts';
import type { Access, SignedCall, SignedRequest } from './signed-call.ts';
import { readXml, textAt, treesAt, type Tree } from './xml.ts';

type RecordPoint = Extract<TrafficPoint, { what: 'record' }>;

/** "Amazon Route 53 endpoints and quotas": one control plane for each partition, in one Region. */
const placeOf = (region: string): Pick<SignedRequest, 'region' | 'origin'> => {
  if (region.startsWith('cn-'))
    return { region: 'cn-northwest-1', origin: 'https://route53.amazonaws.com.cn' };
  if (region.startsWith('us-gov-'))
    return { region: 'us-gov-west-1', origin: 'https://route53.us-gov.amazonaws.com' };
  return { region: 'us-east-1', origin: 'https://route53.amazonaws.com' };
};

const namespace = 'https://route53.amazonaws.com/doc/2013-04-01/';

/** What a record set has beside its content where it is one of several under its name, or follows a health check. */
const unmovable = [
  'SetIdentifier',
  'HealthCheckId',
  'TrafficPolicyInstanceId',
  'MultiValueAnswer',
  'CidrRoutingConfig',
  'GeoLocation',
  'GeoProximityLocation',
] as const;

const bare = (name: string): string => name.toLowerCase().replace(/\.$/, '');

const contentOf = (set: Tree): RecordContent => {
  const [alias] = treesAt([set], 'AliasTarget');
  if (alias !== undefined)
    return {
      alias: {
        hostedZoneId: textAt(alias, 'HostedZoneId') ?? '',
        dnsName: bare(textAt(alias, 'DNSName') ?? ''),
        evaluateTargetHealth: textAt(alias, 'EvaluateTargetHealth') === 'true',
      },
    };
  const values = treesAt([set], 'ResourceRecords', 'ResourceRecord').map(
    (each) => textAt(each, 'Value') ?? '',
  );
  return { ttlSeconds: z.coerce.number().parse(textAt(set, 'TTL')), values };
};

/** So that what is put on record stays small. */
const valuesMax = 20;

const readingOf = (sets: readonly Tree[], { name, type }: RecordPoint): TrafficReading => {
  const here = sets.filter((set) => bare(textAt(set, 'Name') ?? '') === name);
  const own = here.filter((set) => textAt(set, 'Type') === type);
  const [only] = own;
  if (only === undefined) {
    const types = here.map((set) => textAt(set, 'Type') ?? '');
    const isTaken = type === 'CNAME' ? types.length > 0 : types.includes('CNAME');
    return isTaken
      ? { why: `${name} has a record of type ${types.join(', ')}, beside which there can be no ${type}` }
      : { value: 'no record' };
  }
  const marks = unmovable.filter((mark) => (only.get(mark) ?? []).length > 0);
  if (marks.length > 0)
    return {
      why: `${name} ${type} is not a simple record (${marks.join(', ')}): weighted, latency, failover, geolocation and multivalue records and those with health checks are moved by a runbook or a routing control`,
    };
  const content = contentOf(only);
  if ('values' in content && content.values.length > valuesMax)
    return {
      why: `${name} ${type} has ${content.values.length} values, more than the ${valuesMax} that are put on record`,
    };
  return { value: content };
};

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const tag = (name: string, content: string): string => `<${name}>${content}</${name}>`;
const text = (name: string, content: string | number | boolean): string =>
  tag(
    name,
    String(content).replace(/[&<>]/g, (sign) => escapes[sign] ?? sign),
  );

const contentXml = (content: RecordContent): string =>
  'alias' in content
    ? tag(
        'AliasTarget',
        text('HostedZoneId', content.alias.hostedZoneId) +
          text('DNSName', content.alias.dnsName) +
          text('EvaluateTargetHealth', content.alias.evaluateTargetHealth),
      )
    : text('TTL', content.ttlSeconds) +
      tag(
        'ResourceRecords',
        content.values.map((value) => tag('ResourceRecord', text('Value', value))).join(''),
      );

const changeXml = (action: 'DELETE' | 'CREATE', { name, type }: RecordPoint, value: TrafficValue): string =>
  typeof value === 'string'
    ? ''
    : tag(
        'Change',
        text('Action', action) +
          tag('ResourceRecordSet', text('Name', `${name}.`) + text('Type', type) + contentXml(value)),
      );

/**
 * What was there is deleted and what is to be is created in one change, which Route 53 makes as a whole or not at all:
 * it does not make it where anything else stands there by now.
 */
const batchOf = (changes: readonly Change[]): string =>
  changes
    .map(({ point, from, to }) =>
      point.what === 'record' ? changeXml('DELETE', point, from) + changeXml('CREATE', point, to) : '',
    )
    .join('');

/** ListResourceRecordSets: more than any name has that can be moved. */
const setsMax = 300;

export interface Route53Records {
  read(points: readonly TrafficPoint[], hostedZoneId: string): Promise<readonly TrafficReading[]>;
  /** The id of the change; undefined where nothing had to be changed. Throws the service's error. */
  change(hostedZoneId: string, changes: readonly Change[]): Promise<string | undefined>;
  isInSync(changeId: string): Promise<boolean>;
}

/** Route 53 2013-04-01, as much of it as leads traffic: signed calls instead of a client of 400 KB. */
export const createRoute53Records = (access: Access, call: SignedCall): Route53Records => {
  const request = (
    method: 'GET' | 'POST',
    path: string,
    rest: Partial<Pick<SignedRequest, 'query' | 'body'>> = {},
  ): Promise<string> =>
    call({
      ...access,
      ...placeOf(access.region),
      ...{ service: 'route53', method, path: `/2013-04-01/${path}`, body: '', ...rest },
      headers: method === 'GET' ? {} : { 'content-type': 'text/xml' },
    });

  const setsNamed = async (hostedZoneId: string, name: string): Promise<readonly Tree[]> => {
    const query = { name: `${name}.`, maxitems: String(setsMax) };
    const answer = readXml(await request('GET', `hostedzone/${hostedZoneId}/rrset`, { query }));
    return treesAt([answer], 'ListResourceRecordSetsResponse', 'ResourceRecordSets', 'ResourceRecordSet');
  };

  return {
    async read(points, hostedZoneId) {
      const readings: TrafficReading[] = [];
      for (const point of points)
        if (point.what === 'record')
          readings.push(readingOf(await setsNamed(hostedZoneId, point.name), point));
      return readings;
    },
    async change(hostedZoneId, changes) {
      const batch = batchOf(changes);
      if (batch === '') return undefined;
      const body = `<?xml version="1.0" encoding="UTF-8"?>\n<ChangeResourceRecordSetsRequest xmlns="${namespace}">${tag('ChangeBatch', text('Comment', 'Groundswell') + tag('Changes', batch))}</ChangeResourceRecordSetsRequest>`;
      const answer = readXml(await request('POST', `hostedzone/${hostedZoneId}/rrset/`, { body }));
      const [info] = treesAt([answer], 'ChangeResourceRecordSetsResponse', 'ChangeInfo');
      const id = textAt(info, 'Id')?.replace('/change/', '');
      if (id === undefined) throw new Error('Route 53 accepted a change and did not name it.');
      return id;
    },
    async isInSync(changeId) {
      const answer = readXml(await request('GET', `change/${changeId}`));
      const [info] = treesAt([answer], 'GetChangeResponse', 'ChangeInfo');
      return textAt(info, 'Status') === 'INSYNC';
    },
  };
};
