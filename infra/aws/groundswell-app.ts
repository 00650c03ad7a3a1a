import { Annotations, App, Tags } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { ConsoleFile } from '../console-files.ts';
import type { ServiceName } from '../../contracts/services.ts';
import { ConsoleStack } from './console-stack.ts';
import { HubStack } from './hub-stack.ts';
import { readSettings, type Settings } from './settings.ts';
import { TargetStack } from './target-stack.ts';

export interface GroundswellAppProps {
  readonly codeOf: (service: ServiceName) => Code;
  /** The code of a step of ARC Region switch; needed where the settings name one. */
  readonly stepCode?: (() => Code) | undefined;
  /** The files of the console's page. */
  readonly consoleFiles: readonly ConsoleFile[];
  /** Where the credentials lead, if there are any; the settings come before it. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly outdir?: string;
  /** False where CDK's own rules for templates need not be checked: that takes as long as all else of the synthesis. */
  readonly validated?: boolean;
}

export interface GroundswellApp {
  readonly app: App;
  readonly settings: Settings;
  readonly hub: HubStack;
  readonly console: ConsoleStack | undefined;
  readonly targets: readonly TargetStack[];
}

/** The stacks of one deployment: the hub, and one for each account and Region beside it. */
export const createGroundswellApp = (props: GroundswellAppProps): GroundswellApp => {
  const { codeOf, stepCode, context = {}, outdir, validated = true } = props;
  const app = new App({
    context: { ...context },
    builtinCloudFormationValidation: validated,
    ...(outdir !== undefined && { outdir }),
  });
  const settings = readSettings(app.node.tryGetContext('groundswell'));
  const account = settings.account ?? props.account;
  const region = settings.region ?? props.region;
  const name = `groundswell-${settings.stage}`;

  const hubPlace = { ...(account !== undefined && { account }), ...(region !== undefined && { region }) };
  const stack = new HubStack(app, `${name}-hub`, {
    description: 'Groundswell: disaster-recovery plans on AWS Elastic Disaster Recovery',
    env: hubPlace,
    terminationProtection: settings.protected,
    ...{ settings, codeOf, stepCode },
  });
  const { hub } = stack;
  const { api, console: consoleSettings } = settings;
  const console =
    api && consoleSettings && hub.api
      ? new ConsoleStack(app, `${name}-console`, {
          description: 'Groundswell: the page for operators',
          env: hubPlace,
          terminationProtection: settings.protected,
          ...{ settings, api, console: consoleSettings },
          apiDomainName: hub.api.domainName,
          files: props.consoleFiles,
        })
      : undefined;
  const targets = settings.targets.map(
    (target) =>
      new TargetStack(app, `${name}-target-${target.account}-${target.region}`, {
        description: 'Groundswell: what the hub needs where it recovers servers',
        env: { account: target.account, region: target.region },
        hub: { account: account ?? '', region: region ?? '' },
        services: hub.services,
        ...{ settings, target },
      }),
  );
  // A target trusts the hub's roles by name, and IAM refuses a trust in what does not exist.
  for (const target of targets) target.addStackDependency(stack);
  if (!settings.protected)
    Annotations.of(stack).addInfo(
      'Neither the stacks nor the table are protected from deletion. Set "protected": true once the first deployment has succeeded.',
    );
  Tags.of(app).add('groundswell:stage', settings.stage);
  return { app, settings, hub: stack, console, targets };
};
