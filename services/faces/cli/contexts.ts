import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { faultsOf } from '../../../contracts/faults.ts';
import { regionSchema, slugSchema } from '../../../contracts/identifiers.ts';
import { type ConnectionOptions, readEndpoint, validEndpoints } from './connection.ts';
import { InputError } from './input-error.ts';
import { didYouMean } from '../../core/view/nearest.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Tokens and secrets go over TLS, or nowhere but to this machine. */
export const secureUrlSchema = z
  .url({ protocol: /^https?$/ })
  .refine((url) => url.startsWith('https:') || new URL(url).hostname === '127.0.0.1', {
    message: 'an https URL, or http://127.0.0.1',
  });

const contextSchema = z.strictObject({
  endpoint: z.string().refine((text) => readEndpoint(text) !== undefined, validEndpoints),
  region: regionSchema.optional(),
  profile: z.string().min(1).optional(),
  bus: z.string().min(1).optional(),
  table: z.string().min(1).optional(),
  api: secureUrlSchema.optional(),
  issuer: secureUrlSchema.optional(),
  clientId: z.string().min(1).optional(),
  scope: z.string().min(1).optional(),
  audience: z.string().min(1).optional(),
  secretFile: z.string().min(1).optional(),
});
export type Context = z.infer<typeof contextSchema>;
export const contextFields = ['endpoint', 'region', 'profile', 'bus', 'table'] as const;
type ContextField = (typeof contextFields)[number];
/** What `api` asks, and as which client of the issuer: its secret is in a file, or in the environment. */
export const apiFields = ['api', 'issuer', 'clientId', 'scope', 'audience', 'secretFile'] as const;

const contextsSchema = z.strictObject({
  current: slugSchema.optional(),
  contexts: z.record(slugSchema, contextSchema).default({}),
});
export type Contexts = z.infer<typeof contextsSchema>;

const contextVariable = 'GROUNDSWELL_CONTEXT';

/** Where the contexts of this user are kept: no secret stands there. */
export const contextsFile = (env: Environment = process.env): string => {
  const folder =
    env['XDG_CONFIG_HOME'] ||
    (process.platform === 'win32' ? env['APPDATA'] : undefined) ||
    join(homedir(), '.config');
  return join(folder, 'groundswell', 'contexts.yaml');
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code)))
      return '';
    throw error;
  }
};

/** The contexts in a text of YAML; throws an InputError with everything that is wrong. */
const parsed = (text: string, file: string): Contexts => {
  const document = parseDocument(text);
  const broken = document.errors.map(({ message, linePos }) => ({
    ...{ path: '', message: message.split('\n')[0] ?? '', expected: 'YAML' },
    ...(linePos !== undefined && { line: linePos[0].line }),
  }));
  if (broken.length > 0) throw new InputError('Invalid contexts', file, broken);
  const input: unknown = document.toJS() ?? {};
  const read = contextsSchema.safeParse(input);
  if (!read.success)
    throw new InputError('Invalid contexts', file, faultsOf(contextsSchema, input, read.error));
  return read.data;
};

export const readContexts = (env: Environment = process.env): Contexts => {
  const file = contextsFile(env);
  return parsed(textOf(file), file);
};

/** The context of this name; throws an InputError that says which there are. */
export const contextNamed = (name: string, { contexts }: Contexts, env: Environment): Context => {
  const found = contexts[name];
  if (found !== undefined) return found;
  const names = Object.keys(contexts);
  throw new InputError('The context cannot be used', contextsFile(env), [
    {
      path: 'contexts',
      message: `there is no context ${name}.${didYouMean(name, names)}`,
      expected: names.length === 0 ? 'groundswell context put NAME --endpoint …' : names.join(', '),
    },
  ]);
};

/** Changes the file of contexts, and leaves comments where they are; what would not be valid is not written. */
export const changeContexts = (
  change: (document: ReturnType<typeof parseDocument>, contexts: Contexts) => void,
  env: Environment = process.env,
): void => {
  const file = contextsFile(env);
  const text = textOf(file);
  const contexts = parsed(text, file);
  const document = parseDocument(text);
  change(document, contexts);
  const written = document.toString();
  parsed(written, file);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, written);
};

/** Which context is in effect, and what says so; undefined: none, since something nearer says where to look, or nothing does. */
export interface Chosen {
  readonly name: string;
  readonly by: '--context' | typeof contextVariable | 'context use';
  readonly context: Context;
}

/**
 * The nearest word counts: --context; then --endpoint or --profile, beside which no other context is asked for;
 * GROUNDSWELL_CONTEXT; then GROUNDSWELL_ENDPOINT and AWS_ENDPOINT_URL, which lead elsewhere; then what `context use`
 * has chosen.
 */
export const chosenContext = (
  { context, endpoint, profile }: Pick<ConnectionOptions, 'context' | 'endpoint' | 'profile'>,
  env: Environment,
): Chosen | undefined => {
  const choose = (name: string, by: Chosen['by'], contexts = readContexts(env)): Chosen => ({
    ...{ name, by },
    context: contextNamed(name, contexts, env),
  });
  if (context !== undefined) return choose(context, '--context');
  if (endpoint !== undefined || profile !== undefined) return undefined;
  const named = env[contextVariable];
  if (named) return choose(named, contextVariable);
  if (env['GROUNDSWELL_ENDPOINT'] || env['AWS_ENDPOINT_URL']) return undefined;
  const contexts = readContexts(env);
  return contexts.current === undefined ? undefined : choose(contexts.current, 'context use', contexts);
};

/** What a context adds to a command line: each option that was not given there. */
export const fromContext = (
  { context }: Pick<Chosen, 'context'>,
  isGiven: (field: ContextField) => boolean,
): Partial<Pick<ConnectionOptions, ContextField>> =>
  Object.fromEntries(
    contextFields.flatMap((field) => {
      const value = context[field];
      if (value === undefined || isGiven(field)) return [];
      return [[field, field === 'endpoint' ? (readEndpoint(value) ?? value) : value]];
    }),
  );
