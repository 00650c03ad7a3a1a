import { InvalidArgumentError, type Command } from 'commander';
import { InputError } from './input-error.ts';
import { calledAs } from './help.ts';
import { regionSchema } from '../../../contracts/identifiers.ts';

/** Where Groundswell runs, as the command line says it. */
export interface ConnectionOptions {
  /** `aws` for AWS itself; default: the local runtime, or AWS where a profile is named. */
  readonly endpoint?: string;
  /** Default: the local runtime's, or that of the AWS configuration. */
  readonly region?: string;
  /** Of the AWS configuration. */
  readonly profile?: string;
  readonly bus: string;
  readonly table: string;
  /** The name of a context, where one was given. */
  readonly context?: string;
  /** Which of these options a context gave, and nobody typed. */
  readonly ofContext?: readonly string[];
}

/** Where Groundswell runs. */
export interface Place {
  /** Undefined: AWS itself. */
  readonly endpoint: string | undefined;
  /** Undefined: as the AWS configuration says. */
  readonly region: string | undefined;
  readonly bus: string;
  readonly table: string;
}

export const defaultConnection = {
  endpoint: 'http://127.0.0.1:4566',
  region: 'eu-west-1',
  bus: 'groundswell',
  table: 'groundswell-state',
} as const satisfies ConnectionOptions;

type Environment = Readonly<Record<string, string | undefined>>;

/** The endpoint that the environment names, for whoever always works with one deployment. */
const endpointVariable = 'GROUNDSWELL_ENDPOINT';

/**
 * Where to look, the nearest first: what the command line says, GROUNDSWELL_ENDPOINT, and what leads every other AWS
 * client too, AWS_ENDPOINT_URL and AWS_PROFILE. Without any of these, the local runtime.
 */
const whereOf = ({ endpoint, profile }: ConnectionOptions, env: Environment): string => {
  if (endpoint !== undefined) return endpoint;
  const named = env[endpointVariable];
  if (named !== undefined && named !== '') return readEndpoint(named) ?? refuseVariable(named);
  if (profile !== undefined) return 'aws';
  return env['AWS_ENDPOINT_URL'] || (env['AWS_PROFILE'] ? 'aws' : defaultConnection.endpoint);
};

const refuseVariable = (named: string): never => {
  const fault = { path: '', message: `is ${named}`, expected: validEndpoints };
  throw new InputError('The environment cannot be used', endpointVariable, [fault]);
};

/** An endpoint that only the environment names is in the Region that the environment names. */
const regionOf = ({ endpoint, region }: ConnectionOptions, env: Environment): string => {
  const isOfEnvironment = endpoint === undefined && !env[endpointVariable] && env['AWS_ENDPOINT_URL'];
  const named = isOfEnvironment ? env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] : undefined;
  return region ?? named ?? defaultConnection.region;
};

export const placeOf = (options: ConnectionOptions, env: Environment = process.env): Place => {
  const { region, bus, table } = options;
  const where = whereOf(options, env);
  return where === 'aws'
    ? { endpoint: undefined, region, bus, table }
    : { endpoint: where, region: regionOf(options, env), bus, table };
};

/** The options of a command as they have to be repeated in the next one. */
export const connectionFlags = (options: Partial<ConnectionOptions> = {}): string => {
  const { endpoint, profile, region, bus, table, context, ofContext = [] } = options;
  const flags = [
    [context, '--context'],
    [endpoint, '--endpoint'],
    [profile, '--profile'],
    [region, '--region'],
    [bus === defaultConnection.bus ? undefined : bus, '--bus'],
    [table === defaultConnection.table ? undefined : table, '--table'],
  ] as const;
  const isTyped = (flag: string): boolean => !ofContext.includes(flag.slice('--'.length));
  return flags
    .map(([value, flag]) => (value !== undefined && isTyped(flag) ? ` ${flag} ${value}` : ''))
    .join('');
};

/** A command line that reaches the same deployment, as it has to be typed here. */
export const commandLine = (line: string, options?: Partial<ConnectionOptions>): string =>
  `${calledAs()} ${line}${connectionFlags(options)}`;

export const validEndpoints = 'local, aws, or a URL such as http://127.0.0.1:4566';

export const readEndpoint = (text: string): string | undefined => {
  if (text === 'local') return defaultConnection.endpoint;
  return text === 'aws' || (/^https?:/.test(text) && URL.canParse(text)) ? text : undefined;
};

const endpoint = (text: string): string => {
  const read = readEndpoint(text);
  if (read === undefined) throw new InvalidArgumentError(`Valid: ${validEndpoints}.`);
  return read;
};

const region = (text: string): string => {
  if (regionSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError('Valid: an AWS Region such as eu-west-1.');
};

/** Gives a command the options that say where a deployment is, for it to be kept under a name. */
export const withPlace = (command: Command): Command =>
  command
    .requiredOption('--endpoint <where>', 'local, aws, or the URL of `groundswell up`', endpoint)
    .option('--profile <name>', 'a profile of your AWS configuration')
    .option('--region <region>', 'the Region in which Groundswell runs', region)
    .option('--bus <name>', 'the event bus')
    .option('--table <name>', 'the state table')
    .option('--api <url>', 'the HTTP API that `api` asks, as the output Url of the hub says it')
    .option('--issuer <url>', 'who gives machines their tokens')
    .option('--client-id <id>', 'as which machine `api` asks')
    .option('--scope <scopes>', 'the scopes of its tokens, with spaces between them')
    .option('--audience <name>', 'for which API they are to be, where the issuer asks for that')
    .option('--secret-file <file>', 'where its secret is; the environment may have it instead');

/** Gives a command the options that say where Groundswell runs. */
export const withConnection = (command: Command): Command =>
  command
    .option(
      '--context <name>',
      'a deployment under the name that you gave it, see `context` (default: GROUNDSWELL_CONTEXT, or the one in use)',
    )
    .option(
      '--endpoint <where>',
      'local, aws, or the URL of `groundswell up` (default: GROUNDSWELL_ENDPOINT, AWS_ENDPOINT_URL, aws with a profile, else local)',
      endpoint,
    )
    .option('--profile <name>', 'a profile of your AWS configuration (default: AWS_PROFILE)')
    .option(
      '--region <region>',
      `the Region in which Groundswell runs (default: ${defaultConnection.region} locally, else as configured)`,
      region,
    )
    .option('--bus <name>', 'the event bus', defaultConnection.bus)
    .option('--table <name>', 'the state table', defaultConnection.table);
