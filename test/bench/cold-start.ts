import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildBundles, bundle, type Bundle } from '../../infra/aws/bundles.ts';

/**
 * What a cold start costs of what can be measured off Lambda: the size of each bundle, and the time to import
 * it in a process of its own, beside an empty handler and the SDK's clients of that function alone.
 */
const runs = 11;

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
  '@aws-sdk/client-sts': ['STSClient', 'AssumeRoleCommand'],
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
};

const measured = (file: string): number => {
  const code = `const t = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(performance.now() - t); process.exit(0);`;
  const args = ['--input-type=module', '--eval', code];
  const times = Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, args, { env: environment, encoding: 'utf8' }).trim()),
  );
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
};

const folder = mkdtempSync(join(tmpdir(), 'groundswell-bench-'));
const put = (name: string, contents: string | Uint8Array): string => {
  const file = join(folder, `${name}.mjs`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contents);
  return file;
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
  const source = join(import.meta.dirname, `.clients-of-${service}.ts`);
  writeFileSync(source, lines.join('\n'));
  try {
    const { outputFiles } = await bundle({ [service]: source });
    return outputFiles.find(({ path }) => path.endsWith('.mjs'))?.contents ?? new Uint8Array();
  } finally {
    rmSync(source);
  }
};

const row = (...cells: readonly (string | number)[]): string =>
  cells.map((cell, index) => (index === 0 ? String(cell).padEnd(24) : String(cell).padStart(12))).join('');

try {
  const empty = measured(put('empty', 'export const handler = async () => {};'));
  console.log(row('function', 'KB', 'import ms', 'clients KB', 'clients ms', 'ratio'));
  console.log(row('(an empty handler)', 0, empty.toFixed(1)));
  for (const each of await buildBundles()) {
    const code = each.files.find(({ path }) => path.endsWith('.mjs'))?.contents ?? '';
    const own = measured(put(each.service, code));
    const alone = await clientsAlone(each);
    const theirs = measured(put(`clients-of-${each.service}`, alone));
    const kb = (bytes: number): string => (bytes / 1_000).toFixed(0);
    console.log(
      row(
        each.service,
        kb(each.bytes),
        own.toFixed(0),
        kb(alone.byteLength),
        theirs.toFixed(0),
        (own / theirs).toFixed(2),
      ),
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
