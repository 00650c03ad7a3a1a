import { partsOfArn } from './pattern.ts';
import type { Access } from './access.ts';
import type { Enforcement } from './enforcement.ts';
import type { Principal } from './principal.ts';
import type { ContextValues } from './request-context.ts';

/** Why somebody may not do something; nothing where they may. */
export type Reach = Pick<Enforcement, 'refusal'>;

const accountIn = (arn: unknown): string | undefined => {
  const account = typeof arn === 'string' ? partsOfArn(arn)[4] : undefined;
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
};

/** The account that asks: a service of AWS asks for the account of the resource that makes it do so. */
const asker = (principal: Principal, context: ContextValues = {}): string | undefined =>
  principal.kind === 'service' ? accountIn(context['aws:SourceArn']) : principal.account;

/** Whether a resource belongs to another account than the one that asks. */
export const isAcross = (principal: Principal, { resource }: Access, context?: ContextValues): boolean => {
  const [owner, from] = [accountIn(resource), asker(principal, context)];
  return owner !== undefined && from !== undefined && owner !== from;
};

/** Without templates everything is permitted within an account; what belongs to another one is as its policy says. */
export const reachAcross = (enforcement: Enforcement): Reach => ({
  refusal: (principal, access, context) =>
    isAcross(principal, access, context) ? enforcement.refusal(principal, access, context) : undefined,
});
