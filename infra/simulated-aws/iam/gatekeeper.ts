import type { CredentialScope } from '../gateway/credential-scope.ts';
import { refusal } from '../gateway/refusal.ts';
import { asServiceError } from '../protocols/service-error.ts';
import type { WireRequest, WireResponse } from '../wire.ts';
import type { Access, Facts, Place } from './access.ts';
import { accessOfServices } from './actions/services.ts';
import type { Authority } from './authority.ts';
import { callOf } from './call.ts';
import { principalOfRequest } from './caller.ts';
import { denialMessage } from './denial.ts';
import { deniedAnswer, writtenAction } from './denied-answer.ts';
import type { Decision } from './evaluate.ts';
import { partsOfArn } from './pattern.ts';
import type { Principal } from './principal.ts';
import { contextOf, type ContextValues } from './request-context.ts';

export interface GatekeeperOptions {
  readonly authority: Authority;
  readonly facts: Facts;
  /** The account whose user calls without a session, and whose services exist once. */
  readonly home: Place;
  /** Whether a service exists in each account and Region; the others are those of home alone. */
  readonly isEverywhere: (service: string) => boolean;
}

/** Answers a call that is not permitted; undefined for one that is. */
export type Gatekeeper = (
  scope: CredentialScope,
  request: WireRequest,
  /** What the way of the call says of it. */
  context?: ContextValues,
) => Promise<WireResponse | undefined>;

const nobodysResource: Extract<Decision, { allowed: false }> = {
  allowed: false,
  isExplicit: false,
  type: 'resource-based policy',
};

/** IAM in front of all services: what is not known to need a permission is refused. */
export const createGatekeeper = ({ authority, facts, home, isEverywhere }: GatekeeperOptions): Gatekeeper => {
  const placeOf = (principal: Principal, { service, region }: CredentialScope): Place => {
    const account = principal.kind === 'service' ? home.account : principal.account;
    return isEverywhere(service) ? { account, region } : { account, region: home.region };
  };
  const decisionOn = (
    service: string,
    principal: Principal,
    access: Access,
    context: ContextValues,
  ): Decision => {
    const owner = partsOfArn(access.resource)[4] ?? '';
    const isElsewhere =
      access.action.startsWith(`${service}:`) && /^\d{12}$/.test(owner) && owner !== home.account;
    // A service that exists once holds nothing for other accounts.
    if (isElsewhere && service !== 'sts' && !isEverywhere(service)) return nobodysResource;
    return authority.judge(principal, access, context);
  };
  const refuse = async (
    scope: CredentialScope,
    request: WireRequest,
    principal: Principal,
    context: ContextValues,
  ): Promise<WireResponse | undefined> => {
    const { service } = scope;
    const { operation, input } = callOf(service, request);
    const services = accessOfServices[service] ?? {};
    const accessOf = Object.hasOwn(services, operation) ? services[operation] : undefined;
    if (accessOf === undefined)
      return deniedAnswer(service, request, `It is not known what permission ${service}:${operation} needs.`);
    for (const access of await accessOf(input, placeOf(principal, scope), facts)) {
      const decision = decisionOn(service, principal, access, context);
      if (decision.allowed) continue;
      const action = writtenAction(service, access.action);
      const asked = { ...access, principal, context: contextOf() };
      return deniedAnswer(service, request, denialMessage(asked, decision, action));
    }
    return undefined;
  };
  return async (scope, request, context = {}) => {
    try {
      return await refuse(scope, request, principalOfRequest(request, home.account), context);
    } catch (raw) {
      const { statusCode, code, message } = asServiceError(raw);
      return refusal(request, statusCode, code, message);
    }
  };
};
