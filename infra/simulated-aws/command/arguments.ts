import { parseArgs } from 'node:util';
import * as z from 'zod';

/** What whoever called can mend: an argument, or a file that one names. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export const help = `Usage: simulated-aws [options]

Runs a simulated AWS on one endpoint until it is stopped with Ctrl-C.

  --port PORT           the port to listen on (default: 4566; 0 takes a free one)
  --host ADDRESS        the address to listen on (default: 127.0.0.1)
  --scenario FILE       what is there at first and what goes wrong, as YAML or JSON
                        (default: a shop of six servers)
  --state DIR           the folder that holds everything (default: none, all in memory)
  --region REGION       the Region of callers who name none (default: eu-west-1)
  --account ACCOUNT     the account of callers without a session (default: 111122223333)
  --speed FACTOR        how many times faster than the wall clock idle time passes (default: 1)
  --outbound            let API destinations of EventBridge call other machines
  --verify-signatures   refuse requests that are not signed, or wrongly
  --enforce-iam PATH    permit only what the templates of a \`cdk synth\` folder permit, or those of
                        one template as FILE or FILE@ACCOUNT/REGION; may be repeated
  --help                show this
  --version             show the version
`;

export interface RunArguments {
  readonly port: number;
  readonly host: string;
  readonly region: string;
  readonly account: string;
  readonly speed: number;
  readonly scenario?: string | undefined;
  readonly state?: string | undefined;
  readonly outbound: boolean;
  readonly verifySignatures: boolean;
  readonly enforceIam: readonly string[];
}

export type Arguments =
  { readonly kind: 'help' } | { readonly kind: 'version' } | ({ readonly kind: 'run' } & RunArguments);

const text = z.string().min(1, 'is empty');

const schema = z.object({
  port: z.coerce
    .number('is not a port')
    .int('is not a port')
    .min(0, 'is not a port')
    .max(65_535, 'is not a port'),
  host: text,
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'is not a Region such as eu-west-1'),
  account: z.string().regex(/^\d{12}$/, 'is not an account of 12 digits'),
  speed: z.coerce
    .number('is not a number')
    .positive('is not a number above 0')
    .max(1_000_000, 'is above 1,000,000'),
  scenario: text.optional(),
  state: text.optional(),
});

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '4566' },
        host: { type: 'string', default: '127.0.0.1' },
        scenario: { type: 'string' },
        state: { type: 'string' },
        region: { type: 'string', default: 'eu-west-1' },
        account: { type: 'string', default: '111122223333' },
        speed: { type: 'string', default: '1' },
        outbound: { type: 'boolean', default: false },
        'verify-signatures': { type: 'boolean', default: false },
        'enforce-iam': { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    // What Node says after the first sentence is about its own ways to quote.
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
};

/** Reads a command line; throws a UsageError with every fault of it. */
export const readArguments = (args: readonly string[]): Arguments => {
  const values = parsed(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const checked = schema.safeParse(values);
  if (!checked.success)
    throw new UsageError(
      checked.error.issues
        .map(({ path, message }) => {
          const name = String(path[0]);
          return `--${name} ${String(Object.entries(values).find(([key]) => key === name)?.[1])}: ${message}`;
        })
        .join('\n'),
    );
  return {
    ...{ kind: 'run', ...checked.data, outbound: values.outbound },
    ...{ verifySignatures: values['verify-signatures'], enforceIam: values['enforce-iam'] },
  };
};
