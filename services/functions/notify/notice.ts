import type { Recorded } from '../../../contracts/envelope.ts';
import type { ExecutionFact } from '../../../contracts/execution-events.ts';
import type { ServerResult, WaveFact } from '../../../contracts/wave-events.ts';
import { visible } from '../../../contracts/visible-text.ts';
import { shownKinds } from '../../core/domain/actions/shown-kinds.ts';
import { countsOf } from '../../core/domain/listed-servers.ts';
import { nearText } from '../../../contracts/near-text.ts';
import type { Notice, Severity } from '../../../contracts/notice.ts';

export type NoticeEvent = Recorded<ExecutionFact | WaveFact>;

interface Saying {
  readonly severity: Severity;
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
  readonly commands?: readonly string[];
}

const command = (verb: string, ...subject: readonly string[]): string =>
  `groundswell ${[verb, ...subject].join(' ')} --reason "..."`;

/** Where a reader finds the execution again. */
export interface Whereabouts {
  /** Without it, messages carry no link. */
  readonly consoleUrl?: string | undefined;
  /** Options that lead the command line to this deployment; empty where it finds it by itself. */
  readonly commandOptions: string;
}

const waveOutcome = (launched: number, all: number): string =>
  `${launched} of ${all} servers were recovered.`;

const launchedOf = ({ servers, counts }: Named<'WaveCompleted' | 'WaveFailed'>['data']): string => {
  const { launched, failed } = counts ?? countsOf(servers);
  return waveOutcome(launched, launched + failed);
};

/** So many warnings are told; the report has all of them. */
const warningsMax = 10;

/** Failed optional launch actions, older points in time and the like. */
const warningsOf = (servers: readonly ServerResult[]): readonly string[] => {
  const all = servers.flatMap(({ name, launchResult, warnings = [] }) =>
    launchResult === 'LAUNCHED' ? warnings.map((text) => `${name}: ${text}.`) : [],
  );
  return all.length <= warningsMax
    ? all
    : [...all.slice(0, warningsMax), `And ${all.length - warningsMax} more warnings.`];
};

const durationOf = (ms: number): string => `${Math.round(ms / 60_000)} min`;

const choiceVerbs: Readonly<Record<string, string>> = { retry: 'retry', skip: 'skip', continue: 'continue' };

const waveCommands = (id: string, waveId: string, choices: readonly string[]): readonly string[] =>
  choices.flatMap((choice) => {
    if (choice === 'cancel') return [command('cancel', id)];
    const verb = choiceVerbs[choice];
    return verb === undefined ? [] : [command(verb, id, waveId)];
  });

type Named<Name extends NoticeEvent['type']> = Extract<NoticeEvent, { type: Name }>;

const ofEnd = (
  event: Named<'ExecutionCompleted'> | Named<'ExecutionFailed'> | Named<'ExecutionCancelled'>,
  id: string,
): Saying => {
  const { servers, durationMs, rto } = event.data;
  const word =
    event.type === 'ExecutionCompleted' ? event.data.outcome : event.type.slice('Execution'.length);
  const target = rto === undefined ? '' : ` The recovery time objective was ${rto.met ? 'met' : 'missed'}.`;
  const severity = word === 'COMPLETED' ? 'info' : event.type === 'ExecutionFailed' ? 'critical' : 'warning';
  return {
    severity,
    title: `Execution ended: ${word.toUpperCase()}`,
    meaning: `${waveOutcome(servers.launched, servers.launched + servers.failed)} It took ${durationOf(durationMs)}.${target}`,
    next: 'The report says what happened, and proves it.',
    commands: [`groundswell report ${id}`],
  };
};

const ofApproval = ({ data }: Named<'ActionStarted'>, id: string): Saying => {
  const { waveId, actionId, prompt = '', endsBy, approvers = [] } = data;
  const who =
    approvers.length === 0 ? 'Any operator may answer' : `To be answered by ${approvers.join(' or ')}`;
  return {
    severity: 'warning',
    title: `Approval needed: ${actionId} of wave ${waveId}`,
    meaning: `${prompt} ${who}.`.trim(),
    next: `The wave waits until ${endsBy}; then the plan says what silence means.`,
    commands: [command('approve', id, waveId, actionId), command('decline', id, waveId, actionId)],
  };
};

const ofFailure = ({ data }: Named<'WaveFailed'>, id: string): Saying => {
  const { waveId, onFailure, reasons, needsRelaunch } = data;
  const follows = {
    stop: 'No further wave starts.',
    continue: 'The waves that depend on it are skipped; the others go on.',
    ask: 'The waves that depend on it wait for a decision.',
  };
  return {
    severity: 'critical',
    title: `Wave ${waveId} failed`,
    meaning: [launchedOf(data), ...reasons].join(' '),
    next: needsRelaunch
      ? `${follows[onFailure]} A retry launches nothing unless it is asked for with --relaunch, which ends the instances that run.`
      : follows[onFailure],
    ...(onFailure === 'ask' && { commands: waveCommands(id, waveId, ['retry', 'skip', 'continue']) }),
  };
};

const ofRefusal = (event: Named<'ExecutionRejected'>): Saying => ({
  severity: 'warning',
  title: 'Request refused',
  meaning: event.data.faults.map(({ path, message }) => `${path}: ${message}`).join('; '),
  next: 'Nothing was started. Mend what is named and ask again with a new request id.',
});

const ofSecondPerson = ({ data }: Named<'ApprovalAwaited'>, id: string): Saying => ({
  severity: 'critical',
  title: 'A recovery needs a second person',
  meaning: `${data.requestedBy} asks for a real recovery with version ${data.planVersion} of the plan, and cannot approve it.`,
  next: `It waits until ${data.expiresAt}; then it is refused.`,
  commands: [command('approve', id, '--plan-hash', data.planHash), command('decline', id)],
});

const ofHold = (
  event: Named<'ExecutionPaused'> | Named<'ExecutionResumed'> | Named<'ExecutionCancelling'>,
  id: string,
): Saying => {
  const verb = {
    ExecutionPaused: 'paused',
    ExecutionResumed: 'resumed',
    ExecutionCancelling: 'being cancelled',
  };
  const { by, reason } = event.data;
  return {
    severity: 'warning',
    title: `Execution ${verb[event.type]}`,
    meaning: `By ${by}${reason === '' ? '' : `: ${reason}`}.`,
    next:
      event.type === 'ExecutionResumed' ? 'Waves start again.' : 'Nothing new starts; running jobs go on.',
    ...(event.type === 'ExecutionPaused' && { commands: [command('resume', id)] }),
  };
};

const ofOperatorNeeded = ({ data }: Named<'OperatorNeeded'>, id: string): Saying => {
  const { why, choices, waveId = '' } = data;
  return {
    severity: 'critical',
    title: 'An operator is needed',
    meaning: why,
    next: `To choose from: ${choices.join(', ')}.`,
    commands: waveCommands(id, waveId, waveId === '' ? choices.filter((each) => each === 'cancel') : choices),
  };
};

const ofExecution = (event: NoticeEvent, id: string): Saying | undefined => {
  switch (event.type) {
    case 'ExecutionStarted': {
      const { mode, planVersion, waveCount, serverCount, requestedBy, allowReplacing = [] } = event.data;
      const given =
        allowReplacing.length === 0
          ? ''
          : ` ${requestedBy} allowed it to end or overwrite ${allowReplacing.join(', ')}.`;
      return {
        severity: mode === 'RECOVERY' || given !== '' ? 'warning' : 'info',
        title: `${mode === 'RECOVERY' ? 'Recovery' : 'Drill'} started`,
        meaning: `Version ${planVersion} of the plan runs: ${waveCount} waves, ${serverCount} servers. Asked for by ${requestedBy}.${given}`,
        next: 'Waves start as soon as their dependencies are done.',
        commands: [`groundswell status ${id} --watch`],
      };
    }
    case 'ApprovalAwaited':
      return ofSecondPerson(event, id);
    case 'ExecutionRejected':
      return ofRefusal(event);
    case 'ExecutionPaused':
    case 'ExecutionResumed':
    case 'ExecutionCancelling':
      return ofHold(event, id);
    case 'ExecutionCompleted':
    case 'ExecutionFailed':
    case 'ExecutionCancelled':
      return ofEnd(event, id);
    case 'ActionClaimed':
    case 'ActionCompleted':
    case 'ActionFailed':
    case 'ActionStarted':
    case 'CapacityAwaited':
    case 'DecisionRefused':
    case 'DRSJobClaimed':
    case 'DRSJobCompleted':
    case 'DRSJobProgressed':
    case 'DRSJobRefused':
    case 'DRSJobResultsListed':
    case 'DRSJobStarted':
    case 'DRSJobStuck':
    case 'LaunchActionsEnded':
    case 'ExecutionAccepted':
    case 'ExecutionApproved':
    case 'OperatorNeeded':
    case 'TimeoutNear':
    case 'WaveCompleted':
    case 'WaveFailed':
    case 'WaveResultsListed':
    case 'WaveServersListed':
    case 'WaveSkipped':
    case 'WaveStarted':
    case 'WaveStopped':
      return undefined;
  }
};

const ofWave = (event: NoticeEvent, id: string): Saying | undefined => {
  switch (event.type) {
    case 'WaveCompleted':
      return {
        severity:
          event.data.outcome === 'PARTIAL' || warningsOf(event.data.servers).length > 0 ? 'warning' : 'info',
        title: `Wave ${event.data.waveId} recovered${event.data.outcome === 'PARTIAL' ? ' in part' : ''}`,
        meaning: [launchedOf(event.data), ...warningsOf(event.data.servers)].join(' '),
        next: 'The waves that depend on it may start.',
      };
    case 'WaveFailed':
      return ofFailure(event, id);
    case 'ActionStarted':
      return shownKinds[event.data.kind].asksPeople ? ofApproval(event, id) : undefined;
    case 'ActionFailed':
      return {
        severity: event.data.final ? 'warning' : 'info',
        title: `Action ${event.data.actionId} of wave ${event.data.waveId} ${event.data.cause}`,
        meaning: event.data.message,
        next: event.data.final ? 'It is not tried again.' : 'It is tried again.',
      };
    case 'DRSJobStuck':
      return {
        severity: 'warning',
        title: `A DRS job of wave ${event.data.waveId} is slow`,
        meaning: `${event.data.jobId} has been in ${event.data.phase} for ${event.data.sinceMinutes} minutes.`,
        next: 'DRS jobs cannot be stopped; it is watched on.',
      };
    case 'TimeoutNear':
      return {
        severity: 'warning',
        title: `The time-out of ${nearText(event.data)} is near`,
        meaning: `It strikes at ${event.data.endsBy}.`,
        next: event.data.consequence,
        commands: [`groundswell status ${id}`],
      };
    case 'OperatorNeeded':
      return ofOperatorNeeded(event, id);
    case 'ActionClaimed':
    case 'ActionCompleted':
    case 'CapacityAwaited':
    case 'DecisionRefused':
    case 'DRSJobClaimed':
    case 'DRSJobCompleted':
    case 'DRSJobProgressed':
    case 'DRSJobRefused':
    case 'DRSJobResultsListed':
    case 'DRSJobStarted':
    case 'LaunchActionsEnded':
    case 'ApprovalAwaited':
    case 'ExecutionAccepted':
    case 'ExecutionApproved':
    case 'ExecutionCancelled':
    case 'ExecutionCancelling':
    case 'ExecutionCompleted':
    case 'ExecutionFailed':
    case 'ExecutionPaused':
    case 'ExecutionRejected':
    case 'ExecutionResumed':
    case 'ExecutionStarted':
    case 'WaveResultsListed':
    case 'WaveServersListed':
    case 'WaveSkipped':
    case 'WaveStarted':
    case 'WaveStopped':
      return undefined;
  }
};

/** One paragraph: a line break from outside could pass for a part of the message. */
const paragraph = (text: string): string => visible(text.replace(/[\n\t ]+/g, ' '));

/** What an event is worth telling; undefined for the small steps in between. */
export const noticeOf = (
  event: NoticeEvent,
  planId: string,
  { consoleUrl, commandOptions }: Whereabouts,
): Notice | undefined => {
  const { eventId, executionId, emittedAt } = event.metadata;
  const saying = ofExecution(event, executionId) ?? ofWave(event, executionId);
  if (saying === undefined) return undefined;
  const link = consoleUrl && `${consoleUrl.replace(/\/$/, '')}/#/executions/${executionId}`;
  return {
    ...saying,
    meaning: paragraph(saying.meaning),
    next: paragraph(saying.next),
    ...{ eventId, event: event.type, executionId, planId, at: emittedAt },
    commands: (saying.commands ?? []).map((each) => [each, commandOptions].filter(Boolean).join(' ')),
    title: paragraph(`${planId === '' ? '' : `${planId}: `}${saying.title}`),
    isOver: event.type === 'ExecutionCompleted' || event.type === 'ExecutionCancelled',
    ...(link !== undefined && { link }),
  };
};
