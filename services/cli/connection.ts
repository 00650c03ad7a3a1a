import { InvalidArgumentError, type Command } from 'commander';
import { regionSchema } from '../../contracts/identifiers.ts';

/** Where Groundswell runs. */
export interface ConnectionOptions {
  /** `aws` for AWS itself. */
  readonly endpoint: string;
  readonly region: string;
  readonly bus: string;
  readonly table: string;
}

export const defaultConnection: ConnectionOptions = {
  endpoint: 'http://127.0.0.1:4566',
  region: 'eu-west-1',
  bus: 'groundswell',
  table: 'groundswell-state',
};

const endpoint = (text: string): string => {
  if (text === 'aws' || (/^https?:/.test(text) && URL.canParse(text))) return text;
  throw new InvalidArgumentError('Valid: a URL such as http://127.0.0.1:4566, or aws.');
};

const region = (text: string): string => {
  if (regionSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError('Valid: an AWS Region such as eu-west-1.');
};

/** Gives a command the options that say where Groundswell runs. */
export const withConnection = (command: Command): Command =>
  command
    .option(
      '--endpoint <url>',
      'the endpoint of `groundswell up`, or aws',
      endpoint,
      defaultConnection.endpoint,
    )
    .option('--region <region>', 'the Region in which Groundswell runs', region, defaultConnection.region)
    .option('--bus <name>', 'the event bus', defaultConnection.bus)
    .option('--table <name>', 'the state table', defaultConnection.table);
