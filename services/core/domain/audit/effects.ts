import type { CleanUpFact } from '../../../../contracts/clean-up-events.ts';
import type { Recorded } from '../../../../contracts/envelope.ts';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import type { WaveFact } from '../../../../contracts/wave-events.ts';
import type { Discrepancy, Effect } from './discrepancy.ts';
import type { WaveStart } from './fold-streams.ts';

type InWave = Recorded<Extract<WaveFact, { type: 'DRSJobStarted' | 'ActionStarted' | 'HomewardCallsEnded' }>>;
type Ending = Recorded<Extract<CleanUpFact, { type: 'TerminationStarted' | 'InstanceTerminated' }>>;
type HomewardEnded = Recorded<Extract<WaveFact, { type: 'HomewardCallsEnded' }>>;
type Effective = InWave | Ending;

const isEffect = (event: Recorded): event is Effective =>
  ['DRSJobStarted', 'ActionStarted', 'TerminationStarted', 'InstanceTerminated'].includes(event.type) ||
  isDoneHomeward(event);

/** What DRS refused, or what had no effect, is none. */
const isDoneHomeward = ({ type, data }: Recorded): boolean =>
  type === 'HomewardCallsEnded' && doneIn(data as HomewardEnded['data']).length > 0;

const doneIn = ({ calls }: HomewardEnded['data']) => calls.filter(({ outcome }) => outcome === 'done');

const textOf = ({ type, data }: Effective): string => {
  switch (type) {
    case 'DRSJobStarted':
      return `${data.jobId} for ${data.servers.length} ${data.servers.length === 1 ? 'server' : 'servers'} of wave ${data.waveId}`;
    case 'HomewardCallsEnded':
      return `${doneIn(data)
        .map(({ operation, id }) => `${operation} of ${id}`)
        .join(', ')} in wave ${data.waveId}`;
    case 'ActionStarted':
      return `${data.kind} ${data.actionId} of wave ${data.waveId}`;
    case 'TerminationStarted':
      return `${data.jobId} ends ${data.instances} ${data.instances === 1 ? 'instance' : 'instances'} of the drill`;
    case 'InstanceTerminated':
      return `${data.instanceId} of ${data.sourceServerId} is ended`;
  }
};

interface Decided {
  /** The event by which it was decided. */
  readonly eventId: string;
  readonly by: string | undefined;
}

/** A retry is decided by who asked for it, a clean-up by who asked for it or by the plan that the requester ran. */
const decisionOn = (
  event: Effective,
  events: readonly Recorded[],
  starts: ReadonlyMap<string, readonly WaveStart[]>,
): Decided | undefined => {
  if (
    event.type === 'DRSJobStarted' ||
    event.type === 'ActionStarted' ||
    event.type === 'HomewardCallsEnded'
  ) {
    const { waveId, attempt } = event.data;
    const start = starts.get(waveId)?.find(({ data }) => data.attempt === attempt);
    return start && { eventId: start.metadata.eventId, by: start.data.decidedBy?.by };
  }
  const { run } = event.data;
  const start = events.filter(isCleanUpStart).find(({ data }) => data.run === run);
  return start && { eventId: start.metadata.eventId, by: start.data.decidedBy?.by };
};

const isCleanUpStart = (
  event: Recorded,
): event is Recorded<Extract<CleanUpFact, { type: 'CleanUpStarted' }>> => event.type === 'CleanUpStarted';

/** The execution's requester, who answers for all that nobody else decided. */
const requester = (events: readonly Recorded[]): string => {
  const started = events.find(({ type }) => type === 'ExecutionStarted') as
    Extract<ExecutionFact, { type: 'ExecutionStarted' }> | undefined;
  return started?.data.requestedBy ?? '';
};

export interface EffectsFound {
  readonly effects: readonly Effect[];
  readonly discrepancies: readonly Discrepancy[];
}

/** Each effect of one execution with its cause, actor and decision. `events` are all that the audit vouches for. */
export const effectsOf = (
  executionId: string,
  events: readonly Recorded[],
  starts: ReadonlyMap<string, readonly WaveStart[]>,
): EffectsFound => {
  const ids = new Set(events.map(({ metadata }) => metadata.eventId));
  const asked = requester(events);
  const discrepancies: Discrepancy[] = [];
  const effects = events.filter(isEffect).map((event): Effect => {
    const { eventId, causationId, emittedAt, stream, version } = event.metadata;
    const decided = decisionOn(event, events, starts);
    const actor = decided?.by ?? asked;
    const ownCause = causationId === executionId || /^exec-[0-9a-f]{20}(\/[^@]*)?@\d+$/.test(causationId);
    const lacking = [
      ...(ownCause && !ids.has(causationId) ? [`its cause ${causationId} is not among the events`] : []),
      ...(actor === '' ? ['nobody is on record as having asked for it'] : []),
      ...(decided === undefined ? ['no event decided it'] : []),
    ];
    for (const why of lacking)
      discrepancies.push({
        kind: 'unexplained-effect',
        stream,
        version,
        message: `${textOf(event)}: ${why}`,
      });
    const decision = decided?.eventId ?? '';
    return { eventId, what: textOf(event), at: emittedAt, cause: causationId, actor, decision };
  });
  return { effects, discrepancies };
};
