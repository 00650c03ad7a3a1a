import type { Action } from '../../../../contracts/action.ts';
import type { ActionEffects } from '../action-effects.ts';
import { alarm } from './alarm.ts';
import { automation } from './automation.ts';
import { callback } from './callback.ts';
import { lambda } from './lambda.ts';
import { traffic } from './traffic.ts';
import { timed } from './timed.ts';

/** What each kind of action does, by the name that a plan gives the kind. */
const effects = { alarm, automation, callback, lambda, traffic, approval: timed, wait: timed } satisfies {
  readonly [Kind in Action['kind']]: ActionEffects<Extract<Action, { kind: Kind }>>;
};

export const effectsOf = ({ kind }: Action): ActionEffects => effects[kind];
