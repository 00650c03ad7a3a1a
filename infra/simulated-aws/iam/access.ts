import type { ContextValues } from './request-context.ts';

/** The account and Region in which a call acts. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

/** One permission that a call asks for. */
export interface Access {
  /** As `sqs:SendMessage`. */
  readonly action: string;
  /** An ARN; `*` for an action that knows no resources. */
  readonly resource: string;
  readonly context?: ContextValues;
}

/** What a call says, as its protocol has it: JSON, or a form as a tree. */
export type Input = Readonly<Record<string, unknown>>;

/** What cannot be read from a call itself. */
export interface Facts {
  /** The name of the partition key of a table of DynamoDB, or of one of its indexes. */
  readonly partitionKey: (table: string, index?: string) => Promise<string | undefined>;
}

/** What an operation asks for; nothing for one that everybody may call. */
export type AccessOf = (
  input: Input,
  place: Place,
  facts: Facts,
) => readonly Access[] | Promise<readonly Access[]>;

/** Each operation of a service. */
export type ServiceAccess = Readonly<Record<string, AccessOf>>;

export const isRecord = (value: unknown): value is Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textIn = (input: unknown, name: string): string => {
  const value = isRecord(input) ? input[name] : undefined;
  return typeof value === 'string' ? value : '';
};

export const recordIn = (input: unknown, name: string): Input => {
  const value = isRecord(input) ? input[name] : undefined;
  return isRecord(value) ? value : {};
};

export const listIn = (input: unknown, name: string): readonly unknown[] => {
  const value = isRecord(input) ? input[name] : undefined;
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
};

export const textsIn = (input: unknown, name: string): readonly string[] =>
  listIn(input, name).filter((value) => typeof value === 'string');

/** The ARN as it stands, or that of a resource of this place. */
export const arnIn = (service: string, { region, account }: Place, resource: string): string =>
  resource.startsWith('arn:') ? resource : `arn:aws:${service}:${region}:${account}:${resource}`;

/** Condition keys of the tags that a request brings. */
export const requestTags = (tags: Input): ContextValues => ({
  ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, String(value)])),
  ...(Object.keys(tags).length > 0 && { 'aws:TagKeys': Object.keys(tags) }),
});

/** Operations that know no resources. */
export const onAll = (service: string, ...operations: readonly string[]): ServiceAccess =>
  Object.fromEntries(
    operations.map((name): readonly [string, AccessOf] => [
      name,
      () => [{ action: `${service}:${name}`, resource: '*' }],
    ]),
  );

/** Operations on one resource that the call names. */
export const onOne = (
  service: string,
  resourceOf: (input: Input, place: Place) => string,
  ...operations: readonly string[]
): ServiceAccess =>
  Object.fromEntries(
    operations.map((name): readonly [string, AccessOf] => [
      name,
      (input, place) => [{ action: `${service}:${name}`, resource: resourceOf(input, place) }],
    ]),
  );
