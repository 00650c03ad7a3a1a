import type { Action, ActionSteps } from '../../contracts/action.ts';
import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { ActionStage, WaveFact } from '../../contracts/wave-events.ts';
import { targetOfAction } from '../../services/core/domain/wave/wave.ts';
import type { AlarmPlace, AlarmWatch, AlarmWatcher } from '../../services/core/ports/alarm-watch.ts';
import type { AlarmFact } from '../../services/core/ports/alarm-reader.ts';

const minute = 60_000;

/** A number that follows from a name, as if it had been drawn. */
const numberOf = (name: string): number =>
  Array.from(name).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9_973, 7);

/**
 * CloudWatch: an alarm goes to ALARM every so many minutes, each in its own rhythm, and stays there for a part of
 * them; some have no data instead. `now` in epoch ms.
 */
export const alarmAt = (name: string, now: number): AlarmFact => {
  const drawn = numberOf(name);
  const everyMs = (10 + (drawn % 50)) * minute;
  const badMs = (1 + (drawn % 5)) * minute;
  const from = Math.floor(now / everyMs) * everyMs;
  const isBad = now - from < badMs;
  return {
    name,
    state: isBad ? (drawn % 3 === 0 ? 'INSUFFICIENT_DATA' : 'ALARM') : 'OK',
    since: isBad ? from : from + badMs,
  };
};

/** When an alarm changes its state next, epoch ms. */
export const nextChangeOf = (name: string, now: number): number => {
  const drawn = numberOf(name);
  const everyMs = (10 + (drawn % 50)) * minute;
  const badMs = (1 + (drawn % 5)) * minute;
  const from = Math.floor(now / everyMs) * everyMs;
  return now < from + badMs ? from + badMs : from + everyMs;
};

export interface AlarmHintsDeps {
  readonly now: () => number;
  readonly after: (delayMs: number, run: () => void) => void;
  readonly watchOf: (place: AlarmPlace, name: string) => AlarmWatch | undefined;
  /** Tells the product that an alarm has changed its state, unless that is lost. */
  readonly tell: (name: string, watcher: AlarmWatcher) => void;
}

/** What CloudWatch says of alarms, from the moment that somebody watches them and for as long as somebody does. */
export const createAlarmHints = ({ now, after, watchOf, tell }: AlarmHintsDeps) => {
  const followed = new Set<string>();
  const follow = (place: AlarmPlace, name: string): void => {
    const key = `${place.account}/${place.region}/${name}`;
    if (followed.has(key)) return;
    followed.add(key);
    const wait = (): void =>
      after(nextChangeOf(name, now()) - now(), () => {
        const watchers = watchOf(place, name)?.watchers.filter(({ until }) => until > now()) ?? [];
        for (const watcher of watchers) tell(name, watcher);
        if (watchers.length > 0) wait();
        else followed.delete(key);
      });
    wait();
  };
  return { follow };
};

export interface AlarmRulesDeps {
  readonly now: () => number;
  readonly definitionOf: (executionId: string, waveId: string) => FrozenWave | undefined;
  /** By how much machines' clocks may differ. */
  readonly skewMaxMs: number;
  readonly fail: (invariant: string, what: string) => void;
  readonly hit: (path: string) => void;
  /** CloudWatch says from now on when the alarm changes its state. */
  readonly follow: (place: AlarmPlace, name: string) => void;
}

const stepsOf = (wave: FrozenWave, stage: ActionStage): ActionSteps =>
  ({
    before: wave.before,
    after: wave.after,
    onFailure: wave.onFailureActions,
    onCancel: wave.onCancelActions,
  })[stage];

export const actionIn = (
  wave: FrozenWave | undefined,
  stage: ActionStage,
  actionId: string,
): Action | undefined =>
  wave &&
  stepsOf(wave, stage)
    .flat()
    .find((each) => each.actionId === actionId);

/** S35: a gate opens only when each of its alarms has been OK for as long as the plan says. */
export const createAlarmRules = ({ now, definitionOf, skewMaxMs, fail, hit, follow }: AlarmRulesDeps) => ({
  onWaveFact(fact: WaveFact, executionId: string): void {
    if (fact.type !== 'ActionCompleted' && fact.type !== 'ActionStarted') return;
    const { waveId, stage, actionId } = fact.data;
    const definition = definitionOf(executionId, waveId);
    const action = actionIn(definition, stage, actionId);
    if (definition === undefined || action?.kind !== 'alarm') return;
    if (fact.type === 'ActionStarted') {
      for (const name of action.alarms) follow(targetOfAction(definition, action), name);
      return;
    }
    hit('alarm gate opened');
    for (const name of action.alarms) {
      const { state, since } = alarmAt(name, now());
      const isOk = state === 'OK' || (state === 'INSUFFICIENT_DATA' && action.missingData === 'ok');
      // What was read a moment ago may have changed since.
      const isFresh = now() - since < 30_000;
      if (!isOk && !isFresh)
        fail('S35', `${actionId} of ${executionId}/${waveId} went on, and ${name} is ${state}`);
      if (isOk && now() - since + skewMaxMs < action.okMinutes * minute)
        fail('S35', `${actionId} of ${executionId}/${waveId} went on too soon after ${name} was OK again`);
    }
  },
});
