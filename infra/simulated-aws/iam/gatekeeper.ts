import type { CredentialScope } from '../gateway/credential-scope.ts';
import { refusal } from '../gateway/refusal.ts';
import { asServiceError } from '../protocols/service-error.ts';
import { accountOf } from '../sts/access-key.ts';
import type { WireRequest, WireResponse } from '../wire.ts';
import type { Access, Facts, Place } from './access.ts';
import { accessOfServices } from './actions/services.ts';
import type { Authority } from './authority.ts';
import { callOf } from './call.ts';
import { principalOfRequest } from './caller.ts';
import { denialMessage } from './denial.ts';
import { deniedAnswer, writtenAction } from './denied-answer.ts';
import type { Decision } from './evaluate.ts';
import { isForOwnersAlone, namesAnother } from './owner.ts';
import type { Principal } from './principal.ts';
import { isAcross } from './reach.ts';
import { contextOf, type ContextValues } from './request-context.ts';

export interface GatekeeperOptions {
  readonly authority: Authority;
  /** Whether all is judged, or only what belongs to other accounts than its caller's. */
  readonly isEnforced: boolean;
  readonly factsAt: (place: Place) => Facts;
  /** The account of callers without a session. */
  readonly homeAccount: string;
}

/** Answers a call that is not permitted; undefined for one that is. */
export type Gatekeeper = (
  scope: CredentialScope,
  request: WireRequest,
  /** What the way of the call says of it. */
  context?: ContextValues,
) => Promise<WireResponse | undefined>;

const nobodysElse: Extract<Decision, { allowed: false }> = {
  allowed: false,
  isExplicit: false,
  type: 'resource-based policy',
};

/** Services whose resources other accounts can be let in to, and those that refuse them. */
const shared = ['dynamodb', 'events', 'lambda', 'secretsmanager', 'sns', 'sqs'];

/** IAM in front of all services: what is not known to need a permission is refused. */
export const createGatekeeper = (options: GatekeeperOptions): Gatekeeper => {
  const { authority, isEnforced, factsAt, homeAccount } = options;
  const decisionOn = (principal: Principal, access: Access, context: ContextValues): Decision =>
    isForOwnersAlone(access.action) && isAcross(principal, access)
      ? nobodysElse
      : authority.judge(principal, access, context);
  const refuse = async (
    { service, region }: CredentialScope,
    request: WireRequest,
    principal: Principal,
    context: ContextValues,
  ): Promise<WireResponse | undefined> => {
    const { operation, input } = callOf(service, request);
    const services = accessOfServices[service] ?? {};
    const accessOf = Object.hasOwn(services, operation) ? services[operation] : undefined;
    if (accessOf === undefined)
      return isEnforced
        ? deniedAnswer(service, request, `It is not known what permission ${service}:${operation} needs.`)
        : undefined;
    const place = { account: principal.kind === 'service' ? homeAccount : principal.account, region };
    for (const access of await accessOf(input, place, factsAt(place))) {
      if (!isEnforced && !isAcross(principal, access)) continue;
      const decision = decisionOn(principal, access, context);
      if (decision.allowed) continue;
      const action = writtenAction(service, access.action);
      const asked = { ...access, principal, context: contextOf() };
      return deniedAnswer(service, request, denialMessage(asked, decision, action));
    }
    return undefined;
  };
  return async (scope, request, context = {}) => {
    const account = accountOf(scope.accessKeyId) ?? homeAccount;
    if (!isEnforced && !(shared.includes(scope.service) && namesAnother(request, account))) return undefined;
    try {
      return await refuse(scope, request, principalOfRequest(request, account), context);
    } catch (raw) {
      const { statusCode, code, message } = asServiceError(raw);
      return refusal(request, statusCode, code, message);
    }
  };
};
