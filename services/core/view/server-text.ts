import type { LaunchAction, RecoveryPoint, ServerResult } from '../../../contracts/wave-events.ts';
import { timeText } from './time-text.ts';

const sources = {
  'new-snapshot': '',
  'chosen-snapshot': ', as chosen',
  'earlier-snapshot': ', an earlier point',
} as const;

/** From which point in time a server was launched, or that DRS does not say. */
export const pointText = ({ from, at }: RecoveryPoint = {}): string => {
  const time = at === undefined ? 'not known' : timeText(Date.parse(at));
  return `${time}${from === undefined ? '' : sources[from]}`;
};

const states = {
  PENDING: ['not started', 'has not started'],
  IN_PROGRESS: ['running', 'is running'],
  SUCCEEDED: ['succeeded', 'succeeded'],
  FAILED: ['failed', 'failed'],
} as const;

/** A launch action in one line. */
export const launchActionLine = ({ name, document, status, ...action }: LaunchAction): string =>
  [
    `${action.optional ? 'optional ' : ''}launch action ${name}`,
    ...(document === undefined ? [] : [`(${document})`]),
    `${states[status][1]}${action.failureReason === undefined ? '' : `: ${action.failureReason}`}`,
  ].join(' ');

/** The launch actions of a server in a few words: how many are done, and each that is not. */
export const launchActionsText = (actions: readonly LaunchAction[]): string => {
  if (actions.length === 0) return '';
  const done = actions.filter(({ status }) => status === 'SUCCEEDED').length;
  const others = actions
    .filter(({ status }) => status !== 'SUCCEEDED')
    .map((action) => `${action.name} ${states[action.status][0]}${action.optional ? ' (optional)' : ''}`);
  return [`launch actions ${done}/${actions.length}`, ...others].join(', ');
};

/** Failed optional launch actions, older points in time and the like, of servers that were launched. */
export const warningsOf = (servers: readonly ServerResult[]): readonly string[] =>
  servers.flatMap(({ name, launchResult, warnings = [] }) =>
    launchResult === 'LAUNCHED' ? warnings.map((text) => `${name}: ${text}`) : [],
  );

/** So many failures are named. */
const namedMax = 5;

/** How servers ended: how many were launched, and each that was not, with the reason. */
export const resultsText = (servers: readonly ServerResult[]): readonly string[] => {
  const failed = servers.filter(({ launchResult }) => launchResult === 'FAILED');
  const launched = servers.length - failed.length;
  return [
    ...(launched === 0 ? [] : [`${launched} launched`]),
    ...failed
      .slice(0, namedMax)
      .map(({ name, failure }) => `${name} failed${failure === undefined ? '' : ` (${failure})`}`),
    ...(failed.length <= namedMax ? [] : [`${failed.length - namedMax} more failed`]),
  ];
};

/** What went wrong with servers, a clause each; undefined when nothing did. */
export const problemsText = (servers: readonly ServerResult[]): string | undefined => {
  const wrong = servers.flatMap(
    ({ name, sourceServerId, launchResult, failure = 'launch failed', warnings = [] }) =>
      [...(launchResult === 'FAILED' ? [failure] : []), ...warnings].map(
        (text) => `${name || sourceServerId}: ${text}`,
      ),
  );
  return wrong.length === 0 ? undefined : wrong.join('; ');
};
