import { ServiceError } from '../protocols/service-error.ts';
import type { Place } from './notification.ts';
import type { StoredParameter } from './store.ts';

export type ParameterVersion = Pick<StoredParameter, 'value' | 'version' | 'modifiedAt'>;

/** All versions that are kept, oldest first. */
export const versionsOf = ({ earlier = [], ...newest }: StoredParameter): readonly ParameterVersion[] => [
  ...earlier,
  { value: newest.value, version: newest.version, modifiedAt: newest.modifiedAt },
];

export const parameterArn = ({ account, region }: Place, name: string): string =>
  `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? name : `/${name}`}`;

/** What a request names: a parameter, and one of its versions by number or label. */
interface Reference {
  /** A name of one part is the same in an ARN with a slash before it and without. */
  readonly names: readonly string[];
  readonly selector?: string;
}

const referenceOf = (place: Place, text: string): Reference => {
  const own = parameterArn(place, '/').slice(0, -1);
  const isArn = text.startsWith('arn:');
  // The ARN of another account or Region names nothing here.
  if (isArn && !text.startsWith(`${own}/`)) return { names: [] };
  const [name = '', selector] = (isArn ? text.slice(own.length) : text).split(':');
  return {
    names: isArn ? [name.slice(1), name] : [name],
    ...(selector !== undefined && { selector }),
  };
};

const versionNamed = (parameter: StoredParameter, selector: string): ParameterVersion => {
  const number = /^\d+$/.test(selector) ? Number(selector) : parameter.labels?.[selector];
  const found = versionsOf(parameter).find(({ version }) => version === number);
  if (found !== undefined) return found;
  throw new ServiceError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${selector} of ${parameter.name}. Verify the version and try again.`,
  );
};

export interface FoundParameter {
  readonly parameter: StoredParameter;
  readonly version: ParameterVersion;
  readonly selector?: string;
}

/** The newest version of a parameter, or the one that a selector names. */
export const atVersion = (parameter: StoredParameter, selector: string | undefined): FoundParameter =>
  selector === undefined
    ? { parameter, version: parameter }
    : { parameter, version: versionNamed(parameter, selector), selector };

/** Finds a parameter by `name`, `name:3`, `name:label` or its ARN with or without these; throws what AWS answers. */
export const findParameter = (
  parameters: ReadonlyMap<string, StoredParameter>,
  place: Place,
  text: string,
): FoundParameter => {
  const { names, selector } = referenceOf(place, text);
  const [parameter] = names.flatMap((name) => parameters.get(name) ?? []);
  if (parameter === undefined) throw new ServiceError('ParameterNotFound', `Parameter ${text} not found.`);
  return atVersion(parameter, selector);
};

/** A secure value read without decryption is a ciphertext of no use; here it is merely not the value. */
const shownValue = ({ parameter, version }: FoundParameter, isDecrypted: boolean): string =>
  parameter.type !== 'SecureString' || isDecrypted
    ? version.value
    : Buffer.from(`sealed:${parameter.name}:${version.version}`).toString('base64');

/** The Parameter shape of the API. */
export const renderParameter = (place: Place, found: FoundParameter, isDecrypted: boolean) => ({
  Name: found.parameter.name,
  Type: found.parameter.type,
  Value: shownValue(found, isDecrypted),
  Version: found.version.version,
  ...(found.selector !== undefined && { Selector: `:${found.selector}` }),
  LastModifiedDate: found.version.modifiedAt / 1000,
  ARN: parameterArn(place, found.parameter.name),
  DataType: 'text',
});
