import { ServiceError } from '../protocols/service-error.ts';
import { type Identity, sessionIdentity, tokenFor } from '../sts/session.ts';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import type { FindService } from './aws-api.ts';
import type { AutomationDocument } from './document.ts';
import type { ExecutionRecord, Parameters } from './execution.ts';
import { runbookOf } from './runbook-of.ts';

/** What IAM says of automations; all is allowed where it is not enforced. */
export interface AutomationPermissions {
  /** Why Systems Manager may not assume a role for an automation. */
  readonly roleRefusal: (roleArn: string, automationArn: string) => string | undefined;
  /** Answers a call of an automation that is not permitted; forwarded: Systems Manager makes it in its caller's name. */
  readonly refuse: (request: WireRequest, isForwarded: boolean) => Promise<WireResponse | undefined>;
}

const reference = /\{\{\s*(\w+)\s*\}\}/g;

/** The role that a document, or whoever starts it, names for its steps. */
export const assumedRoleOf = (document: AutomationDocument, parameters: Parameters): string | undefined => {
  const written = runbookOf(document)?.assumeRole ?? '{{ AutomationAssumeRole }}';
  const role = written.replace(reference, (_, name: string) => parameters[name]?.[0] ?? '');
  return role === '' ? undefined : role;
};

/** "Run an automation by using an IAM service role": the session is named after the automation. */
export const sessionOfAutomation = (roleArn: string, id: string): Identity =>
  sessionIdentity(roleArn, `Automation-${id}`);

/** Throws what StartAutomationExecution answers where Systems Manager may not assume the role. */
export const checkRole = (
  permissions: Pick<AutomationPermissions, 'roleRefusal'> | undefined,
  roleArn: string | undefined,
  automationArn: string,
): void => {
  const reason = roleArn === undefined ? undefined : permissions?.roleRefusal(roleArn, automationArn);
  if (reason !== undefined)
    throw new ServiceError(
      'InvalidAutomationExecutionParametersException',
      `The defined assume role is unable to be assumed. ${reason}`,
    );
};

/** The services as whoever an automation runs as reaches them: its role, or the session that started it. */
export const reachedBy =
  (
    find: FindService,
    permissions: Pick<AutomationPermissions, 'refuse'> | undefined,
    { runsAs, executedBy }: Pick<ExecutionRecord, 'runsAs' | 'executedBy'>,
  ): FindService =>
  (signingName) => {
    const service = find(signingName);
    // The user of this machine may do everything.
    if (service === undefined || runsAs === undefined) return service;
    const reached: LocalService = {
      ...service,
      async handle(given) {
        const headers = { ...given.headers, 'x-amz-security-token': tokenFor(runsAs) };
        const request = { ...given, headers };
        return (await permissions?.refuse(request, runsAs.arn === executedBy)) ?? service.handle(request);
      },
    };
    return reached;
  };
