import * as z from 'zod';
import { operation, type Operations } from '../protocols/operation.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { Place } from './notification.ts';
import type { SsmStore, StoredParameter } from './store.ts';

const put = z.object({
  Name: z.string().min(1).max(2048),
  Value: z.string().min(1),
  Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
  Overwrite: z.boolean().default(false),
});

const get = z.object({ Name: z.string().min(1).max(2048), WithDecryption: z.boolean().default(false) });

/** A secure value read without decryption is a ciphertext of no use; here it is merely not the value. */
const shownValue = ({ type, value, name, version }: StoredParameter, isDecrypted: boolean): string =>
  type !== 'SecureString' || isDecrypted
    ? value
    : Buffer.from(`sealed:${name}:${version}`).toString('base64');

const arnOf = ({ account, region }: Place, name: string): string =>
  `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? name : `/${name}`}`;

const putParameter = (store: SsmStore, now: () => number) =>
  operation(put, ({ Name, Value, Type, Overwrite }) => {
    const earlier = store.parameters.get(Name);
    if (earlier !== undefined && !Overwrite)
      throw new ServiceError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite it, set Overwrite.',
      );
    const type = Type ?? earlier?.type;
    if (type === undefined)
      throw new ServiceError(
        'ValidationException',
        'A parameter type is required when you create a parameter.',
      );
    const version = (earlier?.version ?? 0) + 1;
    store.write({
      kind: 'parameter',
      parameter: { name: Name, type, value: Value, version, modifiedAt: now() },
    });
    return { Version: version, Tier: 'Standard' };
  });

/** The operations of Parameter Store, over the wire. */
export const parameterOperations = (store: SsmStore, place: Place, now: () => number): Operations => ({
  PutParameter: putParameter(store, now),
  GetParameter: operation(get, ({ Name, WithDecryption }) => {
    const parameter = store.parameters.get(Name);
    if (parameter === undefined) throw new ServiceError('ParameterNotFound', `Parameter ${Name} not found.`);
    return {
      Parameter: {
        Name,
        Type: parameter.type,
        Value: shownValue(parameter, WithDecryption),
        Version: parameter.version,
        LastModifiedDate: parameter.modifiedAt / 1000,
        ARN: arnOf(place, Name),
        DataType: 'text',
      },
    };
  }),
});
