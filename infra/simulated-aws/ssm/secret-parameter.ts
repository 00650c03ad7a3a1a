import * as z from 'zod';
import { ServiceError } from '../protocols/service-error.ts';
import { callApi, type FindService } from './aws-api.ts';
import type { Place } from './notification.ts';
import { parameterArn } from './parameter.ts';

const prefix = '/aws/reference/secretsmanager/';

const secretSchema = z.object({ SecretString: z.string(), CreatedDate: z.number() });

export const isSecretReference = (name: string): boolean => name.startsWith(prefix);

/** "Referencing AWS Secrets Manager secrets from Parameter Store parameters". */
export const secretParameter = async (
  find: FindService,
  place: Place,
  Name: string,
  isDecrypted: boolean,
): Promise<object> => {
  if (!isDecrypted)
    throw new ServiceError(
      'ValidationException',
      'WithDecryption flag must be True for retrieving a Secret Manager secret.',
    );
  const SecretId = Name.slice(prefix.length);
  const secret = await callApi(find, place.region, 'secretsmanager', 'GetSecretValue', { SecretId }).catch(
    () => undefined,
  );
  const read = secretSchema.safeParse(secret);
  if (!read.success) throw new ServiceError('ParameterNotFound', `Parameter ${Name} not found.`);
  return {
    Name,
    Type: 'SecureString',
    Value: read.data.SecretString,
    Version: 0,
    LastModifiedDate: read.data.CreatedDate,
    SourceResult: JSON.stringify(secret),
    ARN: parameterArn(place, Name),
    DataType: 'text',
  };
};
