import type { TrafficAction } from '../../contracts/actions/traffic.ts';
import type { ActionSteps } from '../../contracts/action.ts';
import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { Mode } from '../../contracts/identifiers.ts';
import type { PlanWave } from '../../contracts/plan.ts';
import type { TrafficMove, TrafficPoint, TrafficValue } from '../../contracts/traffic.ts';
import type { ActionStage, WaveFact } from '../../contracts/wave-events.ts';
import { actionKey, type WaveState } from '../../services/core/domain/wave/state.ts';
import { isSameValue } from '../../services/core/domain/wave/traffic-moves.ts';
import type { Change } from '../../contracts/traffic-order.ts';
import { pointText, valueText, type Order } from '../../contracts/traffic-order.ts';
import type { TrafficChange, TrafficReading } from '../../services/core/ports/traffic-service.ts';
import { pointKey } from '../memory/traffic-service.ts';
import { Unavailable } from './luck.ts';
import type { Prng } from './prng.ts';
import type { Workload } from './workload.ts';

const zone = 'Z0SIMULATED';
const recordNames = ['r0.example.com', 'r1.example.com', 'r2.example.com'];
const controls = [0, 1].map(
  (nth) => `arn:aws:route53-recovery-control::111122223333:controlpanel/sim/routingcontrol/c${nth}`,
);
const endpoints = [0, 1, 2, 3, 4].map(
  (nth) => `https://e${nth}.route53-recovery-cluster.eu-west-${nth + 1}.amazonaws.com/v1`,
);

/** Route 53: a change is known to all of its servers within a minute, as a rule. */
const inSyncMaxMs = 90_000;

export interface TrafficDeps {
  readonly prng: Prng;
  readonly now: () => number;
  /** A fault strikes: no answer, an answer that is lost, a service that is too busy. */
  readonly isBusy: () => boolean;
  readonly isLost: () => boolean;
  /** Whether people change records by hand now. */
  readonly isMeddled: () => boolean;
  readonly waves: () => readonly {
    readonly executionId: string;
    readonly waveId: string;
    readonly state: WaveState;
  }[];
  readonly definitionOf: (executionId: string, waveId: string) => FrozenWave | undefined;
  readonly modeOf: (executionId: string) => Mode;
  readonly fail: (invariant: string, what: string) => void;
  readonly hit: (path: string) => void;
}

const stepsOf = (wave: FrozenWave, stage: ActionStage): ActionSteps =>
  ({
    before: wave.before,
    after: wave.after,
    onFailure: wave.onFailureActions,
    onCancel: wave.onCancelActions,
  })[stage];

/**
 * Records and routing controls that several executions and people move. S38: traffic is moved only from and to what a claim
 * on record says, in a drill only where the plan says so twice, and counts as moved only once it is. S39: the old value on record is the one before
 * the first change, through all tries and attempts.
 */
export const createTraffic = (deps: TrafficDeps) => {
  const { prng, now, isBusy, isLost, isMeddled, waves, definitionOf, modeOf, fail, hit } = deps;
  const values = new Map<string, TrafficValue>();
  const inSyncAt = new Map<string, number>();
  /** Of each point, what was put there and by when all know it. */
  const history = new Map<string, { readonly value: TrafficValue; readonly knownAt: number }[]>();
  const first = new Map<string, TrafficValue>();

  const standsAt = (point: TrafficPoint): TrafficValue =>
    values.get(pointKey(point)) ?? (point.what === 'record' ? 'no record' : 'Off');
  const put = (point: TrafficPoint, value: TrafficValue, knownAt: number): void => {
    values.set(pointKey(point), value);
    history.set(pointKey(point), [...(history.get(pointKey(point)) ?? []), { value, knownAt }]);
  };

  const byHand = (point: TrafficPoint): void => {
    hit('record changed by somebody else');
    put(point, { ttlSeconds: 60, values: [`by-hand-${prng.int(1_000)}.example.com`] }, now());
  };

  /** The claims on record under which this may be. */
  const claimsOf = ({ point, to }: Change): readonly TrafficMove[] =>
    waves().flatMap(({ state }) =>
      Object.values(state.moves ?? {}).flatMap((moves) =>
        moves.filter((move) => pointKey(move.point) === pointKey(point) && isSameValue(move.after, to)),
      ),
    );

  const checkChange = (change: Change): void => {
    const found = standsAt(change.point);
    const claims = claimsOf(change);
    const what = `${pointText(change.point)} was changed from ${valueText(found)} to ${valueText(change.to)}`;
    if (claims.length === 0) fail('S38', `${what}, and no claim says so`);
    else if (
      change.point.what === 'record' &&
      !claims.some(({ before, from = before, after }) =>
        [from, after].some((each) => isSameValue(each, found)),
      )
    )
      fail('S38', `${what}, which no claim says that it found`);
  };

  return {
    /** Somebody else changes a record by hand. */
    meddle(): void {
      if (!isMeddled()) return;
      byHand({ what: 'record', hostedZoneId: zone, name: prng.pick(recordNames), type: 'CNAME' });
    },
    read({ points }: Order): readonly TrafficReading[] {
      if (isBusy()) throw new Unavailable('Route 53 does not answer');
      const readings = points.map((point) => ({ value: standsAt(point) }));
      const [point] = points;
      if (point?.what === 'record' && isMeddled() && prng.chance(0.5)) byHand(point);
      return readings;
    },
    change(what: Order['route']['what'], changes: readonly Change[]): TrafficChange {
      if (isBusy()) return { status: 'later', message: 'Throttling: Rate exceeded' };
      const other = changes.find(
        ({ point, from }) => what === 'records' && !isSameValue(standsAt(point), from),
      );
      if (other !== undefined) {
        hit('record changed before the call');
        return { status: 'refused', message: 'the values provided do not match the current values' };
      }
      changes.forEach(checkChange);
      const changeId = `change-${inSyncAt.size + 1}`;
      const knownAt = what === 'records' ? now() + prng.int(inSyncMaxMs) : now();
      for (const { point, to } of changes) put(point, to, knownAt);
      inSyncAt.set(changeId, knownAt);
      if (isLost()) {
        hit('answer about traffic lost');
        return { status: 'later', message: 'the answer was lost' };
      }
      return { status: 'accepted', ...(what === 'records' && { changeId }) };
    },
    isInSync(changeId: string): boolean {
      if (isBusy()) throw new Unavailable('Route 53 does not answer');
      return now() >= (inSyncAt.get(changeId) ?? Infinity);
    },
    onWaveFact(before: WaveState, fact: WaveFact, executionId: string): void {
      if (fact.type !== 'ActionClaimed' && fact.type !== 'ActionCompleted') return;
      const { waveId, stage, actionId } = fact.data;
      const definition = definitionOf(executionId, waveId);
      const action =
        definition &&
        stepsOf(definition, stage)
          .flat()
          .find((each) => each.actionId === actionId);
      if (action?.kind !== 'traffic') return;
      const name = `${actionId} of ${executionId}/${waveId}`;
      const { when, drillTraffic } = action;
      if (modeOf(executionId) === 'DRILL' && (!drillTraffic || when === 'RECOVERY'))
        fail('S38', `${name} moves traffic in a drill, and the plan does not say so twice`);
      if (fact.type === 'ActionCompleted') {
        hit(action.move.what === 'back' ? 'traffic put back' : 'traffic moved');
        for (const { point, after } of before.moves?.[actionKey(stage, actionId)] ?? []) {
          const wasPut =
            after === 'no record' ||
            isSameValue(after, 'Off') ||
            (history.get(pointKey(point)) ?? []).some(
              ({ value, knownAt }) => isSameValue(value, after) && knownAt <= now(),
            );
          if (!wasPut)
            fail('S38', `${name} is done, and ${pointText(point)} is ${valueText(standsAt(point))}`);
        }
        return;
      }
      for (const { point, before: old } of fact.data.moves ?? []) {
        const key = `${executionId}/${waveId}/${stage}/${actionId}/${pointKey(point)}`;
        const known = first.get(key);
        first.set(key, known ?? old);
        if (known === undefined) continue;
        hit('traffic claimed again');
        if (!isSameValue(known, old))
          fail(
            'S39',
            `${name} has ${valueText(old)} on record for ${pointText(point)}, where ${valueText(known)} stood at first`,
          );
      }
    },
  };
};

const drawSaid = (prng: Prng): Pick<TrafficAction, 'when' | 'drillTraffic'> =>
  prng.chance(0.03)
    ? { when: 'BOTH', drillTraffic: false }
    : prng.pick([
        { when: 'RECOVERY', drillTraffic: false },
        { when: 'BOTH', drillTraffic: true },
        { when: 'BOTH', drillTraffic: true },
      ]);

const forth = (prng: Prng, actionId: string): TrafficAction => {
  const records: TrafficAction['move'] = {
    what: 'records',
    hostedZoneId: zone,
    records: [
      {
        ...{ name: prng.pick(recordNames), type: 'CNAME', ttlSeconds: 60 },
        values: ['${execution.id}.${wave.id}.example.com'],
      },
    ],
  };
  const routing: TrafficAction['move'] = {
    what: 'routing-controls',
    endpoints,
    controls: [{ arn: prng.pick(controls), state: 'On' }],
  };
  return {
    ...{ kind: 'traffic', actionId, optional: prng.chance(0.2), ...drawSaid(prng) },
    ...{ timeoutMinutes: prng.pick([1, 1, 15]), triesMax: prng.between(1, 3) },
    move: prng.chance(0.8) ? records : routing,
  };
};

const back = (actionId: string, of: string, waveId?: string): TrafficAction => ({
  ...{ kind: 'traffic', actionId, optional: false, when: 'BOTH', drillTraffic: true },
  ...{ timeoutMinutes: 15, triesMax: 1 },
  move: { what: 'back', ...(waveId !== undefined && { waveId }), actionId: of },
});

const inWave = (prng: Prng, wave: PlanWave): PlanWave => {
  const move = forth(prng, 'move-traffic');
  const isBefore = prng.chance(0.4);
  const isUndone = prng.chance(0.5);
  const then = (actionId: string) => (isUndone ? [back(actionId, move.actionId)] : []);
  return {
    ...wave,
    before: isBefore ? [...wave.before, move] : wave.before,
    after: isBefore ? wave.after : [...wave.after, move],
    onFailureActions: [...wave.onFailureActions, ...then('failed-traffic')],
    onCancelActions: [...wave.onCancelActions, ...then('cancelled-traffic')],
  };
};

/** Lets waves move traffic and, when they fail or are cancelled, put it back, drawn apart from everything else. */
export const withTraffic = (prng: Prng, workload: Workload): Workload => {
  if (!prng.chance(0.15)) return workload;
  return {
    ...workload,
    movesTraffic: true,
    plans: workload.plans.map((plan) => {
      const waves = plan.waves.map((wave) => (prng.chance(0.7) ? inWave(prng, wave) : wave));
      const moved = waves.filter(({ before, after }) =>
        [...before, ...after].some((step) => !Array.isArray(step) && step.kind === 'traffic'),
      );
      const undone = moved.length > 0 && prng.chance(0.5) ? prng.pick(moved).waveId : undefined;
      const then = (actionId: string) =>
        undone === undefined ? [] : [back(actionId, 'move-traffic', undone)];
      return {
        ...plan,
        waves,
        onFailureActions: [...plan.onFailureActions, ...then('plan-failed-traffic')],
        onCancelActions: [...plan.onCancelActions, ...then('plan-cancelled-traffic')],
      };
    }),
  };
};
