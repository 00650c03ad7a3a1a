import { InvalidArgumentError, type Command } from 'commander';
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

export const placeOf = ({ endpoint, region, profile, bus, table }: ConnectionOptions): Place => {
  const isAws = endpoint === 'aws' || (endpoint === undefined && profile !== undefined);
  return isAws
    ? { endpoint: undefined, region, bus, table }
    : {
        endpoint: endpoint ?? defaultConnection.endpoint,
        region: region ?? defaultConnection.region,
        ...{ bus, table },
      };
};

const endpoint = (text: string): string => {
  if (text === 'local') return defaultConnection.endpoint;
  if (text === 'aws' || (/^https?:/.test(text) && URL.canParse(text))) return text;
  throw new InvalidArgumentError('Valid: local, aws, or a URL such as http://127.0.0.1:4566.');
};

const region = (text: string): string => {
  if (regionSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError('Valid: an AWS Region such as eu-west-1.');
};

/** Gives a command the options that say where Groundswell runs. */
export const withConnection = (command: Command): Command =>
  command
    .option(
      '--endpoint <where>',
      'local, aws, or the URL of `groundswell up` (default: local; aws if a profile is given)',
      endpoint,
    )
    .option('--profile <name>', 'a profile of your AWS configuration')
    .option(
      '--region <region>',
      `the Region in which Groundswell runs (default: ${defaultConnection.region} locally, else as configured)`,
      region,
    )
    .option('--bus <name>', 'the event bus', defaultConnection.bus)
    .option('--table <name>', 'the state table', defaultConnection.table);
