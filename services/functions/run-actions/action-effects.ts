import type { Action } from '../../../contracts/action.ts';
import type { TransactPorts } from '../../core/kernel/transact.ts';
import type { AlarmReader } from '../../core/ports/alarm-reader.ts';
import type { AutomationService } from '../../core/ports/automation-service.ts';
import type { FunctionService } from '../../core/ports/function-service.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import type { TaskBoard } from '../../core/ports/task-board.ts';
import type { TrafficService } from '../../core/ports/traffic-service.ts';
import type { ClaimKnobs } from './claim.ts';
import type { ActionInHand } from './in-hand.ts';
import type { PaceKnobs } from './pace.ts';

/** What the kinds of actions need from the world, all together. */
export interface ActionPorts extends TransactPorts {
  readonly automation: AutomationService;
  readonly recovery: RecoveryService;
  readonly tasks: TaskBoard;
  readonly alarms: AlarmReader;
  readonly functions: FunctionService;
  readonly traffic: TrafficService;
  readonly log: Log;
}

export interface ActionKnobs {
  /** Between looks at automations whose end no status event has announced; SSM answers 3 a second. */
  readonly lookMs: number;
  readonly pace: PaceKnobs;
  readonly claim: ClaimKnobs;
  /** The longest timer: a timer that is still to fire is left alone by whoever finds that an event was lost. */
  readonly waitMaxMs: number;
}

export interface StartKnobs extends ActionKnobs {
  /** False in a paused execution: what was asked for is looked for, and nothing new begins. */
  readonly mayStart: boolean;
}

/** What an action of a kind does outside its wave's stream. Delays are in ms; Infinity: there is nothing to look for. */
export interface ActionEffects<A extends Action = Action> {
  /** Starts it, or finds out what its claim has started. Gives the delay until the next look. */
  start(ports: ActionPorts, inHand: ActionInHand<A>, knobs: StartKnobs): Promise<number>;
  /** Looks at it while it runs, at its timer or since an event asked for it, and says how it ended. */
  watch(ports: ActionPorts, inHand: ActionInHand<A>): Promise<void>;
  /** Stops it with its wave. Gives the delay until the next look. */
  stop(ports: ActionPorts, inHand: ActionInHand<A>, knobs: ActionKnobs): Promise<number>;
  /** How long until the next look while it runs. `leftMs`: until its deadline, or the warning of that. */
  lookAgainMs(action: A, leftMs: number, isLate: boolean, knobs: ActionKnobs): number;
}
