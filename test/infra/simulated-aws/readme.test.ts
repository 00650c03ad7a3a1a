import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createCloud } from '../../../infra/simulated-aws/cloud/cloud.ts';
import { createScaledClock } from '../../../infra/simulated-aws/clock.ts';
import { help } from '../../../infra/simulated-aws/command/arguments.ts';
import { createLocalDynamodb } from '../../../infra/simulated-aws/dynamodb/local-dynamodb.ts';
import { defaultScenario } from '../../../infra/simulated-aws/scenario.ts';
import { createJournals } from '../../../infra/simulated-aws/state/journals.ts';

const place = { account: '111122223333', region: 'eu-west-1' };
const database = createLocalDynamodb({ ...place, folder: undefined, now: () => 0 });
const cloud = createCloud({
  ...{ ...place, scenario: defaultScenario, endpoint: 'http://localhost', random: Math.random },
  clock: createScaledClock({ speed: 1 }),
  journals: createJournals(undefined, () => undefined),
  dynamodb: () => database.service,
  ...{ isOutboundAllowed: false, functions: [] },
  refuse: () => Promise.resolve(undefined),
  onRun: () => undefined,
  onEvent: () => undefined,
});
afterAll(async () => {
  cloud.close();
  await database.close();
});

const readme = readFileSync(resolve(import.meta.dirname, '../../../infra/simulated-aws/README.md'), 'utf8');
const signingNames = [
  ...['drs', 'ec2', 'ssm', 'servicequotas', 'events', 'sqs', 'sns', 'lambda', 'dynamodb'],
  ...['secretsmanager', 'monitoring', 'scheduler', 'sts', 'iam', 'route53', 'route53-recovery-cluster'],
];

it('the page of the package lists the operations that each service has', () => {
  const listed = Object.fromEntries(
    [...readme.matchAll(/^\| ([\w-]+) \| ([A-Z]\w+(?:, [A-Z]\w+)*) \|$/gm)].map(
      ([, service = '', all = '']) => [service, all.split(', ')],
    ),
  );
  const operationsOf = (service: string) => cloud.home.service(service)?.operations;
  expect(listed).toEqual(Object.fromEntries(signingNames.map((name) => [name, operationsOf(name)])));
});

it('the page of the package names the options of the command', () => {
  const options = (text: string) =>
    [...new Set([...text.matchAll(/--[a-z-]+(?=[ `])/g)].map(([name]) => name))].sort();
  const table = readme.slice(readme.indexOf('| option |'), readme.indexOf('A mistake in these'));
  expect(options(table)).toEqual(options(help).filter((name) => !['--help', '--version'].includes(name)));
});
