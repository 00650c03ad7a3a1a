import { App, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { HubStack } from './hub-stack.ts';
import { readSettings, type Settings } from './settings.ts';
import { TargetStack } from './target-stack.ts';

export interface GroundswellAppProps {
  readonly codeOf: (service: string) => Code;
  /** Where the credentials lead, if there are any; the settings come before it. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly outdir?: string;
}

export interface GroundswellApp {
  readonly app: App;
  readonly settings: Settings;
  readonly hub: HubStack;
  readonly targets: readonly TargetStack[];
}

/** The stacks of one deployment: the hub, and one for each account and Region beside it. */
export const createGroundswellApp = (props: GroundswellAppProps): GroundswellApp => {
  const { codeOf, context = {}, outdir } = props;
  const app = new App({ context: { ...context }, ...(outdir !== undefined && { outdir }) });
  const settings = readSettings(app.node.tryGetContext('groundswell'));
  const account = settings.account ?? props.account;
  const region = settings.region ?? props.region;
  const name = `groundswell-${settings.stage}`;

  const hub = new HubStack(app, `${name}-hub`, {
    description: 'Groundswell: disaster-recovery plans on AWS Elastic Disaster Recovery',
    env: { ...(account !== undefined && { account }), ...(region !== undefined && { region }) },
    terminationProtection: true,
    ...{ settings, codeOf },
  });
  const targets = settings.targets.map(
    (target) =>
      new TargetStack(app, `${name}-target-${target.account}-${target.region}`, {
        description: 'Groundswell: what the hub needs where it recovers servers',
        env: { account: target.account, region: target.region },
        hub: { account: account ?? '', region: region ?? '' },
        ...{ settings, target },
      }),
  );
  Tags.of(app).add('groundswell:stage', settings.stage);
  return { app, settings, hub, targets };
};
