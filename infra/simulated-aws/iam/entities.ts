import { sessionIdentity } from '../sts/session.ts';
import { administrator } from './authority.ts';
import { principalOf } from './caller.ts';
import type { DeployedRole } from './deployment.ts';
import type { Entity } from './simulation.ts';

const isUser = (arn: string): boolean => /:user\//.test(arn);
const isRole = (arn: string): boolean => /:role\//.test(arn);

/**
 * Roles and users of an account, by their ARNs. Its users may do everything. Without deployed roles nothing is
 * enforced: there is each role that anybody names, and it may do everything as well.
 */
export const createEntities =
  (account: string, roles: readonly DeployedRole[] | undefined) =>
  (arn: string): Entity | undefined => {
    if (arn.split(':')[4] !== account) return undefined;
    if (isUser(arn))
      return { principal: { kind: 'user', account, arn, userId: arn }, policies: [administrator] };
    if (!isRole(arn)) return undefined;
    const principal = principalOf(sessionIdentity(arn, 'simulated'));
    if (roles === undefined) return { principal, policies: [administrator] };
    const role = roles.find((each) => each.arn === arn);
    return role && { principal, policies: role.policies, boundary: role.boundary };
  };
