import type { Action } from '../../../../contracts/action.ts';

/** What whoever shows an action has to know of its kind. */
interface ShownKind {
  /** What people call it. */
  readonly noun: string;
  /** It waits for people, whose time nobody foresees. */
  readonly asksPeople: boolean;
}

/** Apart from all else of the kinds, so that the console's page, which shows actions, carries no more than this. */
export const shownKinds: Readonly<Record<Action['kind'], ShownKind>> = {
  automation: { noun: 'runbook', asksPeople: false },
  approval: { noun: 'approval', asksPeople: true },
  wait: { noun: 'wait', asksPeople: false },
  callback: { noun: 'task', asksPeople: false },
  alarm: { noun: 'alarm gate', asksPeople: false },
  lambda: { noun: 'function', asksPeople: false },
  traffic: { noun: 'move of traffic', asksPeople: false },
};
