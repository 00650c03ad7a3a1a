import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../../infra/aws/settings.ts';
import { fullSettings } from './full-settings.ts';

const refusal = (groundswell: unknown): string => {
  try {
    readSettings(groundswell);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  throw new Error('The settings were accepted.');
};

describe('settings', () => {
  it('need nothing to be said', () => {
    expect(readSettings(undefined)).toEqual({
      stage: 'production',
      targets: [],
      regionSwitch: [],
      protected: false,
      notify: { parameters: [], secrets: [], topics: [], keys: [] },
      requesters: [],
      documents: [],
      functions: [],
      traffic: [],
      recoveryNeedsApproval: false,
      approvalMinutes: 60,
      auditConcurrency: 2,
      automationRoles: [],
      instanceRoles: [],
      notifications: [],
      archiveDays: 400,
      logDays: 90,
      encryption: 'aws',
    });
  });

  it('are read alike from cdk.json and from the command line', () => {
    expect(readSettings(JSON.stringify(fullSettings))).toEqual(readSettings(fullSettings));
  });

  it.each([
    ['text that is no JSON', '{', 'not JSON'],
    ['a setting that does not exist', { stages: 'x' }, 'stages'],
    ['access rules without an API', { access: fullSettings.access }, 'the rules are of the API: set api'],
    [
      'access rules that name nobody',
      { ...fullSettings, access: [{ plans: 'all', may: ['see'] }] },
      'groups, machines, or both',
    ],
    [
      'a permission that there is not',
      { ...fullSettings, access: [{ groups: ['a'], plans: 'all', may: ['look'] }] },
      'expected one of',
    ],
    [
      'a machine by whose client people sign in',
      {
        ...fullSettings,
        access: [{ machines: [fullSettings.console.clientId], plans: 'all', may: ['see'] }],
      },
      'by which people sign in',
    ],
    [
      'access rules that are larger than a parameter',
      {
        ...fullSettings,
        access: Array.from({ length: 100 }, (_, index) => ({
          ...{ groups: [`group-${index}`.padEnd(60, 'x')], plans: 'all', may: ['see'] },
        })),
      },
      'together at most 8,192 bytes',
    ],
    ['a target without a hub that it can trust', { targets: fullSettings.targets }, 'set account and region'],
    [
      'a short external id',
      { ...fullSettings, targets: [{ ...fullSettings.targets[0], externalId: 'short' }] },
      'externalId',
    ],
    [
      'a place twice',
      { ...fullSettings, targets: [...fullSettings.targets, ...fullSettings.targets] },
      'twice',
    ],
    [
      "the hub's own place as a target",
      {
        ...fullSettings,
        targets: [
          {
            account: fullSettings.account,
            region: fullSettings.region,
            externalId: 'a-shared-secret-of-two',
          },
        ],
      },
      'is not a target',
    ],
    ['every document', { documents: ['*'] }, 'documents'],
    ['every function', { functions: ['*'] }, 'functions'],
    ["a function of Groundswell's own", { functions: ['groundswell-launch-wave'] }, "Groundswell's own"],
    ["names that Groundswell's own functions may have", { functions: ['ground*'] }, "Groundswell's own"],
    [
      'more names of documents and functions than an environment holds',
      {
        documents: Array.from({ length: 50 }, (_, index) => `Shop-${index}`.padEnd(58, 'x')),
        functions: ['warm-cache-of-the-shop', 'warm-cache-of-the-search', 'warm-cache-of-the-pages'],
      },
      'documents, functions and traffic have together at most 3,000 characters',
    ],
    [
      'more names of documents than an environment holds',
      { documents: Array.from({ length: 50 }, (_, index) => `Shop-${index}`.padEnd(100, 'x')) },
      'together at most 3,000 characters',
    ],
    [
      'an endpoint without TLS',
      { notifications: [{ protocol: 'https', endpoint: 'http://example.com' }] },
      'endpoint',
    ],
    ['a retention that CloudWatch does not know', { logDays: 91 }, 'logDays'],
    ['fewer runs of the audit than a mapping can be bounded to', { auditConcurrency: 1 }, 'at least 2'],
    ['a console without an API', { console: fullSettings.console }, 'set api'],
    [
      'a certificate of another Region than CloudFront’s',
      {
        ...fullSettings,
        console: {
          ...fullSettings.console,
          certificateArn: fullSettings.console.certificateArn.replace('us-east-1', 'eu-west-1'),
        },
      },
      'certificateArn',
    ],
    [
      'an origin of tokens that is more than an origin, and could widen the policy of the page',
      {
        ...fullSettings,
        console: { ...fullSettings.console, tokenOrigins: ['https://a.example.com/; script-src *'] },
      },
      'tokenOrigins',
    ],
  ])('refuse %s, and say where', (_name, settings, where) => {
    expect(refusal(settings)).toContain(where);
  });

  it('refuse everything that is wrong at once', () => {
    const message = refusal({ stage: 'Not a slug', logDays: 91 });
    expect(message).toContain('stage');
    expect(message).toContain('logDays');
  });
});
