import { readFileSync } from 'node:fs';
import type { Fault } from '../../../contracts/execution-events.ts';
import { defaultConnection, placeOf } from './connection.ts';
import { apiFields, type Chosen, chosenContext, fromContext, secureUrlSchema } from './contexts.ts';
import { InputError } from './input-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the API is, and as which machine it is asked. */
export interface ApiAccess {
  /** Without a slash at its end. */
  readonly url: string;
  /** Absent where nobody is asked for a token, as by a local runtime without sign-in. */
  readonly machine?: Machine;
}

/** A client of the issuer, with what it gets its tokens by. */
export interface Machine {
  readonly issuer: string;
  readonly clientId: string;
  readonly secret: string;
  /** Separated by spaces; absent: what the issuer gives by itself. */
  readonly scope?: string;
  /** For issuers that ask for which API a token is to be. */
  readonly audience?: string;
}

/** Each field as the environment names it. The secret stands nowhere else but in a file. */
const variables: Readonly<Record<(typeof apiFields)[number], string>> = {
  api: 'GROUNDSWELL_API',
  issuer: 'GROUNDSWELL_ISSUER',
  clientId: 'GROUNDSWELL_CLIENT_ID',
  scope: 'GROUNDSWELL_SCOPE',
  audience: 'GROUNDSWELL_AUDIENCE',
  secretFile: 'GROUNDSWELL_CLIENT_SECRET_FILE',
};
const secretVariable = 'GROUNDSWELL_CLIENT_SECRET';

type Fields = Readonly<Partial<Record<(typeof apiFields)[number], string>>>;

const fieldsOf = (names: Readonly<Record<string, string | undefined>>): Fields =>
  Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined && value !== ''));

/** A context that the command line names is nearest; then the environment; then the context in use. */
const chosenFields = (chosen: Chosen | undefined, env: Environment): Fields => {
  const named = fieldsOf(Object.fromEntries(apiFields.map((field) => [field, env[variables[field]]])));
  const kept = fieldsOf(Object.fromEntries(apiFields.map((field) => [field, chosen?.context[field]])));
  return chosen?.by === '--context' ? { ...named, ...kept } : { ...kept, ...named };
};

/** The API of a local runtime is at its endpoint; that of a deployment on AWS has an address of its own. */
const besideEndpoint = (chosen: Chosen | undefined, env: Environment): string | undefined => {
  const { bus, table } = defaultConnection;
  const { endpoint } = placeOf({ bus, table, ...(chosen && fromContext(chosen, () => false)) }, env);
  return endpoint === undefined ? undefined : `${endpoint}/api`;
};

const secretOf = ({ secretFile }: Fields, env: Environment): string => {
  const given = env[secretVariable];
  if (given !== undefined && given !== '') return given;
  if (secretFile === undefined) return '';
  try {
    return readFileSync(secretFile, 'utf8').trim();
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^\w+: /, '') : String(error);
    throw new InputError('The secret of the client cannot be read', secretFile, [{ path: '', message }]);
  }
};

const urlFaults = (path: string, url: string): readonly Fault[] => {
  const read = secureUrlSchema.safeParse(url);
  return read.success ? [] : [{ path, message: `is ${url}`, expected: 'an https URL, or http://127.0.0.1' }];
};

/**
 * What the environment and the context say of the API; throws an InputError with everything that is missing. Without an
 * issuer no token is asked for, and without an address the local runtime is meant.
 */
export const apiAccessOf = (context: string | undefined, env: Environment = process.env): ApiAccess => {
  const chosen = chosenContext({ ...(context !== undefined && { context }) }, env);
  const fields = chosenFields(chosen, env);
  const url = (fields.api ?? besideEndpoint(chosen, env) ?? '').replace(/\/+$/, '');
  const { issuer, clientId, scope, audience } = fields;
  const isMachine = issuer !== undefined || clientId !== undefined;
  const secret = isMachine ? secretOf(fields, env) : '';
  const missing = (isGiven: boolean, field: string, expected: string): readonly Fault[] =>
    isMachine && !isGiven ? [{ path: field, message: 'is missing', expected }] : [];
  const faults = [
    ...(url === ''
      ? [{ path: 'api', message: 'is missing', expected: `${variables.api}, or the context's api` }]
      : urlFaults('api', url)),
    ...(issuer === undefined ? [] : urlFaults('issuer', issuer)),
    ...missing(issuer !== undefined, 'issuer', `${variables.issuer}, or the context's issuer`),
    ...missing(clientId !== undefined, 'clientId', `${variables.clientId}, or the context's clientId`),
    ...missing(
      secret !== '',
      'secret',
      `${secretVariable}, or a file that ${variables.secretFile} or the context's secretFile names`,
    ),
  ];
  if (faults.length > 0) throw new InputError('The API cannot be asked', 'environment and context', faults);
  if (issuer === undefined || clientId === undefined) return { url };
  return {
    url,
    machine: {
      ...{ issuer, clientId, secret },
      ...(scope !== undefined && { scope }),
      ...(audience !== undefined && { audience }),
    },
  };
};
