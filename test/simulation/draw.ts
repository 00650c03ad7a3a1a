import type { Action } from '../../contracts/action.ts';
import type { Plan, PlanWave, SuccessPolicy, Target } from '../../contracts/plan.ts';
import { claimKnobs } from '../../services/functions/run-actions/claim.ts';
import { paceKnobs } from '../../services/functions/run-actions/pace.ts';
import type { Prng } from './prng.ts';
import type { Knobs, Workload } from './workload.ts';

export const home: Target = { account: '111122223333', region: 'eu-west-1' };
const elsewhere: Target = { account: '444455556666', region: 'eu-central-1' };

export const ownDocuments = ['Sim-*'];

const serverId = (n: number): string => `s-${String(n).padStart(17, '0')}`;

type Common = Pick<Action, 'actionId' | 'when' | 'optional'>;

/** How an action of each kind is drawn, and in how many of the draws. */
const drawnKinds = {
  approval: {
    share: 1,
    draw: (prng, common) => ({
      kind: 'approval',
      ...common,
      approvers: prng.pick([[], ['operator']]),
      prompt: '',
      timeoutMinutes: prng.pick([10, 60, 1_440]),
      onTimeout: prng.pick(['decline', 'approve'] as const),
    }),
  },
  wait: {
    share: 1,
    draw: (prng, common) => ({ kind: 'wait', ...common, minutes: prng.pick([0.1, 1, 10]) }),
  },
  automation: {
    share: 2,
    draw: (prng, common) => ({
      kind: 'automation',
      ...common,
      document: 'Sim-Runbook',
      parameters: { wave: ['${wave.id}'] },
      ...(prng.chance(0.2) && { target: 'elsewhere' }),
      timeoutMinutes: prng.pick([5, 30]),
      triesMax: prng.between(1, 3),
    }),
  },
} satisfies Record<
  // The others are drawn apart: test/simulation/workers.ts and traffic.ts.
  Exclude<Action['kind'], 'callback' | 'alarm' | 'lambda' | 'traffic'>,
  { readonly share: number; readonly draw: (prng: Prng, common: Common) => Action }
>;

const draws = Object.values(drawnKinds).flatMap(({ share, draw }) =>
  Array.from({ length: share }, () => draw),
);

const drawAction = (prng: Prng, actionId: string): Action => {
  const common = { actionId, when: 'BOTH' as const, optional: prng.chance(0.2) };
  return prng.pick(draws)(prng, common);
};

export const drawSteps = (prng: Prng, stage: string, probability: number): PlanWave['before'] => {
  if (!prng.chance(probability)) return [];
  return Array.from({ length: prng.between(1, 2) }, (_, step) =>
    prng.chance(0.25)
      ? [drawAction(prng, `${stage}-${step}-a`), drawAction(prng, `${stage}-${step}-b`)]
      : drawAction(prng, `${stage}-${step}`),
  );
};

const drawPolicy = (prng: Prng): SuccessPolicy =>
  prng.pick<SuccessPolicy>(['all', 'all', 'critical', { atLeast: 1 }, { atLeastPercent: 50 }]);

const drawServerCount = (prng: Prng): number => {
  const size = prng.float();
  if (size < 0.9) return prng.between(1, 3);
  return size < 0.998 ? prng.between(4, 12) : prng.between(101, 300);
};

const drawWaveCount = (prng: Prng): number => {
  const size = prng.float();
  if (size < 0.9) return prng.between(1, 3);
  return size < 0.995 ? prng.between(4, 8) : prng.between(9, 40);
};

const drawPlan = (prng: Prng, planId: string, firstServer: number): { plan: Plan; servers: number } => {
  const waveCount = drawWaveCount(prng);
  const density = prng.pick([0, 0.2, 0.5, 1]);
  const actions = prng.pick([0, 0, 0.1, 0.3]);
  let servers = 0;
  const waves = Array.from({ length: waveCount }, (_, index): PlanWave => {
    const count = waveCount > 6 ? prng.between(1, 3) : drawServerCount(prng);
    const ids = Array.from({ length: count }, () => serverId(firstServer + servers++));
    const dependsOn = Array.from({ length: index }, (_ignored, other) => other)
      .filter((other) => (index - other <= 3 ? prng.chance(density) : prng.chance(density / 8)))
      .map((other) => `w${other}`);
    return {
      waveId: `w${index}`,
      dependsOn,
      ...(prng.chance(0.15) && { target: 'elsewhere' }),
      servers: ids.map((sourceServerId) => ({ sourceServerId, critical: prng.chance(0.7) })),
      pointInTime: 'latest',
      success: drawPolicy(prng),
      ...(prng.chance(0.8) && { onFailure: prng.pick(['stop', 'continue', 'ask', 'ask'] as const) }),
      timeoutMinutes: prng.pick([30, 120, 240]),
      pauseBefore: actions > 0 && prng.chance(0.05),
      before: drawSteps(prng, 'before', actions),
      after: drawSteps(prng, 'after', actions),
      onFailureActions: drawSteps(prng, 'on-failure', actions / 2),
      onCancelActions: drawSteps(prng, 'on-cancel', actions / 2),
    };
  });
  const plan = {
    planId,
    timeoutMinutes: prng.pick([120, 1_440]),
    targets: { elsewhere },
    waves,
    onFailureActions: drawSteps(prng, 'plan-failed', actions),
    onCancelActions: drawSteps(prng, 'plan-cancelled', actions),
  };
  return { plan, servers };
};

export const drawKnobs = (prng: Prng): Knobs => {
  const limits = { jobsMax: prng.pick([1, 2, 5, 20, 20]), serversMax: prng.pick([100, 200, 500]) };
  const slow = prng.pick([30_000, 60_000, 120_000]);
  return {
    launch: {
      limits,
      // Never less than the time-out of a handler and the lag of DescribeJobs together.
      quarantineMs: prng.pick([100_000, 180_000, 300_000]),
      callWindowMs: prng.pick([2_000, 10_000, 20_000]),
      lookAgainMs: prng.pick([5_000, 30_000, 60_000]),
    },
    watch: {
      cadence: {
        firstLookMs: slow,
        slowMs: slow,
        launchingMs: 20_000,
        restMs: 2_000,
        endingMs: 2_000,
        settledMs: 3_000,
        nearEndMs: 4_000,
        hintedMs: 15_000,
      },
      limits,
      stuckMs: 60 * 60_000,
      actionsBeginMs: prng.pick([10, 30]) * 60_000,
      actionsEndMs: 120 * 60_000,
    },
    actions: {
      lookMs: prng.pick([10_000, 30_000]),
      pace: paceKnobs,
      claim: claimKnobs,
      waitMaxMs: 5 * 60_000,
    },
    reconcile: { lookAgainMs: prng.pick([120_000, 300_000]), limits },
  };
};

export const drawWorkload = (prng: Prng): Workload => {
  const planCount = prng.pick([1, 1, 1, 2]);
  let firstServer = 1;
  const plans = Array.from({ length: planCount }, (_, index) => {
    const { plan, servers } = drawPlan(prng, `plan-${index}`, firstServer);
    // Half of the time the next plan wants servers of this one.
    firstServer += prng.chance(0.5) ? servers : Math.ceil(servers / 2);
    return plan;
  });
  const requestCount = prng.pick([1, 1, 1, 2, 2, 3]);
  const requests = Array.from({ length: requestCount }, (_, index) => ({
    requestId: `request-${index}`,
    planId: prng.pick(plans).planId,
    mode: prng.pick(['DRILL', 'RECOVERY'] as const),
    atMs: prng.pick([0, 20, 5_000, 60_000, 30 * 60_000]),
    allowDrillOverRecovery: prng.chance(0.2),
  }));
  const workload = {
    requests,
    knobs: drawKnobs(prng),
    interleaved: prng.pick([0, 0, 0.2, 0.6]),
    busMs: prng.pick([20, 150, 400]),
  };
  const withSecondPerson = plans.map((plan) =>
    prng.chance(0.25) ? { ...plan, recoveryNeedsApproval: true } : plan,
  );
  return { ...workload, plans: withSecondPerson };
};

/** What plans say of the instances of their drills. Its numbers are its own. */
export const withCleanUps = (prng: Prng, workload: Workload): Workload => ({
  ...workload,
  plans: workload.plans.map((plan) => {
    // A clean-up waits for its place only where jobs are few, and there clean-ups are to be many.
    if (prng.chance(workload.knobs.launch.limits.jobsMax <= 2 ? 0.2 : 0.5)) return plan;
    const policy = prng.pick(['auto', 'auto', 'ask', 'never'] as const);
    const afterFailure = prng.pick(['as ever', 'auto', 'ask'] as const);
    const cleanUp = {
      policy,
      afterMinutes: prng.pick([0, 0, 1, 20]),
      ...(afterFailure !== 'as ever' && { afterFailure }),
    };
    return { ...plan, cleanUp };
  }),
});
