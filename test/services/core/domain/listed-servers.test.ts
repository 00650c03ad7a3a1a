import { describe, expect, it } from 'vitest';
import type { ExecutionFact } from '../../../../contracts/execution-events.ts';
import { waveStarts } from '../../../../services/core/domain/audit/fold-streams.ts';
import { decideExecution } from '../../../../services/core/domain/execution.ts';
import {
  evolveExecution,
  initialExecution,
  type ExecutionState,
} from '../../../../services/core/domain/execution-state.ts';
import { graphOf } from '../../../../services/core/domain/graph.ts';
import { append, emptyStream } from '../../../../services/core/kernel/stream.ts';
import { aWave, someServers } from '../../../support/frozen-wave.ts';

const now = 60_000;
const wide = aWave('w', {
  servers: someServers(1_000).map((server) => ({ ...server, name: '名'.repeat(256) })),
  onFailure: 'ask',
});
const graph = graphOf([wide], 240);
const running: ExecutionState = { ...initialExecution, status: 'RUNNING', waveCount: 1, mode: 'DRILL' };
const started = decideExecution(graph, running, { type: 'Look' }, now);
const afterStart = started.reduce((state, fact) => evolveExecution(state, fact, now), running);

const settled = (launched: number) =>
  decideExecution(
    graph,
    afterStart,
    {
      type: 'WaveSettled',
      wave: {
        waveId: 'w',
        attempt: 1,
        outcome: 'FAILED',
        reasons: wide.servers.map(({ sourceServerId }) => `${sourceServerId}: ${'x'.repeat(900)}`),
        servers: wide.servers.map(({ sourceServerId, name }, n) => ({
          ...{ sourceServerId, name, phases: {} },
          ...(n < launched
            ? { launchResult: 'LAUNCHED' as const }
            : { launchResult: 'FAILED' as const, failure: 'x'.repeat(1_000) }),
        })),
      },
    },
    now,
  );

const named = <Name extends ExecutionFact['type']>(facts: readonly ExecutionFact[], name: Name) =>
  facts.filter((fact): fact is Extract<ExecutionFact, { type: Name }> => fact.type === name);

describe('the events of a wave of a thousand servers', () => {
  it('start with the first servers and list the others, each once and in the order of the plan', () => {
    const [start] = named(started, 'WaveStarted');
    const listed = named(started, 'WaveServersListed');
    expect(start?.data.serverCount).toBe(1_000);
    expect(started.map(({ type }) => type)).toEqual([
      'WaveStarted',
      ...listed.map(() => 'WaveServersListed'),
    ]);
    const servers = [start?.data.definition, ...listed.map(({ data }) => data)].flatMap(
      (each) => each?.servers ?? [],
    );
    expect(servers).toEqual(wide.servers);
  });

  it('each fit into one entry of the bus, and are put together again by whoever folds them', () => {
    const { outbox } = append(emptyStream('e', 'exec-1', running), evolveExecution, started, 'cause', now);
    for (const event of outbox) expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(128 * 1_024);
    expect(waveStarts(outbox).map(({ data }) => data.definition)).toEqual([wide]);
  });

  it('end with the counts of all servers, after the results for which there is no room', () => {
    const facts = settled(400);
    const [end] = named(facts, 'WaveFailed');
    const listed = named(facts, 'WaveResultsListed');
    expect(facts.findIndex(({ type }) => type === 'WaveFailed')).toBe(listed.length);
    expect(end?.data.counts).toEqual({ launched: 400, failed: 600 });
    const results = [...listed.flatMap(({ data }) => data.servers), ...(end?.data.servers ?? [])];
    expect(results.map(({ sourceServerId }) => sourceServerId)).toEqual(
      wide.servers.map(({ sourceServerId }) => sourceServerId),
    );
    const after = facts.reduce((state, fact) => evolveExecution(state, fact, now), afterStart);
    expect(after.waves['w']).toMatchObject({ status: 'HELD', launched: 400, failed: 600 });
  });

  it('give as many reasons as can be read, and say how many are left out', () => {
    const facts = settled(0);
    const [end] = named(facts, 'WaveFailed');
    expect(end?.data.reasons).toHaveLength(4);
    expect(end?.data.reasons.at(-1)).toBe('and 997 more, in the results of the servers');
    const [need] = named(facts, 'OperatorNeeded');
    expect(need?.data.why.length).toBeLessThan(4_000);
  });

  it('are a single one for a wave of ordinary size, without counts', () => {
    const small = graphOf([aWave('w', { servers: someServers(100) })], 240);
    const [start, ...others] = decideExecution(small, running, { type: 'Look' }, now);
    expect(others).toEqual([]);
    expect(start?.data).not.toHaveProperty('serverCount');
  });
});
