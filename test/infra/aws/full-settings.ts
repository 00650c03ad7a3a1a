export const hubAccount = '111122223333';
export const targetAccount = '777788889999';
export const externalId = 'a-shared-secret-of-two';

/** Everything that a deployer can ask for. */
export const fullSettings = {
  account: hubAccount,
  region: 'eu-west-1',
  encryption: 'own',
  alarmEmail: 'operations@example.com',
  documents: ['AWS-RunShellScript', 'Shop-*'],
  functions: ['warm-cache', 'shop-*'],
  traffic: [
    'Z0123456789SHOP/www.shop.example.com',
    'Z0123456789SHOP/api.shop.example.com',
    `arn:aws:route53-recovery-control::${hubAccount}:controlpanel/shop/routingcontrol/recovery`,
  ],
  automationRoles: [`arn:aws:iam::${hubAccount}:role/Automation`],
  instanceRoles: [`arn:aws:iam::${hubAccount}:role/ShopServer`],
  requesters: ['444455556666'],
  targets: [{ account: targetAccount, region: 'eu-central-1', externalId }],
  notifications: [
    { protocol: 'email', endpoint: 'recovery@example.com' },
    { protocol: 'https', endpoint: 'https://hooks.example.com/recovery' },
    { protocol: 'sqs', endpoint: `arn:aws:sqs:eu-west-1:${hubAccount}:recovery` },
  ],
  notify: {
    parameters: ['/hooks/slack', '/pagerduty/key'],
    secrets: ['hooks/teams'],
    topics: [`arn:aws:sns:eu-west-1:${hubAccount}:board`],
    keys: [`arn:aws:kms:eu-west-1:${hubAccount}:key/0a1b2c3d`],
  },
  protected: true,
  auditConcurrency: 5,
  api: { issuer: 'https://tokens.example.com/pool', audience: ['groundswell'] },
  access: [
    { groups: ['recovery'], plans: 'all', may: ['see', 'run', 'decide', 'approve', 'edit'] },
    {
      groups: ['payments'],
      machines: ['pipeline'],
      plans: { tags: { team: 'payments' } },
      may: ['see', 'run'],
    },
  ],
  console: {
    domainName: 'console.example.com',
    certificateArn: `arn:aws:acm:us-east-1:${hubAccount}:certificate/0a1b2c3d`,
    clientId: 'groundswell-console',
    scopes: ['groundswell/operator'],
    tokenOrigins: ['https://sign-in.example.com'],
  },
};
