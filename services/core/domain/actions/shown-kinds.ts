import type { Action } from '../../../../contracts/action.ts';
import type { ShownKind } from './action-kind.ts';
import { shownAlarm } from './alarm.ts';
import { shownApproval } from './approval.ts';
import { shownAutomation } from './automation.ts';
import { shownCallback } from './callback.ts';
import { shownLambda } from './lambda.ts';
import { shownTraffic } from './traffic.ts';
import { shownWait } from './wait.ts';

/** Apart from all else of the kinds, so that the console's page, which shows actions, carries no more than this. */
export const shownKinds: Readonly<Record<Action['kind'], ShownKind>> = {
  automation: shownAutomation,
  approval: shownApproval,
  wait: shownWait,
  callback: shownCallback,
  alarm: shownAlarm,
  lambda: shownLambda,
  traffic: shownTraffic,
};
