import type { Fault } from '../../../../contracts/execution-events.ts';
import type { Action, ActionSteps } from '../../../../contracts/action.ts';
import type { Plan, PlanWave, Target } from '../../../../contracts/plan.ts';
import { takeSlug } from '../import/naming.ts';
import { chainOf } from './chain.ts';

/** A step as DRS has it, without what DRS gives it. */
export interface NativeStep {
  readonly stepName: string;
  readonly configuration:
    | {
        readonly serverStepConfiguration: {
          readonly servers: readonly {
            readonly serverArn: string;
            readonly impactLevel: 'CRITICAL' | 'OPTIONAL';
          }[];
        };
      }
    | { readonly waitStepConfiguration: { readonly waitDurationMinutes: number } };
}

/** One of DRS's own recovery plans. */
export interface NativePlan {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly NativeStep[];
}

/** DRS: "Recovery plan quotas". */
const stepsMax = 20;
const serversMax = 100;
const waitMinutesMax = 120;

const fault = (path: string, message: string, expected?: string): Fault => ({
  path,
  message,
  ...(expected !== undefined && { expected }),
});

const isWholeWait = (action: Action): boolean =>
  action.kind === 'wait' &&
  action.when === 'BOTH' &&
  Number.isInteger(action.minutes) &&
  action.minutes <= waitMinutesMax;

const actionFaults = (steps: ActionSteps, path: string): readonly Fault[] =>
  steps.flatMap((step, index) => {
    const at = `${path}[${index}]`;
    if (Array.isArray(step)) return [fault(at, "DRS's plans run nothing side by side")];
    if (isWholeWait(step)) return [];
    return step.kind === 'wait'
      ? [
          fault(
            at,
            'is no wait that DRS has',
            `whole minutes up to ${waitMinutesMax}, in drills and recoveries`,
          ),
        ]
      : [fault(at, `DRS's plans have no ${step.kind}`, 'waits alone')];
  });

/** What a wave says that a step of DRS cannot. */
const waveFaults = (wave: PlanWave, path: string): readonly Fault[] => {
  const { success, servers, pointInTime } = wave;
  const pinned = Array.isArray(servers) ? servers : [];
  return [
    ...(Array.isArray(servers) ? [] : [fault(`${path}.servers`, 'are chosen by tag', 'ids')]),
    ...(success === 'all' || success === 'critical'
      ? []
      : [fault(`${path}.success`, 'is a policy that DRS has not', 'all or critical')]),
    ...(pointInTime === 'latest'
      ? []
      : [fault(`${path}.pointInTime`, 'is chosen in DRS when a plan is started', 'latest')]),
    ...pinned.flatMap((server, index) =>
      server.pointInTime === undefined || server.pointInTime === 'latest'
        ? []
        : [
            fault(
              `${path}.servers[${index}].pointInTime`,
              'is chosen in DRS when a plan is started',
              'latest',
            ),
          ],
    ),
    ...(wave.drillsInto === undefined ? [] : [fault(`${path}.drillsInto`, 'DRS has no such guard')]),
    ...(wave.pauseBefore ? [fault(`${path}.pauseBefore`, "DRS's plans wait for nobody")] : []),
    ...actionFaults(wave.before, `${path}.before`),
    ...actionFaults(wave.after, `${path}.after`),
    ...(['onFailureActions', 'onCancelActions'] as const).flatMap((name) =>
      wave[name].length === 0 ? [] : [fault(`${path}.${name}`, "DRS's plans have no actions")],
    ),
  ];
};

const planOnlyFaults = (plan: Plan): readonly Fault[] => [
  ...(plan.recoveryNeedsApproval === true
    ? [fault('recoveryNeedsApproval', "DRS's plans ask for no second person")]
    : []),
  ...(['onFailureActions', 'onCancelActions'] as const).flatMap((name) =>
    plan[name].length === 0 ? [] : [fault(name, "DRS's plans have no actions")],
  ),
];

const placeFaults = (plan: Plan): readonly Fault[] => {
  const targets = [...new Set(plan.waves.map(({ target }) => target))];
  return targets.length < 2
    ? []
    : [
        fault(
          'waves',
          `are recovered in ${targets.length} places: ${targets.map((target) => target ?? 'the home account and Region').join(', ')}`,
          'one account and Region',
        ),
      ];
};

/** Waits stand between two steps that recover servers: none in front, and none at the end. */
const edgeFaults = (chain: readonly PlanWave[], pathOf: (wave: PlanWave) => string): readonly Fault[] => {
  const [first] = chain;
  const last = chain.at(-1);
  return [
    ...(first !== undefined && first.before.length > 0
      ? [fault(`${pathOf(first)}.before`, 'a wait cannot be the first step', 'waits between two waves')]
      : []),
    ...(last !== undefined && last.after.length > 0
      ? [fault(`${pathOf(last)}.after`, 'nothing follows the last step', 'waits between two waves')]
      : []),
  ];
};

const serverSteps = (
  wave: PlanWave,
  { account, region }: Target,
  partition: string,
): NativeStep['configuration'] => ({
  serverStepConfiguration: {
    servers: (Array.isArray(wave.servers) ? wave.servers : []).map(({ sourceServerId, critical }) => ({
      serverArn: `arn:${partition}:drs:${region}:${account}:source-server/${sourceServerId}`,
      impactLevel: wave.success === 'all' || critical ? 'CRITICAL' : 'OPTIONAL',
    })),
  },
});

const waitSteps = (steps: ActionSteps): readonly { readonly name: string; readonly minutes: number }[] =>
  steps
    .flat()
    .flatMap((action) =>
      action.kind === 'wait' ? [{ name: action.actionId, minutes: action.minutes }] : [],
    );

const stepsOf = (chain: readonly PlanWave[], target: Target, partition: string): readonly NativeStep[] => {
  const names = new Set(chain.map(({ waveId }) => waveId));
  const waits = (steps: ActionSteps): readonly NativeStep[] =>
    waitSteps(steps).map(({ name, minutes }) => ({
      stepName: takeSlug(name, 'wait', names),
      configuration: { waitStepConfiguration: { waitDurationMinutes: minutes } },
    }));
  return chain.flatMap((wave) => [
    ...waits(wave.before),
    { stepName: wave.waveId, configuration: serverSteps(wave, target, partition) },
    ...waits(wave.after),
  ]);
};

const sizeFaults = (steps: readonly NativeStep[]): readonly Fault[] => {
  const servers = steps.flatMap(({ configuration }) =>
    'serverStepConfiguration' in configuration ? configuration.serverStepConfiguration.servers : [],
  ).length;
  return [
    ...(steps.length > stepsMax
      ? [fault('waves', `make ${steps.length} steps with their waits`, `at most ${stepsMax}`)]
      : []),
    ...(servers > serversMax ? [fault('waves', `have ${servers} servers`, `at most ${serversMax}`)] : []),
  ];
};

/** A plan as one of DRS's own, or every reason why it cannot be one. `home` is where waves without a target are recovered. */
export const nativePlanOf = (
  plan: Plan,
  home: Target,
  partition = 'aws',
): { readonly native: NativePlan; readonly target: Target } | { readonly faults: readonly Fault[] } => {
  const pathOf = (wave: PlanWave): string => `waves[${plan.waves.indexOf(wave)}]`;
  const { chain, faults: order } = chainOf(plan.waves, pathOf);
  const target = plan.targets[chain[0]?.target ?? ''] ?? home;
  const steps = stepsOf(chain, target, partition);
  const faults = [
    ...planOnlyFaults(plan),
    ...placeFaults(plan),
    ...order,
    ...plan.waves.flatMap((wave) => waveFaults(wave, pathOf(wave))),
    ...edgeFaults(order.length === 0 ? chain : [], pathOf),
    ...sizeFaults(steps),
  ];
  const { planId: name, description = '' } = plan;
  return faults.length > 0 ? { faults } : { native: { name, description, steps }, target };
};
