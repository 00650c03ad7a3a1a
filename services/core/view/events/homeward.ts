import type { HomewardProgress } from '../../../../contracts/wave-events.ts';
import { ofAttempt, withNote, withoutNotes, withResults } from '../changes.ts';
import type { EventViews } from '../event-view.ts';
import type { WaveView } from '../execution-view.ts';
import { problemsText } from '../server-text.ts';
import { counted } from '../words.ts';

const gib = 1024 ** 3;

/** What calls do, in the words of people. */
const callWords: Readonly<Record<string, string>> = {
  'ReverseReplication away': 'replicate back',
  'ReverseReplication home': 'protect again',
  'StopReplication home': 'stop the replication of what was reversed',
  'TerminateRecoveryInstances away': 'end what was recovered',
  'DeleteRecoveryInstance away': 'delete the record of what was recovered',
  'DeleteRecoveryInstance home': 'delete the record of the machine at home, which runs on',
  'DisconnectSourceServer home': 'disconnect what was reversed',
  'DeleteSourceServer home': 'delete what was reversed',
};

interface Call {
  readonly operation: string;
  readonly where: string;
  readonly id: string;
}

const namedMax = 5;

const idsText = (ids: readonly string[]): string =>
  ids.length <= namedMax
    ? ids.join(', ')
    : `${ids.slice(0, namedMax).join(', ')} and ${ids.length - namedMax} more`;

/** Calls by what they do, with what they name. */
const callsText = (calls: readonly Call[]): string => {
  const keys = [...new Set(calls.map(({ operation, where }) => `${operation} ${where}`))];
  return keys
    .map((key) => {
      const ids = calls.filter(({ operation, where }) => `${operation} ${where}` === key).map(({ id }) => id);
      return `${callWords[key] ?? key}: ${idsText(ids)}`;
    })
    .join('; ');
};

const countsText = (stages: readonly string[]): string =>
  [...new Set(stages)]
    .map((stage) => `${stages.filter((each) => each === stage).length} ${stage}`)
    .join(', ');

/** How far servers are on their way home: their stages, and the bytes of those that copy. */
export const homewardText = (servers: readonly HomewardProgress[]): string => {
  const copying = servers.filter(({ totalBytes }) => totalBytes !== undefined);
  const done = copying.reduce((sum, { doneBytes = 0 }) => sum + doneBytes, 0);
  const total = copying.reduce((sum, { totalBytes = 0 }) => sum + totalBytes, 0);
  const etas = copying.flatMap(({ etaAt }) => etaAt ?? []).sort();
  return [
    countsText(servers.map(({ stage }) => stage)),
    ...(total === 0 ? [] : [`${(done / gib).toFixed(1)} of ${(total / gib).toFixed(1)} GiB`]),
    ...(etas.length === 0 ? [] : [`in sync about ${etas.at(-1)}`]),
  ].join(', ');
};

const wayNote = 'on the way home: ';
const stalledNote = 'replication stands still: ';

const withProgress = (wave: WaveView, told: Readonly<Record<string, HomewardProgress>>): WaveView => {
  const servers = wave.servers.map((server) => {
    const homeward = told[server.sourceServerId] ?? server.homeward;
    return homeward === undefined ? server : { ...server, homeward };
  });
  const known = servers.flatMap(({ homeward }) => homeward ?? []);
  return withNote({ ...withoutNotes(wave, wayNote), servers }, `${wayNote}${homewardText(known)}`);
};

/** What a failback does beside its launches. */
export const homewardEvents = {
  ReversedServersFound: {
    fold: (view) => view,
    gist: ({ reversed }) => `${counted(Object.keys(reversed).length, 'reversed server')} to launch`,
  },
  HomewardCallsClaimed: {
    fold: (view) => view,
    gist: ({ calls }) => callsText(calls),
  },
  HomewardCallsEnded: {
    fold: (view) => view,
    gist: ({ calls }) =>
      [...new Set(calls.map(({ outcome }) => outcome))]
        .map((outcome) => `${outcome}: ${callsText(calls.filter((call) => call.outcome === outcome))}`)
        .join('; '),
    problem: ({ calls }) => {
      const refused = calls.filter(({ outcome }) => outcome === 'invalid' || outcome === 'lost');
      return refused.length === 0
        ? undefined
        : refused
            .map(
              ({ operation, id, message }) =>
                `${operation} of ${id} did nothing${message === undefined ? '' : `: ${message}`}`,
            )
            .join('; ');
    },
  },
  HomewardServersEnded: {
    fold: ofAttempt((wave, { servers }) => withoutNotes(withResults(wave, servers), stalledNote)),
    gist: ({ servers }) => {
      const failed = servers.filter(({ launchResult }) => launchResult === 'FAILED');
      const done = servers.length - failed.length;
      return [
        ...(done === 0 ? [] : [`${done} done`]),
        ...failed.slice(0, namedMax).map(({ name, failure = '' }) => `${name}: ${failure}`),
        ...(failed.length <= namedMax ? [] : [`${failed.length - namedMax} more are not`]),
      ].join(', ');
    },
    problem: ({ servers }) => problemsText(servers),
  },
  HomewardProgressed: {
    fold: ofAttempt((wave, { servers }) => withProgress(withoutNotes(wave, stalledNote), servers)),
    gist: ({ servers }) => homewardText(Object.values(servers)),
  },
  ReplicationStalled: {
    fold: ofAttempt((wave, { servers }) =>
      withNote(
        withoutNotes(wave, stalledNote),
        `${stalledNote}${idsText(servers.map(({ sourceServerId }) => sourceServerId))}`,
      ),
    ),
    gist: ({ servers }) =>
      servers
        .slice(0, namedMax)
        .map(
          ({ sourceServerId, stage, since, why }) =>
            `${sourceServerId} ${stage} since ${since}${why === undefined ? '' : ` (${why})`}`,
        )
        .join(', '),
    problem: ({ servers }) =>
      `the replication of ${idsText(servers.map(({ sourceServerId }) => sourceServerId))} stood still`,
    severity: () => 'warning',
  },
} satisfies Partial<EventViews>;
