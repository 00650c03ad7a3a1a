import type { AlarmAction } from '../../../../contracts/actions/alarm.ts';
import { firstNamed } from '../../kernel/bounded-texts.ts';

/** What is known of an alarm; `since` in epoch ms. */
interface SeenAlarm {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly since: number;
}

export type Gate =
  | { readonly is: 'open' }
  /** `leftMs`: until it would open if nothing changes; Infinity where something has to. */
  | { readonly is: 'closed'; readonly why: string; readonly leftMs: number };

/**
 * Whether every alarm has been OK for long enough since the action began: a state from before the launch says nothing
 * of what was launched.
 */
export const gateOf = (
  { alarms, okMinutes, missingData }: AlarmAction,
  seen: readonly SeenAlarm[],
  startedAt: number,
  now: number,
): Gate => {
  const known = new Map(seen.map((each) => [each.name, each]));
  const isOk = ({ state }: SeenAlarm): boolean =>
    state === 'OK' || (state === 'INSUFFICIENT_DATA' && missingData === 'ok');
  const wrong = alarms.flatMap((name) => {
    const alarm = known.get(name);
    if (alarm === undefined) return [`${name} does not exist`];
    return isOk(alarm) ? [] : [`${name} is ${alarm.state}`];
  });
  if (wrong.length > 0) return { is: 'closed', why: firstNamed(wrong), leftMs: Infinity };
  const since = Math.max(startedAt, ...seen.map((alarm) => alarm.since));
  const leftMs = since + okMinutes * 60_000 - now;
  return leftMs <= 0
    ? { is: 'open' }
    : { is: 'closed', why: `all OK since ${new Date(since).toISOString()}`, leftMs };
};
