import type { DecidedBy, Homeward } from '../../../contracts/execution-events.ts';
import type { ServerPhase } from '../../../contracts/wave-events.ts';
import type { FactOf } from '../../../contracts/envelope.ts';
import type { noteAdded } from '../../../contracts/note-events.ts';
import type { SpanKind, ServerView } from './execution-view.ts';

/** `1 wave`, `2 waves`; the plural is the noun with an s unless it is given. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;

/** The phases of a server in words, in their order. */
export const phaseWords: Readonly<Record<ServerPhase, string>> = {
  NONE: 'starting',
  CLEANUP: 'cleanup',
  SNAPSHOT: 'snapshot',
  CONVERSION: 'conversion',
  LAUNCH: 'launch',
  LAUNCH_ACTIONS: 'launch actions',
  LAUNCHED: 'launched',
  FAILED: 'failed',
};

/** What a wave was doing, in words. */
export const spanWords: Readonly<Record<SpanKind, string>> = {
  ACTION: 'action',
  APPROVAL: 'approval',
  CAPACITY: 'waits for quota',
  STARTING: 'starting',
  SNAPSHOT: 'snapshot',
  CONVERSION: 'conversion',
  LAUNCH: 'launch',
  LAUNCH_ACTIONS: 'launch actions',
  HOMEWARD: 'way home',
  HELD: 'waits for a decision',
};

/** What an execution is, by its mode and its direction. */
export const runWord = ({
  mode,
  direction,
}: {
  readonly mode: string;
  readonly direction?: 'failback' | undefined;
}): string => {
  if (direction !== undefined) return mode === 'DRILL' ? 'Failback drill' : 'Failback';
  return mode === 'DRILL' ? 'Drill' : 'Recovery';
};

/** What a wave of a failback does with its servers, in words. */
export const homewardWords: Readonly<Record<Homeward['phase'], string>> = {
  reverse: 'replicates back',
  launch: 'launches at home',
  protect: 'protects again',
  retire: 'retires what was recovered',
  undo: 'takes back what the drill reversed',
};

/** What a server has become at the end of such a wave; of every other wave it is launched. */
export const doneWord = (phase: Homeward['phase'] | undefined): string =>
  phase === undefined ? 'launched' : doneWords[phase];

const doneWords: Readonly<Record<Homeward['phase'], string>> = {
  reverse: 'in sync',
  launch: 'launched',
  protect: 'protected',
  retire: 'home',
  undo: 'as before',
};

/** Where a job waits for the DRS quota, how many wait in front, and what others use. */
export const queueText = (
  place: string,
  ahead: number,
  others?: { readonly jobs: number; readonly servers: number },
): string =>
  [
    `${place}, ${ahead} ahead`,
    ...(others === undefined
      ? []
      : [`others use ${counted(others.jobs, 'job')} with ${counted(others.servers, 'server')}`]),
  ].join('; ');

/** A text of DRS or of an event, in which servers are called by the names that people know. */
export const withNames = (text: string, servers: readonly ServerView[]): string =>
  servers.reduce(
    (said, { sourceServerId, name }) =>
      name === sourceServerId ? said : said.replaceAll(sourceServerId, `${name} (${sourceServerId})`),
    text,
  );

/** What Change Calendars mean for an execution: they hold up a drill, and never a real recovery. */
export const calendarsText = (mode: string, calendars: readonly string[]): string =>
  `${calendars.join(', ')}, ${mode === 'DRILL' ? 'asked before each wave' : 'for which a real recovery does not wait'}`;

/** What is said of a drill that calendars have paused, once they are open. */
export const openedNote = (note = ''): string =>
  `${note === '' ? '' : `${note}; `}open again: it waits for a person`;

/** A note as one text: what was said, or to whom the execution was handed over, and with which words. */
export const noteText = ({ by, text, to }: Omit<FactOf<typeof noteAdded>['data'], 'decisionId'>): string => {
  if (to === undefined) return `by ${by}: ${text}`;
  return text === '' ? `by ${by} to ${to}` : `by ${by} to ${to}: ${text}`;
};

export const byWhom = ({ by, reason }: Pick<DecidedBy, 'by' | 'reason'>): string =>
  reason === '' ? `by ${by}` : `by ${by}: ${reason}`;

/** The tags of a plan, as `team=payments, tier=1`. */
export const tagsText = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
