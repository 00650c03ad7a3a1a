import { credentialScopeOf } from '../gateway/credential-scope.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { forwardedBy } from './on-behalf.ts';
import type { AutomationPermissions } from '../ssm/runner.ts';
import { type Enforcement, service } from './enforcement.ts';

/**
 * What runbooks may do. One with a role acts in it, if its trust policy lets Systems Manager assume it; one without
 * acts in the name of whoever started it. A role that the templates do not have cannot be assumed: nothing is known
 * of what it permits.
 */
export const createAutomationPermissions = (
  enforcement: Enforcement,
  region: string,
  refuse: Gatekeeper,
): AutomationPermissions => ({
  roleRefusal(roleArn, automationArn) {
    if (!enforcement.authority.roles.some(({ arn }) => arn === roleArn))
      return `The templates have no role ${roleArn}.`;
    const source = { 'aws:SourceArn': automationArn, 'aws:SourceAccount': automationArn.split(':')[4] };
    return enforcement.refusal(service('ssm'), { action: 'sts:AssumeRole', resource: roleArn }, source);
  },
  async refuse(request, isForwarded) {
    const scope = credentialScopeOf(request, region);
    if (scope === undefined) return undefined;
    return refuse(scope, request, isForwarded ? forwardedBy('ssm.amazonaws.com') : {});
  },
});
