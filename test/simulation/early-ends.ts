import type { StreamRecord } from '../../services/core/kernel/stream.ts';
import type { RecordKey } from '../../services/core/ports/record-store.ts';
import type { WaveState } from '../../services/core/domain/wave/state.ts';
import { giveCapacityBack, holdIdOf } from '../../services/core/streams/capacity.ts';
import { launchKnobs } from '../../services/functions/launch-wave/launch.ts';
import type { RunPorts } from './delivery.ts';
import { instanceIdOf } from './drs.ts';
import { createHandle } from './handle.ts';
import type { Run } from './sandbox.ts';
import type { Knobs } from './workload.ts';
import type { WorldDeps } from './world.ts';

type Jobs = Awaited<ReturnType<Recovery['describeJobs']>>;
type Recovery = RunPorts['recovery'];

/** Shows servers of running jobs as launched, with the entries of the log that would say so. */
const showingLaunched = (
  recovery: Recovery,
  isShown: (job: Jobs[number], sourceServerId: string) => boolean,
): Partial<Recovery> => {
  const shown = new Map<string, Set<string>>();
  const describeJobs: Recovery['describeJobs'] = async (target, ids) =>
    (await recovery.describeJobs(target, ids)).map((job) => ({
      ...job,
      servers: job.servers.map((server) => {
        if (job.status === 'COMPLETED' || !isShown(job, server.sourceServerId)) return server;
        shown.set(job.jobId, (shown.get(job.jobId) ?? new Set()).add(server.sourceServerId));
        return { ...server, launchStatus: 'LAUNCHED' };
      }),
    }));
  return {
    describeJobs,
    describeRecoveryInstances: async (target, ids) => [
      ...(await recovery.describeRecoveryInstances(target, ids)),
      ...[...shown].flatMap(([jobId, servers]) =>
        [...servers].map((sourceServerId) => ({
          ...{ sourceServerId, jobId, instanceId: instanceIdOf(jobId, sourceServerId) },
          ...{ state: 'RUNNING', isDrill: true },
        })),
      ),
    ],
  };
};

/** Takes the last server of a job to be launched as soon as all others are. */
export const oneServerEarly = (ports: RunPorts): RunPorts => ({
  ...ports,
  recovery: {
    ...ports.recovery,
    ...showingLaunched(ports.recovery, ({ servers }, id) => {
      const open = servers.filter(({ launchStatus }) => launchStatus !== 'LAUNCHED');
      return open.length === 1 && open[0]?.sourceServerId === id;
    }),
  },
});

/** A hint names a server and its launch result: whoever believes it takes every server of its job to be launched. */
export const believesHints = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return (world, delivery, ports) => {
    if (delivery.type !== 'hint' || delivery.service !== 'watch-jobs') return handle(world, delivery, ports);
    const recovery = { ...ports.recovery, ...showingLaunched(ports.recovery, () => true) };
    return handle(world, { ...delivery, type: 'timer' }, { ...ports, recovery });
  };
};

/** A wave whose jobs have launched every server. */
const ended = ({ jobs, results, attempt, ...rest }: WaveState): WaveState => ({
  ...{ ...rest, attempt },
  jobs: jobs.map((job) => ({ ...job, settled: true })),
  results: Object.fromEntries(
    jobs
      .flatMap(({ servers }) => servers)
      .map((id) => [
        id,
        results[id] ?? {
          ...{ sourceServerId: id, name: id, phases: {}, attempt, launchResult: 'LAUNCHED' as const },
        },
      ]),
  ),
});

/** The first result of a job readies who acts on the last: whoever acts on it takes all servers to be launched. */
export const actsWhenReadied = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return (world, delivery, ports) => {
    if (delivery.type !== 'DRSJobProgressed' || delivery.service !== 'advance-execution')
      return handle(world, delivery, ports);
    const read = async <Body>(key: RecordKey) => {
      const stored = await ports.store.read<Body>(key);
      if (stored === undefined || key.kind !== 'stream' || !key.id.includes('/')) return stored;
      const { state, ...rest } = stored.body as StreamRecord<WaveState>;
      return { ...stored, body: { ...rest, state: ended(state) } as Body };
    };
    return handle(world, delivery, { ...ports, store: { ...ports.store, read } });
  };
};

/** Whoever believes a hint takes the calendars to be open that it tells of. */
export const believesOpenings = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return (world, delivery, ports) =>
    delivery.type === 'hint' && delivery.service === 'advance-execution'
      ? handle(world, delivery, { ...ports, calendars: { read: async () => ({ isOpen: true }) } })
      : handle(world, delivery, ports);
};

/** A hint of EC2 names an instance that has ended: whoever believes it takes all that a drill launched to be gone. */
export const believesEnds = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return (world, delivery, ports) => {
    if (delivery.type !== 'hint' || delivery.service !== 'clean-up-drill')
      return handle(world, delivery, ports);
    const recovery = {
      ...ports.recovery,
      describeRecoveryInstances: async () => [],
      describeMachinesOf: async () => [],
      describeMachines: async () => [],
    };
    return handle(world, { ...delivery, type: 'timer' }, { ...ports, recovery });
  };
};

/** Gives the place of a job back as soon as its servers have their results. */
export const quotaEarly = (ports: RunPorts, run: Run): RunPorts => {
  if (run.service !== 'watch-jobs') return ports;
  const giveBack = async (key: RecordKey, { state }: StreamRecord<WaveState>): Promise<void> => {
    const [executionId = '', waveId = ''] = key.id.split('/');
    const over = state.jobs
      .filter(({ settled }) => settled === true)
      .map(({ job }) => holdIdOf(executionId, waveId, state.attempt, job));
    if (over.length === 0) return;
    for (const place of await ports.store.list('capacity', '')) {
      const [account = '', region = ''] = place.split('/');
      const isOver = ({ holdId }: { readonly holdId: string }): boolean => over.includes(holdId);
      await giveCapacityBack(ports.store, ports.timers, { account, region }, isOver, launchKnobs.limits);
    }
  };
  return {
    ...ports,
    store: {
      ...ports.store,
      write: async (key, body, expected, index) => {
        const written = await ports.store.write(key, body, expected, index);
        if (key.kind === 'stream' && written !== 'conflict')
          await giveBack(key, body as unknown as StreamRecord<WaveState>);
        return written;
      },
    },
  };
};
