import { arnIn, type Input, onOne, type Place, type ServiceAccess, textIn } from '../access.ts';

/** A secret's ARN ends with six characters that its name does not tell. */
export const secretArn = (id: string, place: Place): string =>
  id.startsWith('arn:') ? id : arnIn('secretsmanager', place, `secret:${id}-000000`);

const secret = (input: Input, place: Place): string =>
  secretArn(textIn(input, 'SecretId') || textIn(input, 'Name'), place);

/** "Actions, resources, and condition keys for AWS Secrets Manager". */
export const secretsmanagerAccess: ServiceAccess = onOne(
  'secretsmanager',
  secret,
  'CreateSecret',
  'PutSecretValue',
  'GetSecretValue',
  'DescribeSecret',
);
