import type { ExecutionFact, FrozenWave } from '../../contracts/execution-events.ts';
import type { ServerResult } from '../../contracts/wave-events.ts';
import { decideExecution, type ExecutionInput } from '../../services/core/domain/execution.ts';
import {
  evolveExecution,
  initialExecution,
  type ExecutionState,
} from '../../services/core/domain/execution-state.ts';
import { graphOf, type Graph } from '../../services/core/domain/graph.ts';
import { aWave } from '../support/frozen-wave.ts';
import { cpuSeconds } from './model/cpu-seconds.ts';
import { median, round } from './model/quantile.ts';
import { timedRow } from './model/timed-row.ts';
import type { Bench } from './table.ts';

const waves = 20;
const now = Date.UTC(2026, 0, 5);

const frozenWave = (index: number): FrozenWave =>
  aWave(`wave-${index}`, {
    // Four waves side by side, each after one of the row before.
    dependsOn: index < 4 ? [] : [`wave-${index - 4}`],
    servers: [0, 1].map((server) => ({
      sourceServerId: `s-${String(index * 2 + server).padStart(17, '0')}`,
      name: `server-${index}-${server}`,
      critical: true,
    })),
  });

const result = ({ sourceServerId, name }: FrozenWave['servers'][number]): ServerResult => ({
  sourceServerId,
  name,
  launchResult: 'LAUNCHED',
  instanceId: 'i-0123456789abcdef0',
  jobId: 'drsjob-0123456789abcdef0',
  phases: {},
});

const started: ExecutionState = {
  ...initialExecution,
  status: 'RUNNING',
  frozenHash: 'bench',
  waveCount: waves,
  startedAt: now,
};

/** Every input of one execution in its order: the first look, and each wave's end. */
const inputsOf = (graph: Graph): readonly ExecutionInput[] => [
  { type: 'Look' },
  ...graph.waveIds.map((waveId): ExecutionInput => ({
    type: 'WaveSettled',
    wave: {
      waveId,
      attempt: 1,
      outcome: 'COMPLETED',
      reasons: [],
      servers: graph.waves[waveId]?.servers.map(result) ?? [],
    },
  })),
];

const runOnce = (graph: Graph, inputs: readonly ExecutionInput[]): ExecutionState => {
  let state = started;
  for (const input of inputs) {
    const facts: readonly ExecutionFact[] = decideExecution(graph, state, input, now);
    for (const fact of facts) state = evolveExecution(state, fact, now);
  }
  return state;
};

interface Settled {
  readonly seq: number;
  readonly waves: Readonly<Record<string, string>>;
}

/** The least that a decision can be: one copy of an object that remembers how each wave ended. */
const reduceOnce = (waveIds: readonly string[]): Settled => {
  let state: Settled = { seq: 0, waves: {} };
  for (const waveId of waveIds)
    state = { seq: state.seq + 1, waves: { ...state.waves, [waveId]: 'COMPLETED' } };
  return state;
};

export const bench: Bench = {
  name: 'kernel',
  about:
    'decide and evolve alone, a plan of 20 waves from its start to its end: decisions a second of a core.',
  async run({ quick }) {
    const graph = graphOf(
      Array.from({ length: waves }, (_, index) => frozenWave(index)),
      1_440,
    );
    const inputs = inputsOf(graph);
    const { status } = runOnce(graph, inputs);
    if (status !== 'COMPLETED') throw new Error(`the execution ended as ${status}`);
    const executions = quick ? 500 : 5_000;
    const runs = quick ? 3 : 7;
    const speedsOf = (run: () => unknown, steps: number): readonly number[] => {
      const speed = (): number => {
        const from = cpuSeconds();
        for (let index = 0; index < executions; index++) run();
        return (executions * steps) / (cpuSeconds() - from);
      };
      speed();
      return Array.from({ length: runs }, speed);
    };
    const plain = median(speedsOf(() => reduceOnce(graph.waveIds), waves));
    const speeds = speedsOf(() => runOnce(graph, inputs), inputs.length);
    return [
      timedRow('decisions', speeds, '/s', {
        target: { atLeast: 1_000_000 },
        better: 'more',
        baselines: [{ name: 'a reducer that copies one object', figure: round(plain, 0) }],
      }),
    ];
  },
};
