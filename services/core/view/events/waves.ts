import { countsOf } from '../../domain/success-policy.ts';
import { counted } from '../words.ts';
import {
  inAttempt,
  inWave,
  ofAttempt,
  settle,
  without,
  withNote,
  withResults,
  withTried,
} from '../changes.ts';
import type { EventViews, FactData } from '../event-view.ts';
import type { WaveView } from '../execution-view.ts';
import { placeOf } from '../planned-view.ts';
import { beginSpan, endSpans, isAny, isOf } from '../spans.ts';
import { warningsOf } from '../server-text.ts';

export const startWave = (
  wave: WaveView,
  {
    attempt,
    definition,
    relaunch,
    serverCount = 0,
  }: Pick<FactData['WaveStarted'], 'attempt' | 'definition' | 'relaunch' | 'serverCount'>,
  at: number,
): WaveView => {
  const servers = withTried(attempt === 1 ? [] : wave.servers, definition.servers, relaunch === true);
  const {
    endedAt: _end,
    outcome: _outcome,
    skipped: _skipped,
    stopped: _stopped,
    ...begun
  } = endSpans(wave, isAny, at);
  return {
    ...begun,
    dependsOn: definition.dependsOn,
    ...(definition.homeward && { phase: definition.homeward.phase }),
    place: placeOf(definition.target),
    success: definition.success,
    status: 'STARTED',
    attempt,
    servers,
    serversExpected: Math.max(servers.length, serverCount),
    startedAt: wave.startedAt ?? at,
    reasons: [],
    notes: attempt > 1 ? [`attempt ${attempt}`] : [],
  };
};

export const endWave = (
  wave: WaveView,
  status: WaveView['status'],
  at: number,
  notes: readonly string[],
): WaveView => ({
  ...endSpans(wave, isAny, at, status === 'FAILED' || status === 'HELD'),
  ...{ status, endedAt: at, notes },
});

const failWave = (
  wave: WaveView,
  { servers, reasons }: FactData['WaveFailed'],
  isHeld: boolean,
  at: number,
): WaveView => {
  const ended = endWave(withResults(wave, servers), isHeld ? 'HELD' : 'FAILED', at, reasons);
  const failed: WaveView = { ...ended, outcome: 'FAILED', reasons };
  return isHeld ? beginSpan(without(failed, 'endedAt'), 'HELD', at) : failed;
};

/** A wave whose failure was accepted is gone on without, and one that was skipped counts as done. */
const skipVerb = (satisfiesDependants: boolean): string =>
  satisfiesDependants ? 'skipped' : 'continued without';

const moreText = ({ servers }: { readonly servers: readonly unknown[] }): string => `${servers.length} more`;

/** What the execution says of its waves, and what stops them. */
export const waveEvents = {
  WaveStarted: {
    fold: (view, data, at) =>
      settle(
        inAttempt(view, data, (wave) => startWave(wave, data, at)),
        data.waveId,
      ),
    gist: ({ attempt, serverCount, definition }) =>
      `attempt ${attempt}, ${counted(serverCount ?? definition.servers.length, 'server')}`,
    decision: ({ decidedBy, waveId }) =>
      decidedBy && { by: decidedBy.by, what: `retried wave ${waveId}`, reason: decidedBy.reason },
  },
  WaveServersListed: {
    fold: ofAttempt((wave, { servers, relaunch }) => ({
      ...wave,
      servers: withTried(wave.servers, servers, relaunch === true),
    })),
    gist: moreText,
  },
  WaveResultsListed: {
    fold: ofAttempt((wave, { servers }) => withResults(wave, servers)),
    gist: moreText,
  },
  WaveCompleted: {
    fold: (view, data, at) => {
      const { waveId, outcome, servers } = data;
      return settle(
        inAttempt(view, data, (wave) => ({
          ...endWave(withResults(wave, servers), outcome, at, []),
          outcome,
        })),
        waveId,
      );
    },
    gist: ({ outcome, servers, counts = countsOf(servers) }) =>
      `${outcome}, ${counts.launched} of ${counted(counts.launched + counts.failed, 'server')}`,
    severity: ({ outcome, servers }) =>
      outcome === 'PARTIAL' || warningsOf(servers).length > 0 ? 'warning' : 'info',
  },
  WaveResultsChanged: {
    fold: (view, data, at) =>
      ofAttempt((wave) => ({ ...wave, status: data.outcome, outcome: data.outcome }))(view, data, at),
    gist: ({ outcome, counts }) =>
      `${outcome}, ${counts.launched} of ${counted(counts.launched + counts.failed, 'server')}`,
    problem: ({ outcome, counts }) =>
      outcome === 'PARTIAL'
        ? `${counted(counts.failed, 'server')} missing once its DRS jobs had ended`
        : undefined,
  },
  WaveFailed: {
    fold: (view, data, at) => {
      const isHeld = data.onFailure === 'ask' && view.status !== 'CANCELLING';
      return inAttempt(view, data, (wave) => failWave(wave, data, isHeld, at));
    },
    gist: ({ reasons }) => reasons.join('; '),
    problem: ({ reasons }) => `the wave failed: ${reasons.join('; ') || 'no reason given'}`,
    severity: () => 'critical',
  },
  WaveSkipped: {
    fold: (view, { waveId, reason, satisfiesDependants }, at) =>
      settle(
        inWave(view, waveId, (wave) => {
          const status = wave.status === 'HELD' && !satisfiesDependants ? 'FAILED' : 'SKIPPED';
          const ended = endWave(wave, status, at, reason === '' ? wave.notes : [reason]);
          return { ...ended, skipped: { reason, satisfiesDependants } };
        }),
        waveId,
      ),
    gist: ({ reason }) => reason,
    decision: ({ decidedBy, waveId, satisfiesDependants }) =>
      decidedBy && {
        by: decidedBy.by,
        what: `${skipVerb(satisfiesDependants)} wave ${waveId}`,
        reason: decidedBy.reason,
      },
  },
  WaveStopped: {
    fold: ofAttempt((wave, { reason }, at) => ({
      ...endSpans(withNote(wave, reason), isOf('CAPACITY'), at),
      stopped: true,
    })),
    gist: ({ reason }) => reason,
  },
} satisfies Partial<EventViews>;
