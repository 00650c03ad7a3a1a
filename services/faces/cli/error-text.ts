import { calledAs } from './called-as.ts';

const byCode: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port is taken. Choose another with --port, or stop what listens there.',
  ECONNREFUSED: `Nothing answers at the endpoint. Start it with \`${calledAs()} up\`, or say where it is with --endpoint.`,
  ENOSPC: 'The disk is full. Nothing of it was written in part; make room and try again.',
};

const signIn =
  'Set AWS_PROFILE or name a --profile, and sign in where it needs that (`aws sso login`); or use the local runtime: --endpoint http://127.0.0.1:4566.';
const notTaken = `AWS does not take these credentials. ${signIn}`;
const byName: Readonly<Record<string, string>> = {
  CredentialsProviderError: `No AWS credentials were found. ${signIn}`,
  ...{ ExpiredTokenException: notTaken, ExpiredToken: notTaken, TokenProviderError: notTaken },
  ...{ UnrecognizedClientException: notTaken, InvalidClientTokenId: notTaken },
  ResourceNotFoundException:
    'Groundswell is not found there. Say the account and Region in which it is deployed with --profile and --region.',
};
const noRegion = 'No Region is set. Name one with --region, or set AWS_REGION.';

/** What went wrong, and what to do about it where that is known. */
export const errorText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const codes = [error, error.cause].flatMap((each) =>
    typeof each === 'object' && each !== null && 'code' in each ? [String(each.code)] : [],
  );
  const known = codes.flatMap((code) => byCode[code] ?? []).at(0);
  if (known !== undefined) return known;
  if (error.message === 'Region is missing') return noRegion;
  const hint = byName[error.name];
  return hint === undefined ? error.message : `${hint}\n(${error.name}: ${error.message})`;
};
