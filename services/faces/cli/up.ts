import { readTemplates, templateFilesAt } from '../../../infra/simulated-aws/iam/templates/read-templates.ts';
import { accessRulesSchema } from '../../../contracts/access.ts';
import { signInSchema } from '../../../infra/local/web/token-check.ts';
import { startRuntime, type Runtime, type RuntimeOptions } from '../../../infra/local/runtime.ts';
import { homeOf } from '../../../infra/local/runtime/deployed-home.ts';
import { calledAs } from './help.ts';
import { defaultConnection, placeOf } from './connection.ts';
import { chosenContext, fromContext } from './contexts.ts';
import type { Console } from './console.ts';
import { warnOfFailedRuns } from './failed-runs.ts';
import { readDocumentFile } from './document-file.ts';
import { InputError } from './input-error.ts';
import { chooseScenario } from './scenario-file.ts';

export interface UpOptions {
  readonly port: number;
  readonly state: string;
  readonly speed: number;
  readonly scenario?: string;
  readonly host?: string;
  readonly outbound?: boolean;
  readonly json?: boolean;
  readonly recoveryNeedsApproval?: boolean;
  /** Folders of `cdk synth`, or templates, whose permissions are enforced. */
  readonly enforceIam?: readonly string[];
  readonly verifySignatures?: boolean;
  /** A file that says whose tokens the API and the console ask for. */
  readonly signIn?: string;
  /** A file with access rules. */
  readonly access?: string;
}

/** Someone who listens on an address other than this machine's should know who gets in. */
const warning = ({ host, verifySignatures }: UpOptions): string => {
  if (host === undefined) return '';
  const why =
    verifySignatures === true
      ? 'the secret of its keys is public, and the console asks for none'
      : 'signatures are not checked';
  return `Anyone who can reach ${host} can do anything here: ${why}.\n`;
};

/** What a command has to be told to find a runtime that is not where it looks. */
const whereabouts = ({ endpoint, region }: Runtime, found: ReturnType<typeof placeOf>): string =>
  [
    ...(endpoint === found.endpoint ? [] : [` --endpoint ${endpoint}`]),
    ...(region === (found.region ?? defaultConnection.region) ? [] : [` --region ${region}`]),
  ].join('');

/** Where a command without options looks. Asked before the runtime starts, whose own clients find it by the environment. */
const placeWithoutOptions = (): ReturnType<typeof placeOf> => {
  const { bus, table } = defaultConnection;
  const chosen = chosenContext({}, process.env);
  return placeOf({ bus, table, ...(chosen && fromContext(chosen, () => false)) });
};

const guide = ({ endpoint, region }: Runtime, where: string, options: UpOptions): string => `
Groundswell is up on ${endpoint}, at ${options.speed} times real time, with its state in ${options.state}.
Its console: ${endpoint}/, and its documentation: ${endpoint}/docs
${warning(options)}
Try, in another terminal:

  ${calledAs()} request three-tier --mode drill${where}
  ${calledAs()} status --watch${where}

or with any AWS client:

  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws events put-events --entries '[{"EventBusName":"groundswell","Source":"groundswell","DetailType":"ExecutionRequested","Detail":"{\\"data\\":{\\"planId\\":\\"three-tier\\",\\"mode\\":\\"DRILL\\"}}"}]'
  aws drs describe-jobs
  aws drs describe-source-servers --query 'items[].[sourceServerID,tags.Name]' --output text
  aws dynamodb query --table-name groundswell-state --index-name OpenIndex --key-condition-expression '#o = :o' \\
    --expression-attribute-names '{"#o":"open"}' --expression-attribute-values '{":o":{"S":"open"}}'

Stop it with Ctrl-C. The next start continues where it left off.
`;

const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

/** What the named templates permit, in the account and Region that they are for. */
const iamOf = (
  templates: readonly string[] | undefined,
): Pick<RuntimeOptions, 'iam' | 'account' | 'region'> => {
  if (templates === undefined) return {};
  const refused = (message: string): InputError =>
    new InputError('These templates cannot be enforced', templates.join(', '), [{ path: '', message }]);
  const read = () => {
    try {
      const home = { account: '111122223333', region: 'eu-west-1' };
      return readTemplates(templates.flatMap(templateFilesAt), home);
    } catch (error) {
      throw refused(error instanceof Error ? error.message : String(error));
    }
  };
  const deployment = read();
  const home = homeOf(deployment);
  if (home === undefined) throw refused('none of them contains a Groundswell function');
  return { iam: { deployment }, ...home };
};

/** Who asks, and what they may, as the files of the options say it. */
const accessOf = ({ signIn, access }: UpOptions): Pick<RuntimeOptions, 'signIn' | 'access'> => {
  if (access !== undefined && signIn === undefined) {
    const expected = '--sign-in FILE, with the issuer of the tokens that say who asks';
    const fault = { path: '', message: 'goes by who asks, and nobody is asked who they are', expected };
    throw new InputError('The access rules cannot be used', access, [fault]);
  }
  return {
    ...(signIn !== undefined && { signIn: readDocumentFile(signIn, signInSchema, 'Invalid sign-in') }),
    ...(access !== undefined && {
      access: readDocumentFile(access, accessRulesSchema, 'Invalid access rules'),
    }),
  };
};

/** Runs the simulated AWS with Groundswell in it until it is stopped. Returns the exit code. */
export const up = async (options: UpOptions, console: Console): Promise<number> => {
  const scenario = chooseScenario(options.scenario);
  const found = placeWithoutOptions();
  const access = accessOf(options);
  const runtime = await startRuntime({
    ...{ port: options.port, stateDir: options.state, speed: options.speed, scenario },
    ...(options.host !== undefined && { host: options.host }),
    ...iamOf(options.enforceIam),
    ...access,
    outbound: options.outbound ?? false,
    verifySignatures: options.verifySignatures === true,
    recoveryNeedsApproval: options.recoveryNeedsApproval === true,
    onRun: warnOfFailedRuns(console),
    onNote: console.warn,
  });
  // The SDK's clients take long to load, and the endpoint answers without them.
  const { storeSamplePlan } = await import('./sample-plan.ts');
  await storeSamplePlan({ ...defaultConnection, ...runtime }, runtime.now());
  const { endpoint, region } = runtime;
  const { state, speed } = options;
  console.print(
    options.json === true
      ? JSON.stringify({ endpoint, region, state, speed })
      : guide(runtime, whereabouts(runtime, found), options),
  );
  await Promise.all([stopped(), runtime.warm()]);
  await runtime.close();
  return 0;
};
