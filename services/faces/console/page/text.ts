import { counted } from '../../view/counted.ts';
import type { ExecutionStatus, ViewEvent, WaveStatus } from '../../view/execution-view.ts';

export const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const two = (value: number): string => String(value).padStart(2, '0');

/** A duration as people say it: `42 s`, `5:07 min`, `1:02 h`. */
export const duration = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor((seconds % 3_600) / 60))} h`;
};

/** Time of day, in UTC as in every record. */
export const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 19);
export const dateAndTime = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');

export const words: Readonly<Record<ExecutionStatus | WaveStatus, string>> = {
  REQUESTED: 'Requested',
  AWAITING_APPROVAL: 'Needs a second person',
  REJECTED: 'Rejected',
  RUNNING: 'Running',
  PAUSED: 'Paused',
  CANCELLING: 'Cancelling',
  COMPLETED: 'Completed',
  PARTIAL: 'Partial',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
  WAITING: 'Waiting',
  STARTED: 'Running',
  HELD: 'Needs you',
  SKIPPED: 'Skipped',
};

const phaseWords: Readonly<Record<string, string>> = {
  NONE: 'Waiting',
  CLEANUP: 'Cleanup',
  SNAPSHOT: 'Snapshot',
  CONVERSION: 'Conversion',
  LAUNCH: 'Launch',
  LAUNCH_ACTIONS: 'Launch actions',
  LAUNCHED: 'Launched',
  FAILED: 'Failed',
  STARTING: 'Starting',
  CAPACITY: 'Waits for quota',
  APPROVAL: 'Approval',
  ACTION: 'Action',
  HELD: 'Waits for a decision',
};
export const phase = (name: string): string => phaseWords[name] ?? name;

const phasesText = (phases: Readonly<Record<string, string>>): string => {
  const names = Object.values(phases);
  return [...new Set(names)]
    .map((name) => `${names.filter((other) => other === name).length} in ${phase(name).toLowerCase()}`)
    .join(', ');
};

/** What an event says beyond its name, in a few words. */
export const gist = ({ type, data }: ViewEvent): string => {
  switch (type) {
    case 'ExecutionAccepted':
      return `${data.mode.toLowerCase()} of ${data.planId}, asked by ${data.requestedBy}`;
    case 'ApprovalAwaited':
      return `${data.requestedBy} needs a second person`;
    case 'ExecutionApproved':
      return `by ${data.by}`;
    case 'ExecutionStarted':
      return `version ${data.planVersion}, ${counted(data.waveCount, 'wave')}, ${counted(data.serverCount, 'server')}${data.allowReplacing === undefined ? '' : `, may end or overwrite ${data.allowReplacing.join(', ')}`}`;
    case 'ExecutionRejected':
      return counted(data.faults.length, 'fault');
    case 'WaveStarted':
      return `attempt ${data.attempt}, ${counted(data.serverCount ?? data.definition.servers.length, 'server')}`;
    case 'WaveCompleted':
      return `${data.outcome.toLowerCase()}, ${counted(data.counts === undefined ? data.servers.length : data.counts.launched + data.counts.failed, 'server')}`;
    case 'WaveServersListed':
    case 'WaveResultsListed':
      return `${data.servers.length} more`;
    case 'WaveFailed':
      return data.reasons.join('; ');
    case 'WaveSkipped':
    case 'WaveStopped':
      return data.reason;
    case 'DRSJobClaimed':
      return counted(data.servers.length, 'server');
    case 'DRSJobStarted':
      return `${data.jobId}, ${counted(data.servers.length, 'server')}`;
    case 'DRSJobRefused':
      return data.message;
    case 'DRSJobProgressed':
      return Object.keys(data.phases).length === 0
        ? `launch actions of ${counted(Object.keys(data.launchActions ?? {}).length, 'server')}`
        : phasesText(data.phases);
    case 'DRSJobResultsListed':
    case 'DRSJobCompleted':
      return phasesText(Object.fromEntries(data.servers.map((s) => [s.sourceServerId, s.launchResult])));
    case 'LaunchActionsEnded':
      return phasesText(Object.fromEntries(data.servers.map((s) => [s.sourceServerId, s.launchResult])));
    case 'DRSJobStuck':
      return `${data.phase.toLowerCase()} for ${Math.round(data.sinceMinutes)} min`;
    case 'CapacityAwaited':
      return `${data.region}, ${data.ahead} ahead`;
    case 'ActionStarted':
      return `${data.kind} ${data.actionId}`;
    case 'ActionClaimed':
      return data.actionId;
    case 'ActionCompleted':
      return [data.actionId, data.by && `by ${data.by}`].filter(Boolean).join(' ');
    case 'ActionFailed':
      return `${data.actionId}: ${data.message}`;
    case 'TimeoutNear':
      return data.consequence;
    case 'OperatorNeeded':
      return data.why;
    case 'DecisionRefused':
      return `${data.decision}: ${data.reason}`;
    case 'ExecutionPaused':
    case 'ExecutionResumed':
    case 'ExecutionCancelling':
      return `by ${data.by}${data.reason === '' ? '' : `: ${data.reason}`}`;
    case 'ExecutionCompleted':
      return data.outcome.toLowerCase();
    case 'ExecutionFailed':
    case 'ExecutionCancelled':
      return `${counted(data.servers.launched, 'server')} launched`;
  }
};
