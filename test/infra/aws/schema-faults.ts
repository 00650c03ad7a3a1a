import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { PropertyType, ResourceProperties } from '@aws-cdk/service-spec-types';
import type { DeployedResource } from './deployment.ts';

const database = loadAwsServiceSpecSync();

/** What CloudFormation's own schema says of a type of resource; undefined where it has none. */
export const schemaOf = (type: string) =>
  database.lookup('resource', 'cloudFormationType', 'equals', type).at(0);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is known only at deployment may be anything. */
const isUnknown = (value: unknown): boolean =>
  isObject(value) && Object.keys(value).length === 1 && /^(Ref|Fn::.*)$/.test(Object.keys(value)[0] ?? '');

const ofMembers = (
  path: string,
  value: Readonly<Record<string, unknown>>,
  properties: ResourceProperties,
): string[] => [
  ...Object.entries(properties)
    .filter(([name, { required }]) => required === true && value[name] === undefined)
    .map(([name]) => `${path}.${name} is missing`),
  ...Object.entries(value).flatMap(([name, member]) => {
    const property = properties[name];
    return property === undefined
      ? [`${path}.${name} is unknown`]
      : ofType(`${path}.${name}`, member, property.type);
  }),
];

type Primitive = 'string' | 'date-time' | 'number' | 'integer' | 'boolean';

/** What a template may hold for each: CloudFormation reads numbers and truth values from text. */
const primitives: Readonly<Record<Primitive, readonly string[]>> = {
  string: ['string', 'number', 'boolean'],
  'date-time': ['string'],
  number: ['number', 'string'],
  integer: ['number', 'string'],
  boolean: ['boolean', 'string'],
};

const ofType = (path: string, value: unknown, type: PropertyType): string[] => {
  if (isUnknown(value)) return [];
  switch (type.type) {
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((element, index) => ofType(`${path}[${index}]`, element, type.element))
        : [`${path} is no list`];
    case 'map':
      return isObject(value)
        ? Object.entries(value).flatMap(([name, element]) => ofType(`${path}.${name}`, element, type.element))
        : [`${path} is no map`];
    case 'union': {
      const each = type.types.map((one) => ofType(path, value, one));
      return each.some((faults) => faults.length === 0) ? [] : (each[0] ?? []);
    }
    case 'ref':
      return isObject(value)
        ? ofMembers(path, value, database.get('typeDefinition', type.reference).properties)
        : [`${path} is no object`];
    case 'json':
    case 'null':
    case 'tag':
      return [];
    case 'string':
    case 'date-time':
    case 'number':
    case 'integer':
    case 'boolean': {
      const allowed = primitives[type.type];
      return allowed.includes(typeof value) ? [] : [`${path} is a ${typeof value}, not a ${type.type}`];
    }
  }
};

/** Where a resource is other than its schema has it. */
export const schemaFaults = ({ Type, Properties, id }: DeployedResource): readonly string[] => {
  const schema = schemaOf(Type);
  if (schema === undefined) return [`${Type} has no schema`];
  return ofMembers(`${id} (${Type})`, Properties, schema.properties);
};
