import type { Action } from '../../../../contracts/action.ts';
import { namesServers } from '../parameter-reference.ts';
import type { ActionKind, UsedOutside } from './action-kind.ts';
import { alarm } from './alarm.ts';
import { approval } from './approval.ts';
import { automation } from './automation.ts';
import { callback } from './callback.ts';
import { lambda } from './lambda.ts';
import { traffic } from './traffic.ts';
import { wait } from './wait.ts';

/** Every kind of action, by the name that a plan gives it. */
export const actionKinds = { automation, approval, wait, callback, alarm, lambda, traffic } satisfies {
  readonly [Kind in Action['kind']]: ActionKind<Extract<Action, { kind: Kind }>>;
};

export const kindOf = ({ kind }: Pick<Action, 'kind'>): ActionKind => actionKinds[kind];

export const usedBy = (action: Action): UsedOutside => kindOf(action).uses(action);

/** Whether it refers to recovered servers. */
export const asksAboutServers = (action: Action): boolean => namesServers(kindOf(action).references(action));
