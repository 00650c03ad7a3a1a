import { allPattern, livePattern, type EventName } from '../contracts/catalogue.ts';

/** What of a function says which events it is invoked for. */
interface Heard {
  readonly events: readonly EventName[] | 'live-and-replayed';
  readonly phases?: readonly string[];
}

/** Of the event that readies a function. */
const firstResult = {
  'detail-type': ['DRSJobProgressed'] satisfies EventName[],
  detail: { data: { isFirstResult: [true] } },
};

/** The event whose subscribers may want it of some waves alone. */
const ofPhases: EventName = 'WaveStarted';

/** Of the start of a wave in one of these phases of a failback. */
const startIn = (phases: readonly string[]) => ({
  'detail-type': [ofPhases],
  detail: { data: { definition: { homeward: { phase: phases } } } },
});

/** The pattern of a function's rule on the product's bus. */
export const patternOf = ({
  events,
  isReadied,
  phases,
}: Heard & { readonly isReadied: boolean }): Readonly<Record<string, unknown>> => {
  if (events === 'live-and-replayed') return allPattern;
  const others = phases === undefined ? events : events.filter((name) => name !== ofPhases);
  const { 'detail-type': names, ...pattern } = livePattern(others);
  const heard = { 'detail-type': names };
  const some = [...(isReadied ? [firstResult] : []), ...(phases === undefined ? [] : [startIn(phases)])];
  return some.length > 0 ? { ...pattern, $or: [heard, ...some] } : { ...pattern, ...heard };
};

const phaseIn = (data: unknown): string | undefined =>
  (data as { readonly definition?: { readonly homeward?: { readonly phase: string } } }).definition?.homeward
    ?.phase;

/** Whether a function is invoked for an event of the product's bus, beside the one that readies some. */
export const hearsEvent = (
  { events, phases }: Heard,
  { type, data }: { readonly type: string; readonly data?: unknown },
): boolean => {
  if (events === 'live-and-replayed') return true;
  if (!events.some((name) => name === type)) return false;
  return phases === undefined || type !== ofPhases || phases.includes(phaseIn(data) ?? '');
};

/** Whether it is the event that readies functions. */
export const isFirstResult = ({ type, data }: { readonly type: string; readonly data: unknown }): boolean =>
  type === 'DRSJobProgressed' && (data as { readonly isFirstResult?: true }).isFirstResult === true;
