import type { LocalClock } from '../clock.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import { parseCalendar, stateAt } from './calendar.ts';
import type { AwsEvent, Place } from './notification.ts';
import { drawMs, type SsmScenario } from './scenario.ts';
import type { SsmStore } from './store.ts';

export interface CalendarChangesDeps extends Place {
  readonly clock: Pick<LocalClock, 'now' | 'after'>;
  readonly random: Random;
  readonly scenario: SsmScenario;
  readonly emit: (event: AwsEvent) => void;
}

const isoSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const eventOf = (
  { account, region, random }: CalendarChangesDeps,
  name: string,
  at: number,
  { isOpen, changesAt }: ReturnType<typeof stateAt>,
): AwsEvent => ({
  version: '0',
  id: uuidFrom(random),
  'detail-type': 'Calendar State Change',
  source: 'aws.ssm',
  ...{ account, region, time: isoSeconds(at) },
  resources: [`arn:aws:ssm:${region}:${account}:document/${name}`],
  detail: {
    state: isOpen ? 'OPEN' : 'CLOSED',
    atTime: isoSeconds(at),
    ...(changesAt !== undefined && { nextTransitionTime: isoSeconds(changesAt) }),
  },
});

/**
 * Tells when calendars open and close, by their own times or since somebody has changed them, as well as best effort
 * does. EventBridge events reference, "Systems Manager Change Calendar events". Gives what looks at one again.
 */
export const createCalendarChanges = (
  deps: CalendarChangesDeps,
  calendars: SsmStore['calendars'],
): ((name: string) => void) => {
  const { clock, random, scenario, emit } = deps;
  const { lossRate, duplicateRate, delaySeconds } = scenario.events;
  const known = new Map<string, boolean>();
  const armed = new Map<string, () => void>();
  const happens = (rate: number): boolean => rate > 0 && random() < rate;

  const tell = (event: AwsEvent): void => {
    if (happens(lossRate)) return;
    const send = (): void => void clock.after(drawMs(delaySeconds, random), () => emit(event));
    send();
    if (happens(duplicateRate)) send();
  };
  const look = (name: string): void => {
    const calendar = calendars.get(name);
    if (calendar === undefined) return;
    const now = clock.now();
    const state = stateAt([parseCalendar(calendar.text)], now);
    const before = known.get(name);
    known.set(name, state.isOpen);
    if (before !== undefined && before !== state.isOpen) tell(eventOf(deps, name, now, state));
    armed.get(name)?.();
    armed.delete(name);
    if (state.changesAt !== undefined)
      armed.set(
        name,
        clock.after(state.changesAt - now, () => look(name)),
      );
  };
  for (const name of calendars.keys()) look(name);
  return look;
};
