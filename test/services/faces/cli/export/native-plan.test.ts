import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../../contracts/plan.ts';
import { planFaults } from '../../../../../services/core/domain/plan-faults.ts';
import { standingOf } from '../../../../../services/faces/cli/export/compare.ts';
import { type NativePlan, nativePlanOf } from '../../../../../services/faces/cli/export/native-plan.ts';
import { importMapSchema } from '../../../../../services/faces/cli/import/import-map.ts';
import { readImport } from '../../../../../services/faces/cli/import/read-import.ts';
import { serverId } from '../../../../support/frozen-wave.ts';

const home = { account: '111122223333', region: 'eu-west-1' };

const wave = (waveId: string, n: number, more: object = {}) => ({
  waveId,
  servers: [{ sourceServerId: serverId(n) }],
  ...more,
});

const planOf = (waves: readonly object[], more: object = {}) =>
  planSchema.parse({ planId: 'shop', ...more, waves });

const faultsOf = (waves: readonly object[], more: object = {}): readonly string[] => {
  const exported = nativePlanOf(planOf(waves, more), home);
  return 'faults' in exported ? exported.faults.map(({ path, message }) => `${path}: ${message}`) : [];
};

const nativeOf = (plan: Parameters<typeof nativePlanOf>[0]): NativePlan => {
  const exported = nativePlanOf(plan, home);
  if ('faults' in exported) throw new Error(JSON.stringify(exported.faults));
  return exported.native;
};

/** What DRS would answer about a plan that it has. */
const answerOf = ({ name, description, steps }: NativePlan) => ({
  recoveryPlan: { name, description },
  recoveryPlanSteps: steps.map((step, index) => ({ ...step, stepOrder: index + 1 })),
});

const back = (native: NativePlan) =>
  readImport(answerOf(native), {
    from: 'drs',
    map: importMapSchema.parse({}),
    asGraph: false,
    inTurn: false,
  });

describe("export to DRS's own recovery plans", () => {
  it('makes a step of each wave and of each wait between two', () => {
    const wait = (actionId: string) => ({ kind: 'wait', actionId, minutes: 5 });
    const plan = planOf([
      wave('web', 3, { dependsOn: ['database'], before: [wait('pause')] }),
      wave('database', 1, {
        success: 'critical',
        servers: [{ sourceServerId: serverId(1) }, { sourceServerId: serverId(2), critical: false }],
        after: [wait('pause')],
      }),
    ]);
    const arn = (n: number) => `arn:aws:drs:eu-west-1:111122223333:source-server/${serverId(n)}`;
    expect(nativeOf(plan).steps).toEqual([
      {
        stepName: 'database',
        configuration: {
          serverStepConfiguration: {
            servers: [
              { serverArn: arn(1), impactLevel: 'CRITICAL' },
              { serverArn: arn(2), impactLevel: 'OPTIONAL' },
            ],
          },
        },
      },
      { stepName: 'pause', configuration: { waitStepConfiguration: { waitDurationMinutes: 5 } } },
      { stepName: 'pause-2', configuration: { waitStepConfiguration: { waitDurationMinutes: 5 } } },
      {
        stepName: 'web',
        configuration: {
          serverStepConfiguration: { servers: [{ serverArn: arn(3), impactLevel: 'CRITICAL' }] },
        },
      },
    ]);
  });

  it('tells every reason why a plan is more than that, at once', () => {
    const action = { kind: 'automation', actionId: 'run', document: 'Doc' };
    const wait = { kind: 'wait', actionId: 'wait', minutes: 0.5 };
    const targets = { there: { account: '444455556666', region: 'eu-central-1' } };
    expect(
      faultsOf(
        [
          wave('one', 1, {
            pauseBefore: true,
            before: [action],
            onFailureActions: [action],
            pointInTime: { snapshot: 'pit-00000000000000001' },
          }),
          {
            waveId: 'two',
            dependsOn: ['one'],
            servers: { tags: { Tier: 'web' }, minimum: 1 },
            success: { atLeast: 1 },
            after: [wait],
          },
          wave('three', 3, {
            dependsOn: ['one'],
            target: 'there',
            drillsInto: ['i-00000000000000001'],
            before: [[action, { ...action, actionId: 'too' }]],
          }),
        ],
        { targets, recoveryNeedsApproval: true, onCancelActions: [action] },
      ),
    ).toEqual([
      "recoveryNeedsApproval: DRS's plans ask for no second person",
      "onCancelActions: DRS's plans have no actions",
      'waves: are recovered in 2 places: the home account and Region, there',
      'waves[2]: two and three could run side by side',
      'waves[0].pointInTime: is chosen in DRS when a plan is started',
      "waves[0].pauseBefore: DRS's plans wait for nobody",
      "waves[0].before[0]: DRS's plans have no automation",
      "waves[0].onFailureActions: DRS's plans have no actions",
      'waves[1].servers: are chosen by tag',
      'waves[1].success: is a policy that DRS has not',
      'waves[1].after[0]: is no wait that DRS has',
      'waves[2].drillsInto: DRS has no such guard',
      "waves[2].before[0]: DRS's plans run nothing side by side",
    ]);
  });

  it('refuses a wait at either end, a 21st step and a 101st server', () => {
    const wait = { kind: 'wait', actionId: 'wait', minutes: 5 };
    expect(faultsOf([wave('one', 1, { before: [wait], after: [wait] })])).toEqual([
      'waves[0].before: a wait cannot be the first step',
      'waves[0].after: nothing follows the last step',
    ]);
    const row = Array.from({ length: 21 }, (_, at) =>
      wave(`w${at}`, at + 1, at === 0 ? {} : { dependsOn: [`w${at - 1}`] }),
    );
    expect(faultsOf(row)).toEqual(['waves: make 21 steps with their waits']);
    const servers = Array.from({ length: 101 }, (_, at) => ({ sourceServerId: serverId(at + 1) }));
    expect(faultsOf([{ waveId: 'many', servers }])).toEqual(['waves: have 101 servers']);
  });

  it('accepts a wave of optional servers alone', () => {
    const plan = planOf([
      wave('spare', 1, { success: 'critical', servers: [{ sourceServerId: serverId(1), critical: false }] }),
    ]);
    expect(back(nativeOf(plan)).plans[0]?.plan.waves).toMatchObject([
      { success: 'critical', servers: [{ critical: false }] },
    ]);
  });
});

describe('the plan that DRS has', () => {
  const native = nativeOf(
    planOf([wave('one', 1), wave('two', 2, { dependsOn: ['one'] })], { description: 'the shop' }),
  );

  it('is in step when it says the same, in whatever order it lists servers and steps', () => {
    const { recoveryPlan, recoveryPlanSteps } = answerOf(native);
    expect(standingOf(native, { recoveryPlan, recoveryPlanSteps: recoveryPlanSteps.toReversed() })).toEqual({
      kind: 'in step',
    });
  });

  it('is begun when its steps are the first of those wanted', () => {
    const { recoveryPlan, recoveryPlanSteps } = answerOf(native);
    expect(standingOf(native, { recoveryPlan, recoveryPlanSteps: [] })).toEqual({
      kind: 'begun',
      stepsThere: 0,
    });
    expect(standingOf(native, { recoveryPlan, recoveryPlanSteps: recoveryPlanSteps.slice(0, 1) })).toEqual({
      kind: 'begun',
      stepsThere: 1,
    });
  });

  it('differs, step by step, when somebody has changed it', () => {
    const { recoveryPlanSteps } = answerOf(native);
    const [one, two] = recoveryPlanSteps;
    const changed = { ...one, configuration: { waitStepConfiguration: { waitDurationMinutes: 3 } } };
    expect(
      standingOf(native, { recoveryPlan: { description: 'old' }, recoveryPlanSteps: [changed, two] }),
    ).toEqual({
      kind: 'differs',
      differences: [
        'description: "old" in DRS, "the shop" here',
        `step 1: one: waits 3 min in DRS, one: ${serverId(1)} here`,
      ],
    });
  });
});

const arbitraryPlan = fc
  .array(
    fc.record({
      servers: fc.integer({ min: 1, max: 6 }),
      success: fc.constantFrom('all', 'critical', { atLeast: 1 }),
      critical: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
      before: fc.array(fc.constantFrom(1, 5, 120, 0.5, 121), { maxLength: 2 }),
      after: fc.array(fc.constantFrom(1, 5, 120, 0.5, 121), { maxLength: 2 }),
      pauseBefore: fc.boolean(),
      isSide: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drawn) => {
    let next = 1;
    const waits = (minutes: readonly number[], stage: string) =>
      minutes.map((each, at) => ({ kind: 'wait', actionId: `${stage}-${at}`, minutes: each }));
    return planOf(
      drawn.map(({ servers, success, critical, before, after, pauseBefore, isSide }, at) => ({
        waveId: `wave-${at}`,
        dependsOn: at === 0 || isSide ? [] : [`wave-${at - 1}`],
        servers: Array.from({ length: servers }, (_, n) => ({
          sourceServerId: serverId(next++),
          critical: critical[n] ?? true,
        })),
        success,
        pauseBefore: pauseBefore && at % 3 === 1,
        before: at === 0 ? [] : waits(before, 'before'),
        after: at === drawn.length - 1 ? [] : waits(after, 'after'),
      })),
    );
  });

describe('every plan', () => {
  it('that export accepts comes back as a plan that is valid, and is exported again as the same', () => {
    let accepted = 0;
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        const exported = nativePlanOf(plan, home);
        if ('faults' in exported) return;
        accepted++;
        const imported = back(exported.native);
        expect(imported.faults).toEqual([]);
        const again = planSchema.parse(imported.plans[0]?.plan);
        expect(planFaults(again)).toEqual([]);
        expect(nativeOf(again)).toEqual(exported.native);
        expect(again.waves.map(({ waveId }) => waveId)).toEqual(plan.waves.map(({ waveId }) => waveId));
        expect(
          again.waves.map(
            ({ servers }) => Array.isArray(servers) && servers.map(({ sourceServerId }) => sourceServerId),
          ),
        ).toEqual(
          plan.waves.map(
            ({ servers }) => Array.isArray(servers) && servers.map(({ sourceServerId }) => sourceServerId),
          ),
        );
      }),
      { numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});
