import type { DeployedFunction } from './deployment.ts';
import { type Enforcement, service, sessionOf } from './enforcement.ts';

/** Templates that CloudFormation could not deploy, with everything that Lambda refuses of them. */
export class DeploymentError extends Error {
  constructor(faults: readonly string[]) {
    super(`The templates cannot be deployed.\n${faults.join('\n')}`);
    this.name = 'DeploymentError';
  }
}

const sending: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
  events: 'events:PutEvents',
};

/** What Lambda needs of a function's role, for itself, to hand over what the function failed at. */
export const destinationAccess = (arn: string) => ({
  action: sending[arn.split(':')[2] ?? ''] ?? 'lambda:InvokeFunction',
  resource: arn,
});

const lacking = ({ name }: DeployedFunction, action: string): string => {
  const [of = '', operation = ''] = action.split(':');
  return `${name}: the provided execution role does not have permissions to call ${operation} on ${of.toUpperCase()}`;
};

const faultsOf = (enforcement: Enforcement, fn: DeployedFunction): readonly string[] => {
  const { deployment, authority } = enforcement;
  const account = { 'aws:SourceAccount': fn.account, 'aws:SourceArn': fn.arn };
  const assuming = { action: 'sts:AssumeRole', resource: fn.roleArn };
  if (!authority.judge(service('lambda'), assuming, account).allowed)
    return [`${fn.name}: the role defined for the function cannot be assumed by Lambda`];
  const sources = deployment.mappings.flatMap(({ functionArn, sourceArn }) =>
    functionArn === fn.arn ? [sourceArn] : [],
  );
  const needed = [
    ...(fn.isTraced ? [{ action: 'xray:PutTraceSegments', resource: '*' }] : []),
    ...sources.flatMap((resource) =>
      ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((name) => ({
        action: `sqs:${name}`,
        resource,
      })),
    ),
    ...(fn.onFailureArn === undefined ? [] : [destinationAccess(fn.onFailureArn)]),
  ];
  const session = sessionOf(enforcement, fn);
  return needed
    .filter((access) => !authority.judge(session, access).allowed)
    .map(({ action }) => lacking(fn, action));
};

/** Lambda checks a function's role when a function, a mapping or a destination is created. Throws a DeploymentError. */
export const checkDeployment = (enforcement: Enforcement): void => {
  const faults = enforcement.deployment.functions
    // Functions that the CDK brings to do its own work may be in another account.
    .filter(({ name }) => enforcement.functionNamed(name) !== undefined)
    .flatMap((fn) => faultsOf(enforcement, fn));
  if (faults.length > 0) throw new DeploymentError(faults);
};
