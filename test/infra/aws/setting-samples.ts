import { fullSettings, hubAccount } from './full-settings.ts';

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const accountOf = (index: number): string => String(200_000_000_000 + index);
const nameOf = (index: number, length: number): string => `n${index}-`.padEnd(length, 'x');

const partition = 'aws';
const region = 'ap-southeast-1';
const roleOf = (index: number): string => `arn:${partition}:iam::${hubAccount}:role/${nameOf(index, 154)}`;

/** As much of everything as the settings allow, under the longest names. */
export const maximum = {
  account: hubAccount,
  region,
  stage: 'a-stage-of-20-letter',
  encryption: 'own',
  protected: true,
  auditConcurrency: 100,
  approvalMinutes: 10_080,
  archiveDays: 3_653,
  logDays: 3_653,
  recoveryNeedsApproval: true,
  alarmEmail: 'operations@example.com',
  documents: many(50, (index) => `${nameOf(index, 49)}*`),
  functions: many(20, (index) => nameOf(index, 20)),
  automationRoles: many(20, roleOf),
  instanceRoles: many(20, roleOf),
  requesters: many(20, (index) => accountOf(100 + index)),
  targets: many(50, (index) => ({ account: accountOf(index), region, externalId: nameOf(index, 256) })),
  notifications: many(50, (index) => ({
    protocol: 'sqs',
    endpoint: `arn:${partition}:sqs:${region}:${hubAccount}:${nameOf(index, 80)}`,
  })),
  notify: {
    parameters: many(20, (index) => `/${nameOf(index, 127)}`),
    secrets: many(20, (index) => nameOf(index, 128)),
    topics: many(20, (index) => `arn:${partition}:sns:${region}:${hubAccount}:${nameOf(index, 128)}`),
    keys: many(20, (index) => `arn:${partition}:kms:${region}:${hubAccount}:key/${nameOf(index, 36)}`),
  },
  regionSwitch: many(20, (index) => ({ plan: nameOf(index, 38) })),
  api: {
    issuer: 'https://tokens.example.com/pool',
    audience: many(10, (index) => nameOf(index, 64)),
    resourceServer: nameOf(0, 60),
  },
  // Each has 87 characters and a comma: a parameter of SSM holds no more of them.
  access: many(80, (index) => ({
    groups: [nameOf(index, 24)],
    plans: { tags: { team: 'a' } },
    may: ['see', 'run'],
  })),
  console: fullSettings.console,
};

/** The longest list of traffic beside a few runbooks: each record in a zone of its own, which takes most of IAM. */
const maximumTraffic = {
  ...maximum,
  documents: ['Shop-*'],
  traffic: many(
    20,
    (index) =>
      `Z${nameOf(index, 31).toUpperCase().replaceAll('-', 'X')}/${nameOf(index, 60)}.shop.example.com`,
  ),
};

const { access, account, api, console, targets } = fullSettings;
const here = { account, region: 'eu-west-1' };

/** Each setting alone, with what it needs to be valid. */
export const settingSamples: Readonly<Record<string, object>> = {
  none: {},
  stage: { stage: 'rehearsal' },
  place: here,
  targets: { ...here, targets },
  api: { api },
  access: { api, access },
  console: { api, console },
  documents: { documents: fullSettings.documents },
  functions: { functions: fullSettings.functions },
  traffic: { traffic: fullSettings.traffic },
  automationRoles: { automationRoles: fullSettings.automationRoles },
  instanceRoles: { instanceRoles: fullSettings.instanceRoles },
  requesters: { requesters: fullSettings.requesters },
  regionSwitch: {
    regionSwitch: [{ plan: 'shop' }, { plan: 'a-plan-of-38-letters-xxxxxxxxxxxxxxxxx', mode: 'DRILL' }],
  },
  notifications: { notifications: fullSettings.notifications },
  notify: { notify: fullSettings.notify },
  alarmEmail: { alarmEmail: fullSettings.alarmEmail },
  approval: { recoveryNeedsApproval: true, approvalMinutes: 10_080 },
  auditConcurrency: { auditConcurrency: 5 },
  retention: { archiveDays: 3_653, logDays: 3_653 },
  encryption: { encryption: 'own' },
  protected: { protected: true },
  everything: fullSettings,
  maximum,
  maximumTraffic,
};
