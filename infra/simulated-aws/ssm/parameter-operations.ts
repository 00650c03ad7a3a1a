import * as z from 'zod';
import { operation, type Operations } from '../protocols/operation.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { FindService } from './aws-api.ts';
import type { Place } from './notification.ts';
import { findParameter, type ParameterVersion, renderParameter, versionsOf } from './parameter.ts';
import { getParametersByPath } from './parameters-by-path.ts';
import { isSecretReference, secretParameter } from './secret-parameter.ts';
import type { SsmStore, StoredParameter } from './store.ts';

const name = z.string().min(1).max(2048);

const put = z.object({
  Name: name.regex(
    /^(\/[\w.-]+)+$|^[\w.-]+$/,
    'must be of letters, digits and .-_/, and begin with / if it has parts',
  ),
  Value: z.string().min(1),
  Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
  Overwrite: z.boolean().default(false),
});

const get = z.object({ Name: name, WithDecryption: z.boolean().default(false) });

const getAll = z.object({
  Names: z.array(name).min(1).max(10),
  WithDecryption: z.boolean().default(false),
});

/** Parameter Store keeps so many versions of a parameter; the oldest goes, unless a label is on it. */
const versionsMax = 100;

const earlierOf = (parameter: StoredParameter): readonly ParameterVersion[] => {
  const versions = versionsOf(parameter);
  const [oldest] = versions;
  if (versions.length < versionsMax || oldest === undefined) return versions;
  if (Object.values(parameter.labels ?? {}).includes(oldest.version))
    throw new ServiceError(
      'ParameterMaxVersionLimitExceeded',
      `The oldest version of ${parameter.name} cannot be deleted, since a label is on it.`,
    );
  return versions.slice(1);
};

const putParameter = (store: SsmStore, now: () => number) =>
  operation(put, ({ Name, Value, Type, Overwrite }) => {
    const before = store.parameters.get(Name);
    if (before !== undefined && !Overwrite)
      throw new ServiceError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite it, set Overwrite.',
      );
    const type = Type ?? before?.type;
    if (type === undefined)
      throw new ServiceError(
        'ValidationException',
        'A parameter type is required when you create a parameter.',
      );
    const version = (before?.version ?? 0) + 1;
    store.write({
      kind: 'parameter',
      parameter: {
        ...{ name: Name, type, value: Value, version, modifiedAt: now() },
        ...(before && { earlier: earlierOf(before), labels: before.labels ?? {} }),
      },
    });
    return { Version: version, Tier: 'Standard' };
  });

/** What is not there, in whichever version, is listed apart. */
const getParameters = (store: SsmStore, place: Place) =>
  operation(getAll, ({ Names, WithDecryption }) => {
    const looked = Names.map((text) => {
      try {
        return { text, found: findParameter(store.parameters, place, text) };
      } catch (error) {
        if (error instanceof ServiceError) return { text };
        throw error;
      }
    });
    return {
      Parameters: looked.flatMap(({ found }) =>
        found === undefined ? [] : [renderParameter(place, found, WithDecryption)],
      ),
      InvalidParameters: looked.flatMap(({ text, found }) => (found === undefined ? [text] : [])),
    };
  });

const label = z.object({
  Name: name,
  ParameterVersion: z.int().optional(),
  Labels: z.array(z.string().min(1).max(100)).min(1).max(10),
});

/** "Working with parameter labels": what a label may be called. */
const isLabel = (text: string): boolean => /^(?!aws|ssm)[A-Za-z_.-][\w.-]*$/i.test(text);

const labelsMax = 10;

/** A label is on one version at a time, and moves when it is put on another. */
const labelVersion = (store: SsmStore, place: Place) =>
  operation(label, ({ Name, ParameterVersion, Labels }) => {
    const reference = ParameterVersion === undefined ? Name : `${Name}:${ParameterVersion}`;
    const { parameter, version } = findParameter(store.parameters, place, reference);
    const valid = Labels.filter(isLabel);
    const added = Object.fromEntries(valid.map((text) => [text, version.version]));
    const labels = { ...parameter.labels, ...added };
    const onVersion = Object.values(labels).filter((number) => number === version.version);
    if (onVersion.length > labelsMax)
      throw new ServiceError(
        'ParameterVersionLabelLimitExceeded',
        `A parameter version can have a maximum of ${labelsMax} labels.`,
      );
    store.write({ kind: 'parameter', parameter: { ...parameter, labels } });
    return {
      InvalidLabels: Labels.filter((text) => !isLabel(text)),
      ParameterVersion: version.version,
    };
  });

/** The operations of Parameter Store, over the wire. */
export const parameterOperations = (
  store: SsmStore,
  place: Place,
  now: () => number,
  find: FindService,
): Operations => ({
  PutParameter: putParameter(store, now),
  GetParameter: operation(get, async ({ Name, WithDecryption }) => ({
    Parameter: isSecretReference(Name)
      ? await secretParameter(find, place, Name, WithDecryption)
      : renderParameter(place, findParameter(store.parameters, place, Name), WithDecryption),
  })),
  GetParameters: getParameters(store, place),
  GetParametersByPath: getParametersByPath(store, place),
  LabelParameterVersion: labelVersion(store, place),
});
