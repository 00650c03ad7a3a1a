import type { StreamRecord } from '../../services/core/kernel/stream.ts';
import type { ExecutionState } from '../../services/core/domain/execution-state.ts';
import { isBeforeCleanUp } from '../../services/core/domain/closing.ts';
import type { ActionState, WaveState } from '../../services/core/domain/wave/state.ts';
import type { Action, ActionSteps } from '../../contracts/action.ts';
import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { TaskReport } from '../../contracts/task-events.ts';
import { uuidOf } from '../../services/core/kernel/canonical.ts';
import type { PlanVersion } from '../../services/core/domain/plan-version.ts';
import type { LaunchActionRun } from '../../services/core/domain/recovery-job.ts';
import type { ToldInstance } from '../../contracts/clean-up-events.ts';
import type { CleanUpState } from '../../services/core/domain/clean-up/state.ts';
import { isCleanUpStream } from '../../services/core/kernel/stream-names.ts';
import type { RecoveryService } from '../../services/core/ports/recovery-service.ts';
import type { RecordKey, StoredRecord } from '../../services/core/ports/record-store.ts';
import type { Wake } from '../../services/core/ports/timers.ts';
import type { RunPorts } from './delivery.ts';
import {
  actsWhenReadied,
  believesEnds,
  believesHints,
  believesOpenings,
  oneServerEarly,
  quotaEarly,
} from './early-ends.ts';
import { enlargeAlways } from './enlarge.ts';
import { failbackMutants } from './failback/mutants.ts';
import type { FailbackMutant } from './failback/world.ts';
import type { Knobs } from './workload.ts';
import { createHandle } from './handle.ts';
import type { Run } from './sandbox.ts';
import { allWarnings, type World, type WorldDeps } from './world.ts';

/** A mistake in the protocol that a tired engineer could make, as a wrapper of ports, knobs or handlers. */
export interface Mutant {
  readonly name: string;
  readonly alter?: NonNullable<WorldDeps['alter']>;
  readonly knobs?: (knobs: Knobs) => Knobs;
  readonly handle?: (knobs: Knobs) => WorldDeps['handle'];
  /** For a mistake that only large waves show. */
  readonly enlarge?: typeof enlargeAlways;
  /** For a mistake on the way home, which is run alone. */
  readonly failback?: FailbackMutant;
}

type Service = Run['service'];

/** Shows a service some of its records otherwise than they are. */
const seeing =
  (service: Service | 'all', kind: RecordKey['kind'], change: (body: unknown, key: RecordKey) => unknown) =>
  (ports: RunPorts, run: Run): RunPorts => {
    if (service !== 'all' && run.service !== service) return ports;
    const read = async <Body>(key: RecordKey): Promise<StoredRecord<Body> | undefined> => {
      const stored = await ports.store.read<Body>(key);
      if (stored === undefined || key.kind !== kind) return stored;
      return { ...stored, body: change(stored.body, key) as Body };
    };
    return { ...ports, store: { ...ports.store, read } };
  };

const seeingWaves = (service: Service, change: (state: WaveState) => WaveState) =>
  seeing(service, 'stream', (body, key) => {
    const record = body as StreamRecord<WaveState>;
    return key.id.includes('/') ? { ...record, state: change(record.state) } : record;
  });
const seeingCleanUps = (service: Service, change: (state: CleanUpState) => CleanUpState) =>
  seeing(service, 'stream', (body, key) => {
    const record = body as StreamRecord<CleanUpState>;
    return isCleanUpStream(key.id) ? { ...record, state: change(record.state) } : record;
  });
/** Shows a service the actions before a clean-up otherwise than they are; `run` is that of the clean-up. */
const seeingActionsFirst =
  (service: Service, change: (action: ActionState, wave: WaveState, run: number) => ActionState) =>
  (ports: RunPorts, run: Run, world: World): RunPorts =>
    seeing(service, 'stream', (body, key) => {
      const [executionId = '', waveId] = key.id.split('/');
      if (!isBeforeCleanUp(waveId)) return body;
      const record = body as StreamRecord<WaveState>;
      const { run: current } = world.cleanUpOf(executionId);
      const actions = Object.fromEntries(
        Object.entries(record.state.actions).map(([name, action]) => [
          name,
          change(action, record.state, current),
        ]),
      );
      return { ...record, state: { ...record.state, actions } };
    })(ports, run);
const withTold = (
  state: CleanUpState,
  change: (told: readonly ToldInstance[]) => readonly ToldInstance[],
): CleanUpState => {
  const { instances } = state.actions ?? {};
  return state.actions === undefined || instances === undefined
    ? state
    : { ...state, actions: { ...state.actions, instances: change(instances) } };
};
/** Does not look at a server before its actions are told what is ended, and forgets what they were told. */
const endingUntold = (ports: RunPorts, run: Run): RunPorts => {
  let isDue = false;
  const seen = seeingCleanUps('clean-up-drill', (state) => {
    isDue = state.actions?.status === 'DUE';
    const { instances: _told, ...actions } = state.actions ?? { status: 'DUE' };
    return state.actions === undefined ? state : { ...state, actions };
  })(ports, run);
  const all = (servers: readonly string[]) => (isDue ? servers.slice(1) : servers);
  return cleaning((recovery) => ({
    describeRecoveryInstances: (target, servers) =>
      recovery.describeRecoveryInstances(target, servers && all(servers)),
    describeMachinesOf: (target, servers) => recovery.describeMachinesOf(target, all(servers)),
    describeMachines: async (target, ids) => (isDue ? [] : recovery.describeMachines(target, ids)),
  }))(seen, run);
};
/** Shows the clean-up of drills DRS and EC2 otherwise than they are. */
const cleaning =
  (change: (recovery: RecoveryService) => Partial<RecoveryService>) =>
  (ports: RunPorts, run: Run): RunPorts =>
    run.service === 'clean-up-drill'
      ? { ...ports, recovery: { ...ports.recovery, ...change(ports.recovery) } }
      : ports;
/** Every job of DRS counts as the drill's. */
const cleansUpAnyJob: NonNullable<Mutant['alter']> = (ports, run, world) =>
  seeing('clean-up-drill', 'stream', (body, key) => {
    const record = body as StreamRecord<WaveState>;
    return key.id.includes('/') && !isCleanUpStream(key.id)
      ? { ...record, state: { ...record.state, jobIds: world.drs.jobs.map(({ jobId }) => jobId) } }
      : record;
  })(ports, run);
const seeingExecutions = (service: Service, change: (state: ExecutionState) => ExecutionState) =>
  seeing(service, 'stream', (body, key) => {
    const record = body as StreamRecord<ExecutionState>;
    return key.id.includes('/') ? record : { ...record, state: change(record.state) };
  });

/** Keeps records of one kind nowhere: nothing is read, and every write succeeds. */
const forgetting =
  (kind: RecordKey['kind']) =>
  (ports: RunPorts): RunPorts => ({
    ...ports,
    store: {
      ...ports.store,
      read: async (key) => (key.kind === kind ? undefined : ports.store.read(key)),
      write: async (key, body, expected, index) =>
        key.kind === kind ? 'written' : ports.store.write(key, body, expected, index),
    },
  });

const launching =
  (change: (recovery: RunPorts['recovery']) => Partial<RunPorts['recovery']>) =>
  (ports: RunPorts): RunPorts => ({ ...ports, recovery: { ...ports.recovery, ...change(ports.recovery) } });

const calling =
  (change: (functions: RunPorts['functions'], world: World) => Partial<RunPorts['functions']>) =>
  (ports: RunPorts, _run: Run, world: World): RunPorts => ({
    ...ports,
    functions: { ...ports.functions, ...change(ports.functions, world) },
  });

/** Lets schedules say something else than they should. */
const saying =
  (change: (data: Readonly<Record<string, unknown>>, world: World) => object) =>
  (ports: RunPorts, _run: Run, world: World): RunPorts => ({
    ...ports,
    requests: {
      say: (name, data) => ports.requests.say(name, change(data as Record<string, unknown>, world)),
    },
  });

const withoutInto: RunPorts['recovery']['describeLaunchConfiguration'] extends (
  ...args: infer Args
) => infer Answer
  ? (recovery: RunPorts['recovery'], ...args: Args) => Answer
  : never = async (recovery, target, id) => {
  const found = await recovery.describeLaunchConfiguration(target, id);
  if (found === undefined) return undefined;
  const { intoInstanceId: _overlooked, ...rest } = found;
  return rest;
};

const withQuarantine =
  (quarantineMs: number) =>
  (knobs: Knobs): Knobs => ({
    ...knobs,
    launch: { ...knobs.launch, quarantineMs },
  });

const adoptsAnyJob = (ports: RunPorts, run: Run): RunPorts => {
  if (run.service !== 'launch-wave') return ports;
  let tags: Record<string, string> = {};
  return {
    ...ports,
    store: {
      ...ports.store,
      read: async <Body>(key: RecordKey) => {
        const stored = await ports.store.read<Body>(key);
        if (key.kind === 'stream' && key.id.includes('/') && stored !== undefined) {
          const { state } = stored.body as StreamRecord<WaveState>;
          const job = state.jobs.find((each) => each.status === 'CLAIMED')?.job ?? 1;
          const [execution = '', wave = ''] = key.id.split('/');
          tags = {
            'groundswell:execution': execution,
            'groundswell:wave': wave,
            'groundswell:job': `${state.attempt}.${job}`,
          };
        }
        return stored;
      },
    },
    recovery: {
      ...ports.recovery,
      describeJobsSince: async (target, since) =>
        (await ports.recovery.describeJobsSince(target, since)).map((job) => ({ ...job, tags })),
    },
  };
};

/** Takes each report for its worker's, as if it knew the token. */
const believesReports = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return (world, delivery, ports) => {
    if (delivery.type !== 'TaskReported') return handle(world, delivery, ports);
    const report = delivery.asked as TaskReport;
    const token = world.workers.taskOf(report.taskId)?.tokens.at(-1) ?? report.token;
    return handle(world, { ...delivery, asked: { ...report, token } }, ports);
  };
};

/** What a handler does that believes what an event says, instead of looking. */
const trustsEvents = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return async (world, delivery, ports) => {
    if (delivery.isForged !== true || delivery.type !== 'DRSJobCompleted')
      return handle(world, delivery, ports);
    const describeJobs: RunPorts['recovery']['describeJobs'] = async (target, ids) =>
      (await ports.recovery.describeJobs(target, ids)).map((job) => ({
        ...job,
        status: 'COMPLETED',
        endedAt: world.now(),
        servers: job.servers.map((server) => ({ ...server, launchStatus: 'LAUNCHED' })),
      }));
    return handle(
      world,
      { ...delivery, isForged: false, service: 'watch-jobs' },
      { ...ports, recovery: { ...ports.recovery, describeJobs } },
    );
  };
};

/** A note is answered as if none had been before, whatever its id. */
const notesAgain = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  const forgetful = seeingExecutions('advance-execution', (state) => ({ ...state, decisions: [] }));
  return (world, delivery, ports) => {
    const isNote = delivery.type === 'NoteRequested' || delivery.type === 'HandoverRequested';
    const run = { service: delivery.service } as Run;
    return handle(world, delivery, isNote ? forgetful(ports, run) : ports);
  };
};

const without =
  (service: Service) =>
  (knobs: Knobs): WorldDeps['handle'] => {
    const handle = createHandle(knobs, knobs);
    return (world, delivery, ports) =>
      delivery.service === service ? Promise.resolve() : handle(world, delivery, ports);
  };

const actsOnReplays = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return (world, { hostile, ...delivery }, ports) =>
    hostile === 'malformed' ? Promise.resolve() : handle(world, delivery, ports);
};

const writing =
  (change: (ports: RunPorts, run: Run) => RunPorts['store']['write']) =>
  (ports: RunPorts, run: Run): RunPorts => ({
    ...ports,
    store: { ...ports.store, write: change(ports, run) },
  });

/** Saves what happened, and leaves it to whoever comes much later to tell of it. */
const publishesLate = (ports: RunPorts): RunPorts => {
  let isLeftLying = false;
  return {
    ...ports,
    bus: {
      publish: async (events) => {
        const youngest = Math.max(...events.map(({ metadata }) => Date.parse(metadata.emittedAt)));
        isLeftLying = ports.clock.now() - youngest < lateMs;
        if (!isLeftLying) await ports.bus.publish(events);
      },
    },
    store: {
      ...ports.store,
      // The next write to a stream is the one that would take the events out of the outbox.
      write: async (key, body, expected, index) => {
        const isSkipped = isLeftLying && key.kind === 'stream';
        isLeftLying = false;
        return isSkipped ? 'written' : ports.store.write(key, body, expected, index);
      },
    },
  };
};
const lateMs = 60_000;

/** What is known of a request is forgotten an hour after it began, as a record with a time to live would be. */
const forgetsRequests = (ports: RunPorts, run: Run): RunPorts => {
  if (run.service !== 'accept-execution') return ports;
  const expired = new Map<string, number>();
  const read = async <Body>(key: RecordKey): Promise<StoredRecord<Body> | undefined> => {
    const stored = await ports.store.read<Body>(key);
    if (stored === undefined || key.kind !== 'stream' || key.id.includes('/')) return stored;
    const { startedAt } = (stored.body as StreamRecord<ExecutionState>).state;
    if (startedAt === 0 || ports.clock.now() - startedAt < 3_600_000) return stored;
    expired.set(key.id, stored.revision);
    return undefined;
  };
  return {
    ...ports,
    store: {
      ...ports.store,
      read,
      write: (key, body, expected, index) =>
        ports.store.write(key, body, expected === 0 ? (expired.get(key.id) ?? 0) : expected, index),
    },
  };
};

const inBothModes = (wave: FrozenWave): FrozenWave => {
  const both = (steps: ActionSteps): ActionSteps =>
    steps.map((step) =>
      Array.isArray(step)
        ? step.map((action) => ({ ...action, when: 'BOTH' as const }))
        : { ...step, when: 'BOTH' as const },
    );
  return { ...wave, before: both(wave.before), after: both(wave.after) };
};

/** A plan as one of its services reads it. */
const seeingPlans = (service: Service, change: (plan: Plan) => Plan) =>
  seeing(service, 'plan', (body) => {
    const version = body as PlanVersion;
    return 'plan' in version ? { ...version, plan: change(version.plan) } : body;
  });

const withoutMinimum = (plan: Plan): Plan => ({
  ...plan,
  waves: plan.waves.map((wave) =>
    Array.isArray(wave.servers) ? wave : { ...wave, servers: { ...wave.servers, minimum: 1 } },
  ),
});

const withoutRole = (automation: RunPorts['automation']): Partial<RunPorts['automation']> => ({
  start: (target, request) => {
    const { AutomationAssumeRole: _forgotten, ...parameters } = request.parameters;
    return automation.start(target, { ...request, parameters });
  },
});

const automating =
  (change: (automation: RunPorts['automation']) => Partial<RunPorts['automation']>) =>
  (ports: RunPorts): RunPorts => ({
    ...ports,
    automation: { ...ports.automation, ...change(ports.automation) },
  });

/** Whoever asks is taken to have accepted every warning that there is. */
const acceptsWarnings = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return (world, delivery, ports) =>
    delivery.type === 'ExecutionRequested' && delivery.asked !== undefined
      ? handle(world, { ...delivery, asked: { ...delivery.asked, acceptWarnings: allWarnings } }, ports)
      : handle(world, delivery, ports);
};

/** What whoever asks has chosen for all servers is overlooked. */
const forgetsPoint = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return (world, delivery, ports) => {
    if (delivery.type !== 'ExecutionRequested' || delivery.asked === undefined)
      return handle(world, delivery, ports);
    const { pointInTime: _chosen, ...asked } = delivery.asked as { readonly pointInTime?: unknown };
    return handle(world, { ...delivery, asked }, ports);
  };
};

/** A pause that ends when nobody has answered for some time, as an approval may. */
const withImpatience = (wave: FrozenWave): FrozenWave => ({
  ...wave,
  before: wave.before.map((step) =>
    !Array.isArray(step) && step.kind === 'approval' && step.actionId === 'pause-before'
      ? { ...step, timeoutMinutes: 10, onTimeout: 'approve' as const }
      : step,
  ),
});

/** Takes what any earlier execution was answered for what it would be answered now. */
const usesStaleFacts = (ports: RunPorts, run: Run): RunPorts => {
  if (run.service !== 'accept-execution') return ports;
  const shared = (key: RecordKey): RecordKey =>
    key.kind === 'check' ? { ...key, id: `any/${key.id.split('/').at(-1) ?? ''}` } : key;
  const read = async <Body>(key: RecordKey): Promise<StoredRecord<Body> | undefined> => {
    const stored = await ports.store.read<Body>(shared(key));
    if (stored === undefined || key.kind !== 'check') return stored;
    const { notes } = stored.body as { readonly notes: readonly object[] };
    const at = ports.clock.now();
    return { ...stored, body: { notes: notes.map((note) => ({ ...note, at })) } as Body };
  };
  return {
    ...ports,
    store: {
      ...ports.store,
      read,
      write: (key, body, expected, index) => ports.store.write(shared(key), body, expected, index),
      remove: async (key, expected) => (key.kind === 'check' ? 'written' : ports.store.remove(key, expected)),
    },
  };
};

type Jobs = Awaited<ReturnType<RunPorts['recovery']['describeJobs']>>;

/** Jobs with other launch actions than DRS shows. */
const withRuns = (
  jobs: Jobs,
  change: (runs: readonly LaunchActionRun[], job: Jobs[number]) => readonly LaunchActionRun[],
): Jobs =>
  jobs.map((job) => ({
    ...job,
    servers: job.servers.map((server) =>
      server.launchActions === undefined
        ? server
        : { ...server, launchActions: change(server.launchActions, job) },
    ),
  }));

const withEveryAction =
  (optional: boolean) =>
  (recovery: RunPorts['recovery']): Partial<RunPorts['recovery']> => ({
    describeJobs: async (target, ids) =>
      withRuns(await recovery.describeJobs(target, ids), (runs) => runs.map((run) => ({ ...run, optional }))),
    launchActions: async (target, id) => {
      const planned = await recovery.launchActions(target, id);
      return planned === 'denied' ? planned : planned.map((action) => ({ ...action, optional }));
    },
  });

/** Whoever asks for a retry is taken to want what runs to be launched again. */
const alwaysRelaunches = (knobs: Knobs): WorldDeps['handle'] => {
  const handle = createHandle(knobs, knobs);
  return (world, delivery, ports) =>
    delivery.type === 'RetryWaveRequested' && delivery.asked !== undefined
      ? handle(world, { ...delivery, asked: { ...delivery.asked, relaunch: true } }, ports)
      : handle(world, delivery, ports);
};

const withDrillTraffic = (wave: FrozenWave): FrozenWave => {
  const said = (action: Action): Action =>
    action.kind === 'traffic' ? { ...action, when: 'BOTH', drillTraffic: true } : action;
  const inSteps = (steps: ActionSteps): ActionSteps =>
    steps.map((step) => (Array.isArray(step) ? step.map(said) : said(step)));
  return { ...wave, before: inSteps(wave.before), after: inSteps(wave.after) };
};

/** What stood there is read again for each try: what is on record of earlier ones is not looked at. */
const forgetsOldValues: NonNullable<Mutant['alter']> = (ports, run) => {
  if (run.service !== 'run-actions') return ports;
  const overlooked = new Map<string, WaveState['moves']>();
  const isLive = ({ actions }: WaveState, key: string): boolean =>
    ['CLAIMED', 'RUNNING'].includes(actions[key]?.status ?? '');
  const read = async <Body>(key: RecordKey): Promise<StoredRecord<Body> | undefined> => {
    const stored = await ports.store.read<Body>(key);
    if (stored === undefined || key.kind !== 'stream' || !key.id.includes('/')) return stored;
    const record = stored.body as StreamRecord<WaveState>;
    overlooked.set(key.id, record.state.moves);
    const moves = Object.fromEntries(
      Object.entries(record.state.moves ?? {}).filter(([each]) => isLive(record.state, each)),
    );
    return { ...stored, body: { ...record, state: { ...record.state, moves } } as Body };
  };
  const write: RunPorts['store']['write'] = (key, body, expected, index) => {
    const moves = overlooked.get(key.id);
    const record = body as StreamRecord<WaveState>;
    if (key.kind !== 'stream' || !overlooked.has(key.id))
      return ports.store.write(key, body, expected, index);
    const { moves: fresh = {}, ...state } = record.state;
    const all = { ...moves, ...fresh };
    const whole = Object.keys(all).length === 0 ? state : { ...state, moves: all };
    return ports.store.write(key, { ...record, state: whole }, expected, index);
  };
  return { ...ports, store: { ...ports.store, read, write } };
};

export const mutants: readonly Mutant[] = [
  ...failbackMutants,
  {
    name: 'does not see that a job is claimed',
    alter: seeingWaves('launch-wave', (state) => ({
      ...state,
      jobs: state.jobs.filter((job) => job.status !== 'CLAIMED'),
    })),
  },
  {
    name: 'reads, then writes unconditionally',
    alter: writing(({ store }) => async (key, body, _expected, index) => {
      const stored = await store.read(key);
      return store.write(key, body, stored?.revision ?? 0, index);
    }),
  },
  { name: 'no quarantine', knobs: withQuarantine(0) },
  { name: 'quarantine shorter than a handler lives', knobs: withQuarantine(15_000) },
  {
    name: 'releases the claim on an unknown answer',
    alter: launching((recovery) => ({
      startRecovery: async (target, request) => {
        const answer = await recovery.startRecovery(target, request);
        return answer.status === 'unknown' ? { status: 'quota', message: 'surely nothing happened' } : answer;
      },
    })),
  },
  {
    name: 'takes a conflict for its own job',
    alter: launching((recovery) => ({
      startRecovery: async (target, request) => {
        const answer = await recovery.startRecovery(target, request);
        if (answer.status !== 'conflict') return answer;
        const wanted = new Set(request.servers.map((server) => server.sourceServerId));
        const jobs = await recovery.describeJobsSince(target, 0);
        const other = jobs.find((job) => job.servers.some((server) => wanted.has(server.sourceServerId)));
        return other === undefined ? answer : { status: 'accepted', jobId: other.jobId };
      },
    })),
  },
  { name: 'believes a forged DRSJobCompleted', handle: trustsEvents },
  {
    name: 'a dependency is satisfied when it has started',
    alter: seeingExecutions('advance-execution', (state) => ({
      ...state,
      waves: Object.fromEntries(
        Object.entries(state.waves).map(([id, wave]) => [
          id,
          wave.status === 'STARTED' ? { ...wave, satisfied: true } : wave,
        ]),
      ),
    })),
  },
  { name: 'no reconciler', handle: without('reconcile') },
  {
    name: 'ignores what PutEvents refused',
    alter: (ports) => ({
      ...ports,
      bus: { publish: (events) => ports.bus.publish(events).catch(() => undefined) },
    }),
  },
  {
    name: 'publishes before it saves',
    alter: writing(({ store, bus }) => async (key, body, expected, index) => {
      if (key.kind === 'stream') await bus.publish((body as StreamRecord<unknown>).outbox);
      return store.write(key, body, expected, index);
    }),
  },
  {
    name: 'forgets the outbox after a crash',
    alter: seeing('all', 'stream', (body) => ({ ...(body as StreamRecord<unknown>), outbox: [] })),
  },
  {
    name: 'an ended execution goes on',
    alter: seeingExecutions('advance-execution', (state) =>
      state.endedAt > 0 && state.status !== 'REJECTED'
        ? { ...state, status: 'RUNNING', decisions: [] }
        : state,
    ),
  },
  { name: 'publishes late', alter: publishesLate },
  { name: 'forgets a request after an hour', alter: forgetsRequests },
  { name: 'takes no leases', alter: forgetting('lease') },
  { name: 'uses stale facts', alter: usesStaleFacts },
  { name: 'ignores the capacity', alter: forgetting('capacity') },
  {
    name: 'a COMPLETED job counts as a success',
    alter: launching((recovery) => ({
      describeJobs: async (target, ids) =>
        (await recovery.describeJobs(target, ids)).map((job) => ({
          ...job,
          servers: job.servers.map((server) =>
            job.status === 'COMPLETED' ? { ...server, launchStatus: 'LAUNCHED' } : server,
          ),
        })),
    })),
  },
  { name: 'adopts any job', alter: adoptsAnyJob },
  {
    name: 'a retry recovers every server again',
    alter: seeingWaves('launch-wave', (state) => ({ ...state, results: {} })),
  },
  { name: 'notes again what was noted', handle: notesAgain },
  { name: 'acts on replayed events', handle: actsOnReplays },
  {
    name: 'loses its timers',
    alter: (ports, run) =>
      run.service === 'reconcile' || run.service === 'launch-wave'
        ? {
            ...ports,
            timers: {
              set: async () => undefined,
              ensure: async () => undefined,
              setIfSooner: async () => undefined,
              fireNow: ports.timers.fireNow,
            },
          }
        : ports,
  },
  {
    name: 'a timer that is set replaces none',
    alter: (ports) => ({
      ...ports,
      timers: {
        ...ports.timers,
        set: (wake: Wake, delayMs: number) => ports.timers.ensure(wake, delayMs + 86_400_000),
      },
    }),
  },
  {
    name: 'a cancellation only marks the execution',
    alter: writing(
      ({ store }, run) =>
        async (key, body, expected, index) =>
          run.service === 'advance-execution' && key.kind === 'stream' && key.id.includes('/')
            ? 'written'
            : store.write(key, body, expected, index),
    ),
  },
  {
    name: 'launches in a paused execution',
    alter: seeingExecutions('launch-wave', (state) => ({
      ...state,
      status: state.status === 'PAUSED' ? 'RUNNING' : state.status,
    })),
  },
  {
    name: 'launches before the actions that come first',
    alter: seeing('launch-wave', 'frozen', (body) => ({ ...(body as FrozenWave), before: [] })),
  },
  {
    name: 'runs the actions of both modes',
    alter: seeing('run-actions', 'frozen', (body) => inBothModes(body as FrozenWave)),
  },
  {
    name: 'forgets which data the request has chosen',
    handle: forgetsPoint,
  },
  {
    name: 'launches from the newest snapshot',
    alter: launching((recovery) => ({
      describeRecoverySnapshots: async (target, id) =>
        (await recovery.describeRecoverySnapshots(target, id))
          .slice(0, 1)
          .map((snapshot) => ({ ...snapshot, takenAt: 0 })),
    })),
  },
  {
    name: 'every launch is a drill',
    alter: launching((recovery) => ({
      startRecovery: (target, request) => recovery.startRecovery(target, { ...request, isDrill: true }),
    })),
  },
  {
    name: 'forgets that an automation may have been started',
    knobs: (knobs) => ({
      ...knobs,
      actions: { ...knobs.actions, claim: { ...knobs.actions.claim, quarantineMs: 0 } },
    }),
    alter: automating(() => ({ find: async () => undefined })),
  },
  {
    name: 'starts a wave however few servers carry its tags',
    alter: seeingPlans('accept-execution', withoutMinimum),
  },
  {
    name: 'reads one page of the source servers',
    alter: launching((recovery) => ({
      describeSourceServers: async (target) => {
        const servers = await recovery.describeSourceServers(target);
        return servers.slice(0, Math.ceil(servers.length / 2));
      },
    })),
  },
  {
    name: 'takes every server for one that replicates',
    alter: launching((recovery) => ({
      describeSourceServers: async (target) =>
        (await recovery.describeSourceServers(target)).map((server) => ({
          ...{ ...server, replicationState: 'CONTINUOUS', volumesMissing: false },
        })),
    })),
  },
  {
    name: 'keeps in the record that decides what is said of each server',
    alter: (ports, run, world) => ({ ...ports, store: world.itemsOf(run) }),
    enlarge: enlargeAlways,
  },
  { name: 'takes every warning for accepted', handle: acceptsWarnings },
  {
    name: 'a pause before a wave ends by itself',
    alter: seeing('run-actions', 'frozen', (body) => withImpatience(body as FrozenWave)),
  },
  { name: 'runs runbooks without the role of the plan', alter: automating(withoutRole) },
  {
    name: 'tells runbooks nothing of a server that EC2 does not show yet',
    alter: launching((recovery) => ({
      describeInstances: async (target, ids) => {
        const shown = await recovery.describeInstances(target, ids);
        const hidden = ids.filter((id) => !shown.some(({ instanceId }) => instanceId === id));
        const unknown = { privateAddress: '', availabilityZone: '' };
        return [...shown, ...hidden.map((instanceId) => ({ instanceId, ...unknown }))];
      },
    })),
  },
  {
    name: 'runs the default version of every runbook',
    alter: automating((automation) => ({
      start: (target, { documentVersion: _forgotten, ...request }) => automation.start(target, request),
    })),
  },
  { name: 'believes a report whatever its token', handle: believesReports },
  {
    name: 'opens a gate whatever its alarms say',
    alter: (ports) => ({
      ...ports,
      alarms: { read: async (_target, names) => names.map((name) => ({ name, state: 'OK', since: 0 })) },
    }),
  },
  {
    name: 'asks for a drill of a schedule under a new name each time',
    alter: saying((data, world) => ({
      ...data,
      ...(data['requestId'] !== undefined && {
        requestId: `${data['requestId'] as string}.${world.nextId()}`,
      }),
    })),
  },
  {
    name: 'starts drills of schedules however late',
    alter: saying(({ startBy: _forgotten, ...data }) => data),
  },
  {
    name: 'takes for told what a schedule has decided',
    alter: seeing('schedule-drills', 'occurrence', (body) => ({
      ...(body as object),
      isTold: true,
      isSeen: true,
    })),
  },
  {
    name: 'starts waves whatever calendars say',
    alter: (ports) => ({ ...ports, calendars: { read: async () => ({ isOpen: true }) } }),
  },
  {
    name: 'does not tell a recovery that a calendar is closed',
    alter: (ports, run) =>
      run.service === 'accept-execution'
        ? { ...ports, calendars: { read: async () => ({ isOpen: true }) } }
        : ports,
  },
  { name: 'believes a hint that a calendar is open', handle: believesOpenings },
  {
    name: 'does not heed what was seen of alarms',
    alter: (ports, run) => (run.service === 'advance-execution' ? forgetting('rises')(ports) : ports),
  },
  {
    name: 'stops a drill again by the same rise',
    alter: seeingExecutions('advance-execution', ({ alarms: _heard, ...state }) => state),
  },
  {
    name: 'takes a recovery that has alarms for a drill',
    alter: seeingExecutions('advance-execution', (state) =>
      state.stopWhen === undefined ? state : { ...state, mode: 'DRILL' },
    ),
  },
  {
    name: 'does not tell a worker that its task is over',
    alter: (ports) => ({ ...ports, tasks: { ...ports.tasks, cancel: async () => undefined } }),
  },
  {
    name: 'requests a task under a new name each time',
    alter: (ports, _run, world) => ({
      ...ports,
      tasks: {
        ...ports.tasks,
        request: (task) =>
          ports.tasks.request({ ...task, taskId: uuidOf(`${task.taskId}/${world.nextId()}`) }),
      },
    }),
  },
  {
    name: 'starts a durable execution under a new name each time',
    alter: calling((functions, world) => ({
      startDurable: (target, call, name) =>
        functions.startDurable(target, call, uuidOf(`${name}/${world.nextId()}`)),
    })),
  },
  {
    name: 'takes the error of a polled function for its end',
    alter: calling((functions) => ({
      async poll(target, call) {
        const answer = await functions.poll(target, call);
        return answer.status === 'not-yet' ? { status: 'done', result: '' } : answer;
      },
    })),
  },
  {
    name: 'takes every end of a durable execution for a success',
    alter: calling((functions) => ({
      async describeDurable(target, arn) {
        const execution = await functions.describeDurable(target, arn);
        return execution?.status === 'failed' ? { ...execution, status: 'succeeded' } : execution;
      },
    })),
  },
  {
    name: 'stops no durable execution',
    alter: calling(() => ({ stopDurable: async () => undefined })),
  },
  {
    name: 'moves traffic in every drill',
    alter: seeing('run-actions', 'frozen', (body) => withDrillTraffic(body as FrozenWave)),
  },
  {
    name: 'forgets what stood there before a retry',
    alter: forgetsOldValues,
  },
  {
    name: 'overwrites whatever stands there',
    alter: (ports) => ({
      ...ports,
      traffic: {
        ...ports.traffic,
        change: async (target, route, changes) => {
          const readings = await ports.traffic.read(target, {
            route,
            points: changes.map(({ point }) => point),
          });
          const now = changes.map((change, index) => {
            const reading = readings[index];
            return reading !== undefined && 'value' in reading ? { ...change, from: reading.value } : change;
          });
          return ports.traffic.change(target, route, now);
        },
      },
    }),
  },
  {
    name: 'takes a change that was accepted for one in effect',
    alter: (ports) => ({ ...ports, traffic: { ...ports.traffic, isInSync: async () => true } }),
  },
  { name: 'allows every runbook', handle: (knobs) => createHandle(knobs, knobs, ['*']) },
  {
    name: 'does not ask EC2',
    alter: launching(() => ({ describeMachinesOf: async () => [] })),
  },
  {
    name: 'does not see that a drill fails back',
    alter: launching((recovery) => ({
      describeRecoveryInstances: async (target, ids) =>
        (await recovery.describeRecoveryInstances(target, ids)).map(
          ({ failback: _overlooked, ...rest }) => rest,
        ),
    })),
  },
  {
    name: 'ignores that a launch goes into a machine',
    alter: launching((recovery) => ({
      describeLaunchConfiguration: (target, id) => withoutInto(recovery, target, id),
    })),
  },
  {
    name: 'asks about machines at the start only',
    alter: (ports, run) =>
      run.service === 'launch-wave'
        ? launching((recovery) => ({
            describeMachinesOf: async () => [],
            describeRecoveryInstances: async () => [],
            describeLaunchConfiguration: (target, id) => withoutInto(recovery, target, id),
          }))(ports)
        : ports,
  },
  {
    name: 'takes servers that replicate back by their tags',
    alter: launching((recovery) => ({
      describeSourceServers: async (target) =>
        (await recovery.describeSourceServers(target)).map(({ direction: _overlooked, ...server }) => server),
    })),
  },
  {
    name: 'takes an error of EC2 for an answer',
    alter: launching((recovery) => ({
      describeMachinesOf: (target, ids) => recovery.describeMachinesOf(target, ids).catch(() => []),
    })),
  },
  {
    name: 'ignores launch actions',
    alter: launching((recovery) => ({
      describeJobs: async (target, ids) => withRuns(await recovery.describeJobs(target, ids), () => []),
      launchActions: async () => [],
    })),
  },
  { name: 'takes every launch action for an optional one', alter: launching(withEveryAction(true)) },
  { name: 'takes every launch action for one that is needed', alter: launching(withEveryAction(false)) },
  {
    name: 'does not await launch actions after their job',
    alter: launching((recovery) => ({
      describeJobs: async (target, ids) =>
        withRuns(await recovery.describeJobs(target, ids), (runs, job) =>
          job.status === 'COMPLETED' ? runs.filter(({ status }) => status !== 'IN_PROGRESS') : runs,
        ),
      launchActions: async () => [],
    })),
  },
  {
    name: 'gives up launch actions that have not begun at once',
    knobs: (knobs) => ({ ...knobs, watch: { ...knobs.watch, actionsBeginMs: 0 } }),
  },
  {
    name: 'awaits launch actions for ever',
    knobs: (knobs) => ({
      ...knobs,
      watch: { ...knobs.watch, actionsBeginMs: Infinity, actionsEndMs: Infinity },
    }),
  },
  { name: 'ends a wave one server early', alter: oneServerEarly },
  { name: "believes a hint's own content", handle: believesHints },
  { name: 'acts when it is readied', handle: actsWhenReadied },
  { name: "gives the quota back before the job's end", alter: quotaEarly },
  {
    name: 'ends an execution before its jobs',
    alter: seeingWaves('advance-execution', (state) => ({
      ...state,
      jobs: state.jobs.map((job) => (job.settled === true ? { ...job, status: 'COMPLETED' } : job)),
    })),
  },
  {
    name: 'does not see what a job that ends takes back',
    alter: launching((recovery) => ({
      describeJobs: async (target, ids) =>
        (await recovery.describeJobs(target, ids)).map((job) => ({
          ...job,
          servers: job.servers.map((server) =>
            server.launchStatus === 'TERMINATED' ? { ...server, launchStatus: 'LAUNCHED' } : server,
          ),
        })),
    })),
  },
  { name: 'a retry launches again what runs', handle: alwaysRelaunches },
  {
    name: 'starts runbooks all at once',
    knobs: (knobs) => ({
      ...knobs,
      actions: { ...knobs.actions, pace: { ...knobs.actions.pace, everyMs: 0 } },
    }),
  },
  {
    name: 'starts functions of Lambda without a turn',
    alter: writing((ports) => async (key, ...written) => {
      const isTurn = key.kind === 'pace' && key.id.endsWith('/lambda');
      return isTurn ? 'written' : ports.store.write(key, ...written);
    }),
  },
  { name: 'cleans up what other jobs launched', alter: cleansUpAnyJob },
  {
    name: 'cleans up what real recoveries launched',
    alter: (ports, run, world) =>
      cleaning((recovery) => ({
        describeRecoveryInstances: async (target, ids) =>
          (await recovery.describeRecoveryInstances(target, ids)).map((each) => ({ ...each, isDrill: true })),
      }))(cleansUpAnyJob(ports, run, world), run),
  },
  {
    name: 'cleans up what fails back',
    alter: cleaning((recovery) => ({
      describeRecoveryInstances: async (target, ids) =>
        (await recovery.describeRecoveryInstances(target, ids)).map(({ failback: _begun, ...each }) => each),
    })),
  },
  {
    name: 'cleans up what somebody keeps',
    alter: seeingCleanUps('clean-up-drill', ({ keptBy: _by, ...state }) => ({ ...state, kept: {} })),
  },
  { name: 'believes a hint that an instance has ended', handle: believesEnds },
  {
    name: 'says of one wait for the quota again and again',
    alter: seeingCleanUps('clean-up-drill', ({ queuedIn: _said, ...state }) => state),
  },
  {
    name: 'ends instances before the actions of the plan',
    alter: seeingCleanUps('clean-up-drill', ({ actions: _first, ...state }) => state),
  },
  {
    name: 'takes actions before a clean-up that failed for done',
    alter: seeingActionsFirst('clean-up-drill', (state) =>
      state.status === 'FAILED' ? { ...state, status: 'SUCCEEDED' } : state,
    ),
  },
  {
    name: 'repeats actions before a clean-up that succeeded in an earlier run',
    alter: seeingActionsFirst('run-actions', (state, { attempt }, run) =>
      state.status === 'SUCCEEDED' && attempt < run ? { ...state, status: 'AGAIN' } : state,
    ),
  },
  {
    name: 'tells a runbook before a clean-up of one instance fewer',
    alter: seeingCleanUps('run-actions', (state) => withTold(state, (told) => told.slice(1))),
  },
  {
    name: 'tells actions before a clean-up of what somebody keeps',
    alter: seeingCleanUps('clean-up-drill', (state) =>
      state.actions?.status === 'DUE' ? { ...state, kept: {} } : state,
    ),
  },
  {
    name: 'ends what the actions before a clean-up were not told of',
    alter: endingUntold,
  },
  {
    name: 'takes instances for gone that it does not see',
    alter: cleaning(() => ({
      describeRecoveryInstances: async () => [],
      describeMachinesOf: async () => [],
    })),
  },
  {
    name: 'closes the books before the clean-up',
    alter: (ports, run) =>
      seeingCleanUps('reconcile', (state) => ({ ...state, status: 'COMPLETED' }))(
        seeingExecutions('reconcile', ({ cleanUp: _wanted, ...state }) => state)(ports, run),
        run,
      ),
  },
];
