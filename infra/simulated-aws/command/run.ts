import { readTemplates, templateFilesAt, TemplatesError } from '../iam/templates/read-templates.ts';
import { createSimulatedAws, type SimulatedAws, type SimulatedAwsOptions } from '../simulated-aws.ts';
import { type RunArguments, UsageError } from './arguments.ts';
import { readScenario } from './scenario-file.ts';

const guide = ({ endpoint, region, account }: SimulatedAws, { speed, state }: RunArguments): string => `
The simulated AWS is up on ${endpoint}: account ${account}, Region ${region}, ${speed} times real time,
${state === undefined ? 'all in memory' : `with its state in ${state}`}. Any client of AWS can call it:

  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws drs describe-source-servers --query 'items[].[sourceServerID,tags.Name]' --output text

Stop it with Ctrl-C.
`;

const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });

const iamOf = ({ enforceIam, account, region }: RunArguments): Pick<SimulatedAwsOptions, 'iam'> => {
  if (enforceIam.length === 0) return {};
  try {
    const deployment = readTemplates(enforceIam.flatMap(templateFilesAt), { account, region });
    return { iam: { deployment } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw error instanceof TemplatesError ? new UsageError(`--enforce-iam: ${reason}`) : error;
  }
};

/** Runs the simulated AWS until it is told to stop. */
export const run = async (args: RunArguments, print: (text: string) => void): Promise<void> => {
  const { port, host, region, account, speed, outbound, verifySignatures } = args;
  const aws = await createSimulatedAws({
    ...{ port, host, region, account, speed, outbound, verifySignatures, ...iamOf(args) },
    ...(args.scenario !== undefined && { scenario: readScenario(args.scenario) }),
    ...(args.state !== undefined && { stateDir: args.state }),
    onNote: print,
  });
  print(guide(aws, args));
  await stopped();
  await aws.close();
};
