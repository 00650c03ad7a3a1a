import type { DecidedBy, ExecutionFact, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import { runsThatFit } from '../kernel/runs-that-fit.ts';
import { countsOf } from './success-policy.ts';

/**
 * What one event says of single servers, in bytes of JSON: with all else that it says it stays below half of what a
 * table item, a message of SNS and an older target of the bus take.
 */
export const listedBytesMax = 96 * 1_024;

/** What is recorded per server is bounded: this many always fit, and are not measured. */
const fewServers = 16;

/** Servers as they are listed by the events that there is room for: one event in nearly every case. */
export const listings = <T>(servers: readonly T[]): readonly (readonly T[])[] =>
  servers.length <= fewServers ? [servers] : runsThatFit(servers, listedBytesMax);

/** A wave's start, followed by those of its servers that its event has no room for. */
export const waveStart = (
  definition: FrozenWave,
  attempt: number,
  mode: Mode,
  decidedBy?: DecidedBy,
  relaunch = false,
): readonly ExecutionFact[] => {
  const { waveId, servers } = definition;
  const [first = [], ...others] = listings(servers);
  return [
    {
      type: 'WaveStarted',
      data: {
        waveId,
        attempt,
        mode,
        definition: others.length === 0 ? definition : { ...definition, servers: [...first] },
        ...(others.length > 0 && { serverCount: servers.length }),
        ...(decidedBy !== undefined && { decidedBy }),
        ...(relaunch && { relaunch }),
      },
    },
    ...others.map((listed): ExecutionFact => ({
      type: 'WaveServersListed',
      data: { waveId, attempt, servers: [...listed], ...(relaunch && { relaunch }) },
    })),
  ];
};

type Outcome = Extract<ExecutionFact, { type: 'WaveCompleted' | 'WaveFailed' }>;

/** A wave's end, after those of its results that its event has no room for. */
export const waveEnd = (end: Outcome): readonly ExecutionFact[] => {
  const { waveId, attempt, servers } = end.data;
  const runs = listings(servers);
  if (runs.length <= 1) return [end];
  const listed = runs.slice(0, -1).map((run): ExecutionFact => ({
    type: 'WaveResultsListed',
    data: { waveId, attempt, servers: [...run] },
  }));
  const rest = { servers: [...(runs.at(-1) ?? [])], counts: countsOf(servers) };
  return [
    ...listed,
    end.type === 'WaveCompleted'
      ? { type: end.type, data: { ...end.data, ...rest } }
      : { type: end.type, data: { ...end.data, ...rest } },
  ];
};
