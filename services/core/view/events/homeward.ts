import type { HomewardProgress } from '../../../../contracts/wave-events.ts';
import { ofAttempt, unchanged, withNote, withoutNotes, withResults } from '../changes.ts';
import type { EventViews } from '../event-view.ts';
import type { ServerView, WaveView } from '../execution-view.ts';
import { homewardText } from '../homeward-text.ts';
import { problemsText } from '../server-text.ts';
import { beginSpan } from '../spans.ts';
import { counted } from '../words.ts';

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

const stalledNote = 'replication stands still: ';

const withProgress = (
  wave: WaveView,
  told: Readonly<Record<string, HomewardProgress>>,
  at: number,
): WaveView => {
  const servers = wave.servers.map(({ stalledSince, ...server }): ServerView => {
    const homeward = told[server.sourceServerId];
    if (homeward === undefined) return { ...server, ...(stalledSince !== undefined && { stalledSince }) };
    return { ...server, homeward, reached: { [homeward.stage]: at, ...server.reached } };
  });
  return beginSpan({ ...wave, servers }, 'HOMEWARD', at);
};

const withStalls = (
  wave: WaveView,
  stalls: readonly { readonly sourceServerId: string; readonly since: string }[],
): WaveView => {
  const since = new Map(stalls.map((stall) => [stall.sourceServerId, Date.parse(stall.since)]));
  const servers = wave.servers.map((server) => {
    const stalledSince = since.get(server.sourceServerId) ?? server.stalledSince;
    return stalledSince === undefined ? server : { ...server, stalledSince };
  });
  const still = servers.filter(({ stalledSince }) => stalledSince !== undefined);
  return withNote(
    { ...withoutNotes(wave, stalledNote), servers },
    `${stalledNote}${idsText(still.map(({ sourceServerId }) => sourceServerId))}`,
  );
};

/** What stands still is told of for as long as a server does. */
const withoutStalls = (wave: WaveView): WaveView =>
  wave.servers.some(({ stalledSince }) => stalledSince !== undefined)
    ? wave
    : withoutNotes(wave, stalledNote);

/** What a failback does beside its launches. */
export const homewardEvents = {
  ReversedServersFound: {
    fold: unchanged,
    gist: ({ reversed }) => `${counted(Object.keys(reversed).length, 'reversed server')} to launch`,
  },
  HomewardCallsClaimed: {
    fold: ofAttempt((wave, _data, at) => beginSpan(wave, 'HOMEWARD', at)),
    gist: ({ calls }) => callsText(calls),
  },
  HomewardCallsEnded: {
    fold: unchanged,
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
    fold: ofAttempt((wave, { servers }) => withoutStalls(withResults(wave, servers))),
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
    fold: ofAttempt((wave, { servers }, at) => withoutStalls(withProgress(wave, servers, at))),
    gist: ({ servers }) => homewardText(Object.values(servers)),
  },
  ReplicationStalled: {
    fold: ofAttempt((wave, { servers }) => withStalls(wave, servers)),
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
