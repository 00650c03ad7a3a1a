import * as z from 'zod';
import { type XmlElement, childrenOf, textOf } from '../protocols/read-xml.ts';
import { element, type Xml } from '../protocols/xml.ts';

/** Route 53: ResourceRecordSet, simple or weighted, with values or an alias. */
export const recordSetSchema = z.strictObject({
  name: z.string().min(1).max(1_024).describe('Name; a dot at its end is added.'),
  type: z.enum(['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'SOA', 'SRV', 'TXT']).describe('Type'),
  setIdentifier: z.string().min(1).max(128).optional().describe('SetIdentifier, of a weighted record.'),
  weight: z.number().int().min(0).max(255).optional().describe('Weight, of a weighted record.'),
  healthCheckId: z.string().max(64).optional().describe('HealthCheckId; no health check is simulated.'),
  ttl: z.number().int().min(0).max(2_147_483_647).optional().describe('TTL, of a record with values.'),
  values: z.array(z.string().min(1).max(4_000)).max(400).optional().describe('Value of each ResourceRecord.'),
  alias: z
    .strictObject({
      hostedZoneId: z.string().describe('HostedZoneId'),
      dnsName: z.string().describe('DNSName'),
      evaluateTargetHealth: z.boolean().default(false).describe('EvaluateTargetHealth'),
    })
    .optional()
    .describe('AliasTarget, instead of ttl and values.'),
});
export type RecordSet = z.output<typeof recordSetSchema>;

/** Route 53 keeps names in lower case, with a dot at their end. */
export const fullName = (name: string): string => `${name.toLowerCase().replace(/\.$/, '')}.`;

/** What is one record: there may be several of a name and type where each has an identifier. */
export const keyOf = ({
  name,
  type,
  setIdentifier = '',
}: Pick<RecordSet, 'name' | 'type' | 'setIdentifier'>): string =>
  `${fullName(name)} ${type} ${setIdentifier}`;

/** ListResourceRecordSets sorts by the labels of names from the right, then by type. */
export const inOrder = (one: RecordSet, other: RecordSet): number => {
  const labels = ({ name }: RecordSet): string => fullName(name).split('.').reverse().join('.');
  const [a, b] = [one, other].map((each) => `${labels(each)} ${each.type} ${each.setIdentifier ?? ''}`);
  return (a ?? '') < (b ?? '') ? -1 : 1;
};

const contentOf = ({ ttl, values = [], alias, weight, healthCheckId }: RecordSet): string =>
  JSON.stringify([
    ...(alias === undefined
      ? [ttl, values.toSorted()]
      : [alias.hostedZoneId, fullName(alias.dnsName), alias.evaluateTargetHealth]),
    ...[weight, healthCheckId],
  ]);

/** DELETE names all that a record has. */
export const isSame = (one: RecordSet, other: RecordSet): boolean => contentOf(one) === contentOf(other);

const numberOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text);

/** What a request says of a record, still to be checked against the schema. */
export const recordSetIn = (tree: XmlElement | undefined): unknown => {
  const [alias] = childrenOf(tree, 'AliasTarget');
  const [records] = childrenOf(tree, 'ResourceRecords');
  return {
    name: textOf(tree, 'Name'),
    type: textOf(tree, 'Type'),
    setIdentifier: textOf(tree, 'SetIdentifier'),
    weight: numberOf(textOf(tree, 'Weight')),
    healthCheckId: textOf(tree, 'HealthCheckId'),
    ttl: numberOf(textOf(tree, 'TTL')),
    values: records && childrenOf(records, 'ResourceRecord').map((each) => textOf(each, 'Value')),
    alias: alias && {
      hostedZoneId: textOf(alias, 'HostedZoneId'),
      dnsName: textOf(alias, 'DNSName'),
      evaluateTargetHealth: textOf(alias, 'EvaluateTargetHealth') === 'true',
    },
  };
};

export const renderRecordSet = (set: RecordSet): Xml =>
  element('ResourceRecordSet', [
    element('Name', fullName(set.name).replaceAll('*', '\\052')),
    element('Type', set.type),
    element('SetIdentifier', set.setIdentifier),
    element('Weight', set.weight),
    element('TTL', set.ttl),
    element(
      'ResourceRecords',
      set.values?.map((value) => element('ResourceRecord', [element('Value', value)])),
    ),
    element(
      'AliasTarget',
      set.alias && [
        element('HostedZoneId', set.alias.hostedZoneId),
        element('DNSName', fullName(set.alias.dnsName)),
        element('EvaluateTargetHealth', set.alias.evaluateTargetHealth),
      ],
    ),
    element('HealthCheckId', set.healthCheckId),
  ]);
