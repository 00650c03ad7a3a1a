import { faultText } from '../../../contracts/fault-text.ts';
import type { DomainEvent } from '../../../contracts/catalogue.ts';
import { nearText } from '../../../contracts/near-text.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { visible } from '../../../contracts/visible-text.ts';
import type { ExecutionState } from '../../core/domain/execution-state.ts';
import { countsOf } from '../../core/domain/success-policy.ts';
import { counted, runWord } from '../../core/view/words.ts';
import type { EventNamed } from '../../core/view/event-view.ts';
import { type NoticedName, severityOf } from '../../core/view/events.ts';
import { warningsOf } from '../../core/view/server-text.ts';
import { drillCommands, ofCleanUp, ofDrill } from './clean-up-notice.ts';
import { command, leftMax, linkTo, type Saying } from './saying.ts';

/** Where a reader finds the execution again. */
export interface Whereabouts {
  /** Without it, messages carry no link. */
  readonly consoleUrl?: string | undefined;
  /** Options that lead the command line to this deployment; empty where it finds it by itself. */
  readonly commandOptions: string;
}

const waveOutcome = (launched: number, all: number, { direction }: About): string =>
  `${launched} of ${all} servers were ${direction === undefined ? 'recovered' : 'launched at home'}.`;

/** What has become of the servers of a wave of a failback that does not launch them. */
const phaseDone: Readonly<Record<string, string>> = {
  reverse: 'are in sync at home',
  protect: 'are protected again',
  retire: 'are home, and nothing is left of their recovery',
  undo: 'are as they were before the drill',
};

const launchedOf = (
  { servers, counts, phase }: EventNamed<'WaveCompleted' | 'WaveFailed'>['data'],
  about: About,
): string => {
  const { launched, failed } = counts ?? countsOf(servers);
  const done = phase === undefined ? undefined : phaseDone[phase];
  if (done !== undefined) return `${launched} of ${launched + failed} servers ${done}.`;
  return waveOutcome(launched, launched + failed, about);
};

/** At most this many servers that stand still are named. */
const stalledMax = 10;

/** At most this many warnings are listed; the report has all of them. */
const warningsMax = 10;

const durationOf = (ms: number): string => `${Math.round(ms / 60_000)} min`;

const choiceVerbs: Readonly<Record<string, string>> = { retry: 'retry', skip: 'skip', continue: 'continue' };

const waveCommands = (id: string, waveId: string, choices: readonly string[]): readonly string[] =>
  choices.flatMap((choice) => {
    if (choice === 'cancel') return [command('cancel', id)];
    const verb = choiceVerbs[choice];
    return verb === undefined ? [] : [command(verb, id, waveId)];
  });

const ofEnd = (
  event: EventNamed<'ExecutionCompleted'> | EventNamed<'ExecutionFailed'> | EventNamed<'ExecutionCancelled'>,
  id: string,
  about: About,
): Saying => {
  const { servers, durationMs, rto } = event.data;
  const word =
    event.type === 'ExecutionCompleted' ? event.data.outcome : event.type.slice('Execution'.length);
  const target = rto === undefined ? '' : ` The recovery time objective was ${rto.met ? 'met' : 'missed'}.`;
  return {
    title: `Execution ended: ${word.toUpperCase()}`,
    meaning: `${waveOutcome(servers.launched, servers.launched + servers.failed, about)} It took ${durationOf(durationMs)}.${target}`,
    next: 'The report says what happened, and proves it.',
    commands: [`groundswell report ${id}`],
  };
};

const ofApproval = ({ data }: EventNamed<'ActionStarted'>, id: string): Saying => {
  const { waveId, actionId, prompt = '', endsBy, approvers = [] } = data;
  const who =
    approvers.length === 0 ? 'Any operator may answer' : `Only ${approvers.join(' or ')} may answer`;
  return {
    title: `Approval needed: ${actionId} of wave ${waveId}`,
    meaning: `${prompt} ${who}.`.trim(),
    next: `The wave waits until ${endsBy}; without an answer, the plan decides.`,
    commands: [command('approve', id, waveId, actionId), command('decline', id, waveId, actionId)],
  };
};

const ofFailure = ({ data }: EventNamed<'WaveFailed'>, id: string, about: About): Saying => {
  const { waveId, onFailure, reasons, needsRelaunch } = data;
  const follows = {
    stop: 'No further wave starts.',
    continue: 'The waves that depend on it are skipped; the others continue.',
    ask: 'The waves that depend on it wait for a decision.',
  };
  return {
    title: `Wave ${waveId} failed`,
    meaning: [launchedOf(data, about), ...reasons].join(' '),
    next: needsRelaunch
      ? `${follows[onFailure]} A retry launches nothing without --relaunch, which terminates the running instances.`
      : follows[onFailure],
    ...(onFailure === 'ask' && { commands: waveCommands(id, waveId, ['retry', 'skip', 'continue']) }),
  };
};

const ofRefusal = (event: EventNamed<'ExecutionRejected'>): Saying => ({
  title: 'Request refused',
  meaning: event.data.faults.map(faultText).join('; '),
  next: 'Nothing was started. Fix these faults, and send a new request with a new request id.',
});

const ofSecondPerson = ({ data }: EventNamed<'ApprovalAwaited'>, id: string): Saying => ({
  title: 'A recovery needs a second person',
  meaning: `${data.requestedBy} requested a real recovery with version ${data.planVersion} of the plan, and cannot approve it.`,
  next: `It waits until ${data.expiresAt}; then it is refused.`,
  commands: [command('approve', id, '--plan-hash', data.planHash), command('decline', id)],
});

const ofHold = (
  event: EventNamed<'ExecutionPaused'> | EventNamed<'ExecutionResumed'> | EventNamed<'ExecutionCancelling'>,
  id: string,
): Saying => {
  const verb = {
    ExecutionPaused: 'paused',
    ExecutionResumed: 'resumed',
    ExecutionCancelling: 'being cancelled',
  };
  const { by, reason } = event.data;
  if (event.type === 'ExecutionPaused' && event.data.calendars !== undefined)
    return {
      title: 'Drill paused by a Change Calendar',
      meaning: `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`,
      next: 'No other wave starts until somebody resumes it; a resumption holds until the calendar opens again. Running jobs continue.',
      commands: [command('resume', id), command('cancel', id)],
    };
  return {
    title: `Execution ${verb[event.type]}`,
    meaning: `By ${by}${reason === '' ? '' : `: ${reason}`}.`,
    next:
      event.type === 'ExecutionResumed' ? 'Waves start again.' : 'Nothing new starts; running jobs continue.',
    ...(event.type === 'ExecutionPaused' && { commands: [command('resume', id)] }),
  };
};

const ofNote = ({ data: { by, text, to } }: EventNamed<'NoteAdded'>, id: string): Saying => ({
  title: to === undefined ? `${by} noted something` : `${by} handed the execution over to ${to}`,
  meaning: text === '' ? 'Without a word.' : text,
  next:
    to === undefined
      ? 'Nothing of the run follows from it.'
      : `${to} is in charge; nothing of the run follows from it.`,
  commands: [`groundswell status ${id}`],
});

const ofOpening = ({ data: { calendars } }: EventNamed<'CalendarsOpened'>, id: string): Saying => ({
  title: 'Change Calendars of a paused drill are open',
  meaning: `${calendars.join(', ')} had paused it before its next wave.`,
  next: 'It goes on once somebody resumes it; the calendars are asked again before the wave.',
  commands: [command('resume', id), command('cancel', id)],
});

const ofAlarm = ({ data }: EventNamed<'AlarmRaised'>, id: string): Saying => {
  const { alarms, consequence } = data;
  const names = alarms
    .slice(0, leftMax)
    .map(({ name, account, region, since }) => `${name} in ${account}/${region}, since ${since}`);
  const more = alarms.length > names.length ? [`and ${alarms.length - names.length} more`] : [];
  return {
    title: `${alarms.length === 1 ? 'An alarm' : counted(alarms.length, 'alarm')} went to ALARM`,
    meaning: `${[...names, ...more].join('; ')}.`,
    next: consequence === 'none' ? 'A real recovery goes on.' : 'The drill is stopped.',
    ...(consequence === 'none' && { commands: [command('pause', id), command('cancel', id)] }),
  };
};

const ofOperatorNeeded = ({ data }: EventNamed<'OperatorNeeded'>, id: string): Saying => {
  const { why, choices, waveId = '' } = data;
  if (data.about === 'clean-up-due' || data.about === 'clean-up-failed')
    return {
      title:
        data.about === 'clean-up-due' ? 'The instances of a drill run on' : 'Instances of a drill resist',
      meaning: why,
      next: `Options: ${choices.join(', ')}.`,
      commands: drillCommands(id, choices),
    };
  return {
    title: 'An operator is needed',
    meaning: why,
    next: `Options: ${choices.join(', ')}.`,
    commands: waveCommands(id, waveId, waveId === '' ? choices.filter((each) => each === 'cancel') : choices),
  };
};

const ofStart = ({ data }: EventNamed<'ExecutionStarted'>, id: string): Saying => {
  const {
    mode,
    planVersion,
    waveCount,
    serverCount,
    requestedBy,
    allowReplacing = [],
    calendars = [],
    overrides,
    warnings = [],
  } = data;
  const given =
    allowReplacing.length === 0
      ? ''
      : ` ${requestedBy} allowed it to end or overwrite ${allowReplacing.join(', ')}.`;
  const isClosed = [...overrides, ...warnings].includes('calendar-closed');
  const ofCalendars =
    mode === 'DRILL' || calendars.length === 0
      ? ''
      : ` A real recovery waits for no Change Calendar: ${calendars.join(', ')}${isClosed ? ' (closed, or not to be asked)' : ''}.`;
  return {
    title: `${runWord(data)} started`,
    meaning: `It runs version ${planVersion} of the plan: ${counted(waveCount, 'wave')}, ${counted(serverCount, 'server')}. Requested by ${requestedBy}.${given}${ofCalendars}`,
    next:
      data.direction === undefined
        ? 'Waves start as soon as their dependencies are done.'
        : 'Each of its phases waits for an approval, unless the plan says otherwise.',
    commands: [`groundswell status ${id} --watch`],
  };
};

const ofSuccess = ({ data }: EventNamed<'WaveCompleted'>, _id: string, about: About): Saying => {
  const warnings = warningsOf(data.servers).map((warning) => `${warning}.`);
  const told =
    warnings.length <= warningsMax
      ? warnings
      : [...warnings.slice(0, warningsMax), `And ${warnings.length - warningsMax} more warnings.`];
  return {
    title: `Wave ${data.waveId} ${data.phase === undefined && about.direction === undefined ? 'recovered' : 'completed'}${data.outcome === 'PARTIAL' ? ' in part' : ''}`,
    meaning: [launchedOf(data, about), ...told].join(' '),
    next: 'The waves that depend on it may start.',
  };
};

const sayings: {
  readonly [Name in NoticedName]: (event: EventNamed<Name>, executionId: string, about: About) => Saying;
} = {
  ApprovalAwaited: ofSecondPerson,
  ExecutionStarted: ofStart,
  ExecutionRejected: ofRefusal,
  ExecutionPaused: ofHold,
  CalendarsOpened: ofOpening,
  ExecutionResumed: ofHold,
  ExecutionCancelling: ofHold,
  AlarmRaised: ofAlarm,
  NoteAdded: ofNote,
  ExecutionCompleted: ofEnd,
  ExecutionFailed: ofEnd,
  ExecutionCancelled: ofEnd,
  WaveCompleted: ofSuccess,
  WaveFailed: ofFailure,
  ActionStarted: ofApproval,
  ActionFailed: ({ data }) => ({
    title: `Action ${data.actionId} of wave ${data.waveId} ${data.cause}`,
    meaning: data.message,
    next: data.final ? 'It is not retried.' : 'It will be retried.',
  }),
  TaskReportRefused: ({ data }) => ({
    title: `A report on action ${data.actionId} of wave ${data.waveId} was refused`,
    meaning: `${data.why}.${data.worker === undefined ? '' : ` It came from ${data.worker}.`}`,
    next: 'It changed nothing. Check which worker sent it.',
  }),
  DRSJobStuck: ({ data }) => ({
    title: `A DRS job of wave ${data.waveId} is slow`,
    meaning: `${data.jobId} has been in ${data.phase} for ${data.sinceMinutes} minutes.`,
    next: 'DRS jobs cannot be stopped; monitoring continues.',
  }),
  ReplicationStalled: ({ data }, id) => ({
    title: `Replications of wave ${data.waveId} do not move`,
    meaning: data.servers
      .slice(0, stalledMax)
      .map(
        ({ sourceServerId, stage, since, why }) =>
          `${sourceServerId} is ${stage} as it was at ${since}${why === undefined ? '' : `: ${why}`}.`,
      )
      .concat(data.servers.length > stalledMax ? [`And ${data.servers.length - stalledMax} more.`] : [])
      .join(' '),
    next: 'It is looked at again every few minutes. Check the agent of the machine, its instance profile, and its way to DRS and to the staging area.',
    commands: [`groundswell failback status ${id}`],
  }),
  TimeoutNear: ({ data }, id) => ({
    title: `The time-out of ${nearText(data)} is near`,
    meaning: `It expires at ${data.endsBy}.`,
    next: data.consequence,
    commands: [
      `groundswell status ${id}`,
      ...(data.about === 'clean-up' ? drillCommands(id, ['extend', 'keep']) : []),
    ],
  }),
  OperatorNeeded: ofOperatorNeeded,
  DrillExtended: ofDrill,
  DrillKept: ofDrill,
  CleanUpStarted: ofCleanUp,
  CleanUpCompleted: ofCleanUp,
  CleanUpFailed: ofCleanUp,
};

const isNoticed = (event: EventNamed): event is EventNamed<NoticedName> => event.type in sayings;

const sayingOf = <Name extends NoticedName>(event: EventNamed<Name>, about: About): Saying =>
  sayings[event.type](event, event.metadata.executionId, about);

/** One paragraph: a line break from outside could pass for a part of the message. */
export const paragraph = (text: string): string => visible(text.replace(/[\n\t ]+/g, ' '));

/** What an event is about, as the execution's record says it; the plan's name is empty while there is none. */
export type About = Pick<ExecutionState, 'planId' | 'mode' | 'direction'>;

/** What cancels is confirmed by the name of the plan, also where no terminal asks for it. */
const confirming = (line: string, planId: string): string =>
  planId === '' ? line : line.replace(/^groundswell cancel \S+/, `$& --confirm ${planId}`);

/** The notice of an event; undefined for the small steps in between. */
export const noticeOf = (
  event: DomainEvent,
  about: About,
  { consoleUrl, commandOptions }: Whereabouts,
): Notice | undefined => {
  const severity = severityOf(event);
  const { planId, mode } = about;
  if (severity === undefined || !isNoticed(event)) return undefined;
  const { eventId, executionId, emittedAt } = event.metadata;
  const saying = sayingOf(event, about);
  return {
    severity,
    meaning: paragraph(saying.meaning),
    next: paragraph(saying.next),
    ...{ eventId, event: event.type, executionId, planId, at: emittedAt },
    ...(planId !== '' && { mode }),
    commands: (saying.commands ?? []).map((each) =>
      [confirming(each, planId), commandOptions].filter(Boolean).join(' '),
    ),
    title: paragraph(
      `${planId === '' ? '' : `${runWord(about).toUpperCase()} of ${planId}: `}${saying.title}`,
    ),
    isOver: ['ExecutionCompleted', 'ExecutionCancelled', 'CleanUpCompleted'].includes(event.type),
    ...linkTo(consoleUrl, `executions/${executionId}`),
  };
};

/** Where the command line looks by itself. */
const defaultEndpoint = 'http://127.0.0.1:4566';

/** The options with which a reader's command line reaches the deployment that sent the message. */
export const commandOptionsOf = (environment: {
  readonly AWS_REGION: string;
  readonly AWS_ENDPOINT_URL?: string | undefined;
}): string => {
  const { AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = environment;
  if (endpoint === undefined) return `--endpoint aws --region ${region}`;
  return endpoint === defaultEndpoint ? '' : `--endpoint ${endpoint} --region ${region}`;
};
