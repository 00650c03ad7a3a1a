import type { ExecutionFact } from '../../contracts/execution-events.ts';
import { isClosing } from '../../services/core/domain/closing.ts';
import { type ExecutionState, isTerminal } from '../../services/core/domain/execution-state.ts';
import { productName, riseKey, type Rises } from '../../services/core/domain/stop-alarms.ts';
import { alarmAt } from './alarms.ts';
import type { Prng } from './prng.ts';
import { handlerTimeoutMs } from './sandbox.ts';
import type { Workload } from './workload.ts';

const minute = 60_000;
/** Looks are a minute apart, and a run may take half of one. */
const lookedAtMs = 2 * minute;
/** A look, and the hop to whoever stops the drill. */
const heardWithinMs = 3 * minute;
/** When all is well again timers that were lost are found within so long. */
const recoveredMs = 15 * minute;

/** Some plans have alarms that stop their drills. Its numbers are its own. */
export const withStopAlarms = (prng: Prng, workload: Workload): Workload => ({
  ...workload,
  plans: workload.plans.map((plan) => {
    if (!prng.chance(0.3)) return plan;
    const stops = Array.from({ length: prng.between(1, 2) }, (_, index) => ({
      alarms: [`stop-${index}-${prng.int(50)}`],
      do: prng.chance(0.2) ? ('cancel' as const) : ('pause' as const),
      ...(prng.chance(0.3) && { target: 'elsewhere' }),
    }));
    return { ...plan, stopWhen: stops };
  }),
});

export interface StopRulesDeps {
  readonly now: () => number;
  readonly after: (delayMs: number, run: () => void) => void;
  readonly stateOf: (executionId: string) => ExecutionState;
  readonly healAt: number;
  readonly fail: (invariant: string, what: string) => void;
  readonly hit: (path: string) => void;
}

/** S42: what becomes of executions whose plan names alarms that stop drills. */
export const createStopRules = ({ now, after, stateOf, healAt, fail, hit }: StopRulesDeps) => {
  /** When each rise came on record, by execution, alarm and instant. */
  const noted = new Map<string, number>();
  const said = new Set<string>();
  const runningSince = new Map<string, number>();

  const isHeeded = ({ alarms = {} }: ExecutionState, key: string, since: number): boolean =>
    (alarms[key] ?? -1) >= since;

  const onRaised = (
    executionId: string,
    { alarms, consequence }: Extract<ExecutionFact, { type: 'AlarmRaised' }>['data'],
    { mode, status }: ExecutionState,
  ): void => {
    for (const { name, since, ...place } of alarms) {
      const real = alarmAt(name, Date.parse(since));
      if (real.state !== 'ALARM' || real.since !== Date.parse(since))
        fail('S42', `${executionId} was told of a rise of ${name} at ${since}, and there was none`);
      const once = `${executionId} ${riseKey(place, name)} ${mode === 'DRILL' ? since : ''}`;
      if (said.has(once)) fail('S42', `${executionId} was told twice of ${name} since ${since}`);
      said.add(once);
    }
    if ((consequence === 'none') !== (mode === 'RECOVERY'))
      fail('S42', `an alarm had the consequence ${consequence} for a ${mode}`);
    if (mode === 'RECOVERY') return void hit('recovery told of an alarm');
    if (status === 'RUNNING') fail('S42', `${executionId} goes on although an alarm of its plan rose`);
  };

  const onWaveStarted = (executionId: string, waveId: string, state: ExecutionState): void => {
    if (state.mode !== 'DRILL' || isClosing(waveId)) return;
    for (const { target, alarms } of state.stopWhen ?? [])
      for (const name of alarms) {
        const key = riseKey(target, name);
        for (const [rise, at] of noted) {
          const [execution, of, since = ''] = rise.split(' ');
          if (execution !== executionId || of !== key || isHeeded(state, key, Number(since))) continue;
          // A run that was under way may not have seen it.
          if (now() - at > handlerTimeoutMs + 5_000)
            fail('S42', `${waveId} of ${executionId} started after ${name} was seen to have risen`);
        }
      }
  };

  /** A rise that lasted longer than two looks lie apart, while the drill ran and all was well, is heard of. */
  const checkHeard = (executionId: string, state: ExecutionState): void => {
    if (state.mode !== 'DRILL' || state.status !== 'RUNNING') return;
    const wellSince = Math.max(healAt + recoveredMs, runningSince.get(executionId) ?? now());
    for (const { target, alarms } of state.stopWhen ?? [])
      for (const name of alarms) {
        const { state: is, since } = alarmAt(name, now());
        const rise = is === 'OK' ? alarmAt(name, since - 1) : { state: is, since };
        const lastedMs = (is === 'OK' ? since : now()) - rise.since;
        const isLong = rise.state === 'ALARM' && lastedMs >= lookedAtMs && now() - rise.since > heardWithinMs;
        if (isLong && rise.since >= wellSince && !isHeeded(state, riseKey(target, name), rise.since))
          fail('S42', `${executionId} has not heard that ${name} rose, although all is well`);
      }
  };

  /** For as long as it is under way. */
  const keepChecking = (executionId: string): void =>
    after(minute, () => {
      const state = stateOf(executionId);
      if (isTerminal(state.status)) return;
      checkHeard(executionId, state);
      keepChecking(executionId);
    });

  return {
    onRises(executionId: string, rises: Rises): void {
      for (const [key, since] of Object.entries(rises)) {
        const name = `${executionId} ${key} ${since}`;
        if (!noted.has(name)) noted.set(name, now());
      }
    },
    /** `state`: the execution once all is said that was saved together with the fact. */
    onExecutionFact(executionId: string, fact: ExecutionFact, state: ExecutionState): void {
      if (fact.type === 'ExecutionStarted' || fact.type === 'ExecutionResumed')
        runningSince.set(executionId, now());
      if (fact.type === 'ExecutionStarted' && fact.data.stopWhen !== undefined && fact.data.mode === 'DRILL')
        keepChecking(executionId);
      if (fact.type === 'AlarmRaised') onRaised(executionId, fact.data, state);
      if (fact.type === 'WaveStarted') onWaveStarted(executionId, fact.data.waveId, state);
      const isStop = fact.type === 'ExecutionPaused' || fact.type === 'ExecutionCancelling';
      if (!isStop || fact.data.by !== productName) return;
      if (state.mode !== 'DRILL')
        fail('S42', `${executionId} is a ${state.mode}, and was stopped by an alarm`);
      hit(fact.type === 'ExecutionPaused' ? 'drill paused by an alarm' : 'drill cancelled by an alarm');
    },
  };
};
