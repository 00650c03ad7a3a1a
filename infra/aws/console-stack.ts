import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { configFile, type ConsoleFile } from '../console-files.ts';
import { ConsoleDistribution } from './console-distribution.ts';
import { LogBucket } from './log-bucket.ts';
import { PageBucket } from './page-bucket.ts';
import type { Settings } from './settings.ts';

export interface ConsoleStackProps extends StackProps {
  readonly settings: Settings;
  readonly api: NonNullable<Settings['api']>;
  readonly console: NonNullable<Settings['console']>;
  readonly apiDomainName: string;
  readonly files: readonly ConsoleFile[];
}

/** What the page reads before it shows anything: who lets its readers in. */
const configOf = ({ api, console }: ConsoleStackProps): ConsoleFile => ({
  path: configFile,
  contentType: 'application/json',
  body: JSON.stringify({
    signIn: {
      issuer: api.issuer,
      clientId: console.clientId,
      scope: [...new Set(['openid', ...console.scopes])].join(' '),
    },
  }),
});

/** The console: the page's files, and CloudFront in front of them and of the API. Recoveries do not need it. */
export class ConsoleStack extends Stack {
  constructor(scope: Construct, id: string, props: ConsoleStackProps) {
    super(scope, id, props);
    const { settings, api, console, apiDomainName, files } = props;
    const logs = new LogBucket(this, 'Logs', { days: settings.logDays }).bucket;
    const page = new PageBucket(this, 'Page', {
      files: [...files.filter(({ path }) => path !== configFile), configOf(props)],
      logs,
      logDays: settings.logDays,
    });
    const { domainName } = new ConsoleDistribution(this, 'Console', {
      settings: console,
      stage: settings.stage,
      issuer: api.issuer,
      ...{ apiDomainName, page, logs },
    });
    new CfnOutput(this, 'DomainName', {
      description: `What ${console.domainName} has to be an alias of`,
      value: domainName,
    });
  }
}
