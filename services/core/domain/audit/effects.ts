import type { Recorded } from '../../../../contracts/envelope.ts';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import type { WaveFact } from '../../../../contracts/wave-events.ts';
import type { Discrepancy, Effect } from './discrepancy.ts';
import type { WaveStart } from './fold-streams.ts';

type Effective = Recorded<Extract<WaveFact, { type: 'DRSJobStarted' | 'ActionStarted' }>>;

const isEffect = (event: Recorded): event is Effective =>
  event.type === 'DRSJobStarted' || event.type === 'ActionStarted';

const textOf = ({ type, data }: Effective): string =>
  type === 'DRSJobStarted'
    ? `${data.jobId} for ${data.servers.length} ${data.servers.length === 1 ? 'server' : 'servers'} of wave ${data.waveId}`
    : `${data.kind} ${data.actionId} of wave ${data.waveId}`;

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
    const start = starts.get(event.data.waveId)?.find(({ data }) => data.attempt === event.data.attempt);
    const actor = start?.data.decidedBy?.by ?? asked;
    const ownCause = causationId === executionId || /^exec-[0-9a-f]{20}(\/[^@]*)?@\d+$/.test(causationId);
    const lacking = [
      ...(ownCause && !ids.has(causationId) ? [`its cause ${causationId} is not among the events`] : []),
      ...(actor === '' ? ['nobody is on record as having asked for it'] : []),
      ...(start === undefined ? ['no event decided it'] : []),
    ];
    for (const why of lacking)
      discrepancies.push({
        kind: 'unexplained-effect',
        stream,
        version,
        message: `${textOf(event)}: ${why}`,
      });
    const decision = start?.metadata.eventId ?? '';
    return { eventId, what: textOf(event), at: emittedAt, cause: causationId, actor, decision };
  });
  return { effects, discrepancies };
};
