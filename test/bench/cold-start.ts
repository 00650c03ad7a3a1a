import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildBundles, bundle, type Bundle } from '../../infra/aws/bundles.ts';
import type { Bench, Row } from './table.ts';

const clients: Readonly<Record<string, readonly string[]>> = {
  '@aws-sdk/client-dynamodb': ['DynamoDBClient'],
  '@aws-sdk/lib-dynamodb': [
    'DynamoDBDocumentClient',
    'GetCommand',
    'PutCommand',
    'DeleteCommand',
    'QueryCommand',
  ],
  '@aws-sdk/client-eventbridge': ['EventBridgeClient', 'PutEventsCommand'],
  '@aws-sdk/client-sqs': ['SQSClient', 'SendMessageCommand'],
  '@aws-sdk/client-sns': ['SNSClient', 'PublishCommand'],
  '@aws-sdk/client-drs': ['DrsClient', 'StartRecoveryCommand', 'DescribeJobsCommand'],
  '@aws-sdk/client-ssm': ['SSMClient', 'StartAutomationExecutionCommand', 'GetAutomationExecutionCommand'],
};

const environment = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCOUNT_ID: '111122223333',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  EVENT_BUS_NAME: 'groundswell',
  STATE_TABLE: 'groundswell-state',
  TIMER_QUEUE_URL_PREFIX: 'http://127.0.0.1/timers-',
  PARKING_QUEUE_URL: 'http://127.0.0.1/parked',
  DEAD_LETTER_QUEUE_URLS: 'http://127.0.0.1/dead',
  SCHEDULE_GROUP: 'groundswell',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::111122223333:role/groundswell-scheduler',
  SCHEDULE_BUS_ARN: 'arn:aws:events:eu-west-1:111122223333:event-bus/groundswell',
  SCHEDULE_DEAD_LETTER_ARN: 'arn:aws:sqs:eu-west-1:111122223333:groundswell-dead',
};

/** Processor time of one import in a process of its own, which other work on the machine disturbs least. */
const loadOnce = (file: string): number => {
  const code = `const from = process.cpuUsage(); await import(${JSON.stringify(pathToFileURL(file).href)}); const { user, system } = process.cpuUsage(from); console.log((user + system) / 1000); process.exit(0);`;
  const args = ['--input-type=module', '--eval', code];
  return Number(execFileSync(process.execPath, args, { env: environment, encoding: 'utf8' }).trim());
};

/** The files are loaded in turn, so that a busy moment of the machine falls on all of them. */
const loadInTurn = (files: readonly string[], runs: number): readonly (readonly number[])[] => {
  const rounds = Array.from({ length: runs }, () => files.map(loadOnce));
  return files.map((_, index) => rounds.map((round) => round[index] ?? Number.NaN).toSorted((a, b) => a - b));
};

const codeOf = (files: readonly { readonly path: string; readonly contents: Uint8Array }[]): Uint8Array => {
  const code = files.find(({ path }) => path.endsWith('.mjs'));
  if (code === undefined) throw new Error('esbuild built no code');
  return code.contents;
};

/** Built as handlers are; a file of its own, since esbuild finds packages from where a file stands. */
const builtFrom = async (name: string, lines: readonly string[]): Promise<Uint8Array> => {
  const source = join(import.meta.dirname, `.${name}.ts`);
  writeFileSync(source, lines.join('\n'));
  try {
    return codeOf((await bundle({ [name]: source })).outputFiles);
  } finally {
    rmSync(source);
  }
};

/** The function's clients alone, imported and made as the handler does, with the commands that it sends. */
const clientsAlone = async ({ service, inputs }: Bundle): Promise<Uint8Array> => {
  const used = Object.entries(clients).filter(([name]) =>
    Object.entries(inputs).some(([file, bytes]) => bytes > 0 && file.includes(`node_modules/${name}/`)),
  );
  const made = used.flatMap(([, names]) => names.filter((name) => /^(?!.*Document).*Client$/.test(name)));
  const lines = [
    ...used.map(([name, names]) => `import { ${names.join(', ')} } from '${name}';`),
    `export const commands = [${used.flatMap(([, names]) => names).join(', ')}];`,
    `export const made = [${made.map((name) => `new ${name}({})`).join(', ')}];`,
  ];
  return builtFrom(`clients-of-${service}`, lines);
};

const kb = (bytes: number): number => Math.round(bytes / 100) / 10;
const hundredths = (figure: number): number => Math.round(figure * 100) / 100;
const least = (times: readonly number[]): number => times[0] ?? Number.NaN;
const median = (times: readonly number[]): number => times[times.length >> 1] ?? Number.NaN;

const sizeRows = (service: string, code: Uint8Array): readonly Row[] => [
  {
    subject: `${service}, size`,
    figure: kb(code.byteLength),
    unit: 'KB',
    kind: 'counted',
    target: { atMost: 400 },
    tolerance: 0.05,
  },
  {
    subject: `${service}, size in gzip`,
    figure: kb(gzipSync(code).byteLength),
    unit: 'KB',
    kind: 'counted',
    tolerance: 0.05,
  },
];

const timeRows = (
  service: string,
  own: readonly number[],
  alone: readonly number[],
  empty: readonly number[],
): readonly Row[] => [
  {
    subject: `${service}, module load`,
    figure: hundredths(median(own)),
    unit: 'ms',
    kind: 'timed',
    spread: [hundredths(least(own)), hundredths(own.at(-1) ?? Number.NaN)],
    baselines: [
      { name: 'its SDK clients alone', figure: hundredths(median(alone)) },
      { name: 'an empty handler', figure: hundredths(median(empty)) },
    ],
  },
  {
    subject: `${service}, least load by the least of its clients`,
    figure: hundredths(least(own) / least(alone)),
    unit: 'times',
    kind: 'timed',
    target: { atMost: 1.3 },
  },
];

const commonClients = [
  "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';",
  "import { DynamoDBDocumentClient, GetCommand, PutCommand, DeleteCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';",
  "import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';",
  "import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';",
  'export const commands = [GetCommand, PutCommand, DeleteCommand, QueryCommand, PutEventsCommand, SendMessageCommand];',
  'export const made = [DynamoDBDocumentClient.from(new DynamoDBClient({})), new EventBridgeClient({}), new SQSClient({})];',
];

/** What stands beside the clients that nearly every function has, one at a time: where the rest of a load goes. */
const besideClients = {
  logger:
    "import { Logger } from '@aws-lambda-powertools/logger'; export const log = new Logger({ serviceName: 'x' });",
  zod: "import * as z from 'zod'; export const schema = z.object({ name: z.string() });",
  'zod and the contracts': "export { catalogue } from '../../contracts/catalogue.ts';",
} as const;

type Put = (name: string, contents: string | Uint8Array) => string;

const shareRows = async (put: Put, runs: number): Promise<readonly Row[]> => {
  const parts = Object.entries(besideClients);
  const sources = [commonClients, ...parts.map(([, line]) => [...commonClients, line])];
  const files: string[] = [];
  for (const [index, lines] of sources.entries())
    files.push(put(`share-${index}`, await builtFrom(`share-${index}`, lines)));
  const [alone = [], ...others] = loadInTurn(files, runs);
  return parts.map(([name], index) => ({
    subject: `clients with ${name}, least load by the least of the clients alone`,
    figure: hundredths(least(others[index] ?? []) / least(alone)),
    unit: 'times',
    kind: 'timed',
  }));
};

const measure = async (folder: string, runs: number): Promise<readonly Row[]> => {
  const put: Put = (name, contents) => {
    const file = join(folder, `${name}.mjs`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
    return file;
  };
  const empty = put('empty', 'export const handler = async () => {};');
  const rows: Row[] = [];
  for (const each of await buildBundles()) {
    const code = codeOf(each.files);
    const own = put(each.service, code);
    const alone = put(`clients-of-${each.service}`, await clientsAlone(each));
    const [owns = [], clientsOnly = [], empties = []] = loadInTurn([own, alone, empty], runs);
    rows.push(...sizeRows(each.service, code), ...timeRows(each.service, owns, clientsOnly, empties));
  }
  return [...rows, ...(await shareRows(put, runs))];
};

export const bench: Bench = {
  name: 'cold-start',
  about:
    'What a cold start costs of what can be measured off Lambda: the size of each bundle, and the processor time to import it in a process of its own, in turn with the SDK clients of that function alone and with an empty handler.',
  async run({ quick }) {
    const folder = mkdtempSync(join(tmpdir(), 'groundswell-bench-'));
    try {
      return await measure(folder, quick ? 3 : 11);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
