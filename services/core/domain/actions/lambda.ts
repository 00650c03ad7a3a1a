import type { LambdaAction } from '../../../../contracts/actions/lambda.ts';
import type { Fault } from '../../../../contracts/execution-events.ts';
import { referenceFaults } from '../parameter-reference.ts';
import { targetFaults } from '../target-faults.ts';
import type { ActionKind, AtDeadline } from './action-kind.ts';
import { heartbeatFaults } from './heartbeat-faults.ts';

const modeFaults = (
  { mode, function: name, heartbeatMinutes }: LambdaAction,
  at: string,
): readonly Fault[] => [
  ...(mode === 'durable' && !name.includes(':')
    ? [
        {
          path: `${at}.function`,
          message: `Lambda starts a durable execution of a version or an alias only, and ${name} names none`,
          expected: `such as ${name}:live`,
        },
      ]
    : []),
  ...(mode !== 'callback' && heartbeatMinutes !== undefined
    ? [
        {
          path: `${at}.heartbeatMinutes`,
          message: `in mode ${mode} no worker reports`,
          expected: 'mode callback, or no heartbeatMinutes',
        },
      ]
    : []),
];

/** An execution of Lambda's own has to be stopped first. */
const atDeadline: Readonly<Record<LambdaAction['mode'], AtDeadline | undefined>> = {
  callback: { succeeds: false, message: 'its worker has not reported its end in time' },
  poll: { succeeds: false, message: 'the function was not done in time' },
  durable: undefined,
};

const warning: Readonly<Record<LambdaAction['mode'], string>> = {
  callback: 'The worker is told to stop, and the action fails.',
  poll: 'The action fails.',
  durable: 'The durable execution is stopped, and the action fails.',
};

/** A function of Lambda: with a task to report on, as a durable execution, or asked until it is done. */
export const lambda: ActionKind<LambdaAction> = {
  isLearned: true,
  needed: { function: 'unread' },

  inWords: ({ function: name, mode }) => `the function ${name}${mode === 'callback' ? '' : ` (${mode})`}`,
  faults: (action, { plan, at, knowsServers }) => [
    ...referenceFaults(action.parameters, knowsServers, `${at}.parameters`),
    ...targetFaults(plan, action.target, `${at}.target`),
    ...modeFaults(action, at),
    ...(action.mode === 'callback' ? heartbeatFaults(action, at) : []),
  ],
  targetOf: ({ target }) => target,
  references: ({ parameters }) => parameters,
  uses: (action) => ({ function: action }),

  question: () => undefined,
  minutes: ({ timeoutMinutes }) => timeoutMinutes,
  heartbeatMinutes: ({ heartbeatMinutes }) => heartbeatMinutes,
  triesMax: ({ triesMax }) => triesMax,
  atDeadline: ({ mode }) => atDeadline[mode],
  warningOf: ({ mode }) => warning[mode],
  expectedMs: (_action, learnedMs = 0) => learnedMs,
};
