import type { AutomationAction } from '../../../../contracts/actions/automation.ts';
import type { Fault } from '../../../../contracts/execution-events.ts';
import { referenceFaults } from '../parameter-reference.ts';
import { targetFaults } from '../target-faults.ts';
import type { ActionKind } from './action-kind.ts';

const roleFaults = ({ assumeRole, parameters }: AutomationAction, at: string): readonly Fault[] =>
  assumeRole !== undefined && Object.hasOwn(parameters, 'AutomationAssumeRole')
    ? [{ path: `${at}.assumeRole`, message: 'the parameter AutomationAssumeRole also names a role' }]
    : [];

/** A runbook of SSM: it is started after a claim, asked for its end, and stopped. */
export const automation: ActionKind<AutomationAction> = {
  isLearned: true,
  needed: { document: 'unread' },

  inWords: ({ document }) => `the runbook ${document}`,
  faults: (action, { plan, at, knowsServers }) => [
    ...referenceFaults(action.parameters, knowsServers, `${at}.parameters`),
    ...targetFaults(plan, action.target, `${at}.target`),
    ...roleFaults(action, at),
  ],
  targetOf: ({ target }) => target,
  references: ({ parameters }) => parameters,
  uses: (action) => ({ runbook: action }),

  question: () => undefined,
  minutes: ({ timeoutMinutes }) => timeoutMinutes,
  heartbeatMinutes: () => undefined,
  triesMax: ({ triesMax }) => triesMax,
  atDeadline: () => undefined,
  warningOf: () => 'The automation is stopped, and the action fails.',
  expectedMs: (_action, learnedMs = 0) => learnedMs,
};
