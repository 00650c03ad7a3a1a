import type { Homeward } from '../../../contracts/execution-events.ts';
import type { HomewardProgress } from '../../../contracts/wave-events.ts';
import type { ExecutionView, ServerView, WaveView } from './execution-view.ts';

type Phase = Homeward['phase'];

/** From the start of the wave until the server came to the end of the phase. Epoch ms. */
export interface PhaseTime {
  readonly from: number;
  /** Absent while it has not. */
  readonly to?: number;
}

/** A server of a failback on its whole way, through the waves of all phases. */
export interface HomewardRow {
  readonly sourceServerId: string;
  readonly name: string;
  /** Of the plan. */
  readonly waveId: string;
  /** As DRS shows it: AWAY, REVERSING, SYNCING, READY, LAUNCHING, LAUNCHED, REPROTECTING, PROTECTED, RETIRING, HOME. */
  readonly stage: string;
  /** How much is copied, and until when the rest should be; while it is copied. */
  readonly progress?: HomewardProgress;
  /** Since when its replication has not moved, epoch ms. */
  readonly stalledSince?: number;
  /** Why it does not go on, or what keeps it. */
  readonly trouble?: string;
  /** What was launched at home. */
  readonly instanceId?: string;
  readonly jobId?: string;
  /** From which point in time that was launched, ISO 8601. */
  readonly dataOf?: string;
  readonly times: Readonly<Partial<Record<Phase, PhaseTime>>>;
}

interface InWave {
  readonly wave: WaveView;
  readonly server: ServerView;
}

type ByPhase = Readonly<Partial<Record<Phase, InWave>>>;

/** Where a server stands at the end of each phase. */
const lastStage = {
  reverse: 'READY',
  launch: 'LAUNCHED',
  protect: 'PROTECTED',
  retire: 'HOME',
  undo: 'AWAY',
} as const;

/** The last first: what a later phase says of a server holds. */
const order = ['undo', 'retire', 'protect', 'launch', 'reverse'] as const;

const byPhaseOf = ({ waves }: Pick<ExecutionView, 'waves'>): ReadonlyMap<string, ByPhase> => {
  const found = new Map<string, ByPhase>();
  for (const wave of waves) {
    const { phase } = wave;
    if (phase === undefined) continue;
    for (const server of wave.servers) {
      const { sourceServerId: id } = server;
      found.set(id, { ...found.get(id), [phase]: { wave, server } });
    }
  }
  return found;
};

const launchStage = ({ phase }: ServerView): string | undefined =>
  phase === 'NONE' || phase === 'FAILED' ? undefined : phase === 'LAUNCHED' ? 'LAUNCHED' : 'LAUNCHING';

const stageIn = (phase: Phase, { server }: InWave): string | undefined => {
  if (phase === 'launch') return launchStage(server);
  return server.phase === 'LAUNCHED' ? lastStage[phase] : server.homeward?.stage;
};

/** When DRS had launched it, as far as its job tells; else when its wave had ended. */
const launchedAt = ({ wave, server }: InWave): number | undefined => {
  if (server.phase !== 'LAUNCHED') return undefined;
  const job = wave.jobs.find(({ jobId }) => jobId === server.jobId);
  const { snapshotMs = 0, conversionMs = 0, launchMs = 0 } = server.took ?? {};
  const tookMs = snapshotMs + conversionMs + launchMs;
  return job !== undefined && tookMs > 0 ? job.from + tookMs : (job?.saidTo ?? wave.endedAt);
};

const endOf = (phase: Phase, each: InWave): number | undefined =>
  phase === 'launch'
    ? launchedAt(each)
    : (each.server.reached?.[lastStage[phase]] ??
      (each.server.phase === 'LAUNCHED' ? each.wave.endedAt : undefined));

const timesOf = (byPhase: ByPhase): HomewardRow['times'] =>
  Object.fromEntries(
    order.flatMap((phase) => {
      const each = byPhase[phase];
      const from = each?.wave.startedAt;
      if (each === undefined || from === undefined) return [];
      const to = endOf(phase, each);
      return [[phase, { from, ...(to !== undefined && { to: Math.max(from, to) }) }]];
    }),
  );

const copying: readonly string[] = ['REVERSING', 'SYNCING', 'REPROTECTING'];

const rowOf = (sourceServerId: string, byPhase: ByPhase): HomewardRow => {
  const last = order.find((phase) => byPhase[phase] && stageIn(phase, byPhase[phase]) !== undefined);
  const shown = last && byPhase[last];
  const stage = (last && shown && stageIn(last, shown)) ?? 'AWAY';
  const failed = order.flatMap((phase) => {
    const server = byPhase[phase]?.server;
    return server?.phase === 'FAILED' ? [server.failure ?? 'it did not come to the end of the phase'] : [];
  })[0];
  const { homeward, stalledSince } = shown?.server ?? {};
  const trouble = failed ?? (shown?.server.phase === 'NONE' ? homeward?.why : undefined);
  const launched = byPhase.launch?.server;
  const dataOf = launched?.recoveryPoint?.at;
  const named = launched ?? byPhase.reverse?.server;
  return {
    ...{ sourceServerId, name: named?.name ?? sourceServerId, stage, times: timesOf(byPhase) },
    waveId: (byPhase.launch ?? shown)?.wave.waveId ?? '',
    ...(homeward !== undefined && copying.includes(stage) && { progress: homeward }),
    ...(stalledSince !== undefined && { stalledSince }),
    ...(trouble !== undefined && { trouble }),
    ...(launched?.instanceId !== undefined && { instanceId: launched.instanceId }),
    ...(launched?.jobId !== undefined && { jobId: launched.jobId }),
    ...(dataOf !== undefined && { dataOf }),
  };
};

/** The servers of a failback, each where it is on its way home; none of any other execution. */
export const homewardRows = (view: Pick<ExecutionView, 'waves'>): readonly HomewardRow[] =>
  [...byPhaseOf(view)].map(([id, byPhase]) => rowOf(id, byPhase));

/** The phase whose first servers wait for this wave: one without servers, which holds what people do before. */
export const phaseBehind = ({ waveId, servers }: WaveView): Phase | undefined =>
  servers.length > 0 ? undefined : order.find((phase) => waveId === `${phase}-gate`);

/** That wave of a phase. */
export const gateIn = ({ waves }: Pick<ExecutionView, 'waves'>, phase: Phase): WaveView | undefined =>
  waves.find((wave) => phaseBehind(wave) === phase);
