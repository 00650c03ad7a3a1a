import { visible } from '../../../contracts/visible-text.ts';
import { countsOf } from '../../core/domain/listed-servers.ts';
import { counted } from '../view/counted.ts';
import { nearText } from '../../../contracts/near-text.ts';
import type { DomainEvent } from '../../core/streams/domain-event.ts';
import { timeText } from '../report/time-text.ts';
import { faultText } from '../view/fold.ts';
import { launchActionsText } from '../view/launch-actions.ts';

/** What an event says beyond its name, in a few words. */
const gist = (event: DomainEvent): string => {
  switch (event.type) {
    case 'ExecutionAccepted':
      return `${event.data.planId} as a ${event.data.mode.toLowerCase()}, for ${event.data.requestedBy}`;
    case 'ApprovalAwaited':
      return `${event.data.requestedBy} needs a second person, until ${event.data.expiresAt}`;
    case 'ExecutionApproved':
      return `by ${event.data.by}${event.data.reason === '' ? '' : `: ${event.data.reason}`}`;
    case 'ExecutionStarted':
      return `${event.data.planId} v${event.data.planVersion}, ${counted(event.data.waveCount, 'wave')}, ${counted(event.data.serverCount, 'server')}${warnedText(event.data)}`;
    case 'ExecutionRejected':
      return event.data.faults.map(faultText).join('; ');
    case 'WaveStarted':
      return `attempt ${event.data.attempt}, ${counted(event.data.serverCount ?? event.data.definition.servers.length, 'server')}`;
    case 'WaveCompleted':
      return outcomeGist(event.data);
    case 'WaveServersListed':
    case 'WaveResultsListed':
      return `${event.data.servers.length} more`;
    case 'WaveFailed':
      return event.data.reasons.join('; ');
    case 'WaveSkipped':
    case 'WaveStopped':
      return event.data.reason;
    case 'DRSJobClaimed':
      return `${counted(event.data.servers.length, 'server')}, try ${event.data.tryNumber}`;
    case 'DRSJobStarted':
      return `${event.data.jobId}, ${counted(event.data.servers.length, 'server')}`;
    case 'DRSJobRefused':
      return `${event.data.cause}: ${event.data.message}`;
    case 'DRSJobProgressed':
      return progressGist(event.data);
    case 'DRSJobCompleted':
      return [
        event.data.jobId,
        ...resultsGist(event.data.servers),
        ...awaitingGist(event.data.awaiting),
      ].join(', ');
    case 'DRSJobResultsListed':
    case 'LaunchActionsEnded':
      return [event.data.jobId, ...resultsGist(event.data.servers)].join(', ');
    case 'DRSJobStuck':
      return `${event.data.jobId} in ${event.data.phase} for ${event.data.sinceMinutes} min`;
    case 'CapacityAwaited':
      return `${event.data.account}/${event.data.region}, ${event.data.ahead} ahead${othersText(event.data.others)}`;
    case 'ActionStarted':
      return `${event.data.kind} ${event.data.actionId}`;
    case 'ActionClaimed':
    case 'ActionCompleted':
      return event.data.actionId;
    case 'ActionFailed':
      return `${event.data.actionId}: ${event.data.message}`;
    case 'TimeoutNear':
      return `${nearText(event.data)} ends by ${event.data.endsBy}: ${event.data.consequence}`;
    case 'OperatorNeeded':
      return `${event.data.why} (${event.data.choices.join(', ')})`;
    case 'DecisionRefused':
      return `${event.data.decision}: ${event.data.reason}`;
    case 'ExecutionPaused':
    case 'ExecutionResumed':
    case 'ExecutionCancelling':
      return `by ${event.data.by}${event.data.reason === '' ? '' : `: ${event.data.reason}`}`;
    case 'ExecutionCompleted':
      return event.data.outcome;
    case 'ExecutionFailed':
    case 'ExecutionCancelled':
      return '';
  }
};

const outcomeGist = ({
  outcome,
  servers,
  counts = countsOf(servers),
}: Extract<DomainEvent, { type: 'WaveCompleted' }>['data']): string =>
  `${outcome}, ${counts.launched} of ${counted(counts.launched + counts.failed, 'server')}`;

const warnedText = ({
  warnings = [],
  overrides,
  allowReplacing = [],
}: {
  warnings?: readonly string[] | undefined;
  overrides: readonly string[];
  allowReplacing?: readonly string[] | undefined;
}): string => {
  const warned = warnings.length > 0 ? `; warned of ${warnings.join(', ')}` : '';
  const accepted = overrides.length > 0 ? `; accepted: ${overrides.join(', ')}` : '';
  const given = allowReplacing.length > 0 ? `; may end or overwrite ${allowReplacing.join(', ')}` : '';
  return warned + accepted + given;
};

const othersText = (others: { readonly jobs: number; readonly servers: number } | undefined): string =>
  others === undefined
    ? ''
    : `; others use ${counted(others.jobs, 'job')} with ${counted(others.servers, 'server')}`;

const resultsGist = (
  servers: readonly {
    readonly name: string;
    readonly launchResult: string;
    readonly failure?: string | undefined;
  }[],
): readonly string[] =>
  servers.map(({ name, launchResult, failure }) =>
    failure === undefined ? `${name} ${launchResult}` : `${name} ${launchResult} (${failure})`,
  );

const awaitingGist = (ids: readonly string[] = []): readonly string[] =>
  ids.length === 0 ? [] : [`launch actions of ${counted(ids.length, 'server')} go on`];

const progressGist = ({
  phases,
  launchActions = {},
}: Extract<DomainEvent, { type: 'DRSJobProgressed' }>['data']): string =>
  [
    phasesGist(phases),
    ...Object.entries(launchActions).map(([id, actions]) => `${id}: ${launchActionsText(actions)}`),
  ]
    .filter((part) => part !== '')
    .join('; ');

const phasesGist = (phases: Readonly<Record<string, string>>): string => {
  const counts = new Map<string, number>();
  for (const phase of Object.values(phases)) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  return [...counts].map(([phase, count]) => `${count} in ${phase}`).join(', ');
};

/** One event in one dated line. */
export const eventLine = (event: DomainEvent): string => {
  const { emittedAt, stream, executionId } = event.metadata;
  const wave = stream === executionId ? '' : stream.slice(executionId.length + 1);
  const inWave = 'waveId' in event.data && event.data.waveId !== undefined ? event.data.waveId : wave;
  const place = inWave === '' ? 'execution' : inWave;
  const line = `${timeText(Date.parse(emittedAt))}  ${place.padEnd(14)}  ${event.type.padEnd(18)}  ${gist(event)}`;
  return visible(line.trimEnd());
};
