import { CommanderError } from 'commander';
import { calledAs, exitCodes } from './help.ts';
import { InputError } from './input-error.ts';

/** Errors of the runtime that the caller can fix: the state folder that they named. */
const ofInput = ['StateInUseError', 'StateFolderError'];

/** What an error means to the caller, as one exit code: 2 for their input, 1 for everything else. */
export const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.invalid;
  const isInput = error instanceof InputError || (error instanceof Error && ofInput.includes(error.name));
  return isInput ? exitCodes.invalid : exitCodes.failed;
};

const byCode: Readonly<Record<string, string>> = {
  EADDRINUSE: 'The port is in use. Choose another with --port, or stop the process that listens on it.',
  ECONNREFUSED: `Nothing is listening at the endpoint. Start it with \`${calledAs()} up\`, or give its address with --endpoint.`,
  ENOSPC: 'The disk is full. Nothing was written in part; free some space and try again.',
};

const signIn =
  'Set AWS_PROFILE or pass --profile, and sign in if needed (`aws sso login`); or use the local runtime: --endpoint http://127.0.0.1:4566.';
const notTaken = `AWS rejected these credentials. ${signIn}`;
const byName: Readonly<Record<string, string>> = {
  CredentialsProviderError: `No AWS credentials were found. ${signIn}`,
  ...{ ExpiredTokenException: notTaken, ExpiredToken: notTaken, TokenProviderError: notTaken },
  ...{ UnrecognizedClientException: notTaken, InvalidClientTokenId: notTaken },
  ResourceNotFoundException:
    'Groundswell was not found there. Give the account and Region in which it is deployed with --profile and --region.',
};
const noRegion = 'No Region is set. Pass --region, or set AWS_REGION.';

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
