import { allowedThings, type AllowedThing } from '../../../contracts/allow-lists.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { documentFaults } from './document-faults.ts';
import { functionFaults } from './function-faults.ts';
import { trafficFaults } from './traffic.ts';

/**
 * What plans may use of each thing: runbooks and functions by name, where a trailing `*` matches any ending; ZONE/NAME
 * of records and ARNs of routing controls, where `*` is any. `any` checks nothing: it is not known what is allowed.
 */
export type Allowed = Readonly<Record<AllowedThing, readonly string[] | 'any'>>;

const faultsOf: Readonly<Record<AllowedThing, (plan: Plan, allowed: readonly string[]) => readonly Fault[]>> =
  { documents: documentFaults, functions: functionFaults, traffic: trafficFaults };

/** What a plan uses and its deployment does not allow. */
export const notAllowed = (plan: Plan, allowed: Allowed): readonly Fault[] =>
  allowedThings.flatMap((thing) => {
    const names = allowed[thing];
    return names === 'any' ? [] : faultsOf[thing](plan, names);
  });
