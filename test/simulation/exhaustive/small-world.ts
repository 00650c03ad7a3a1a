import { answering, type Answers } from '../../memory/answers.ts';
import { emptyModel, recoveryAnswers } from '../../memory/recovery-service.ts';
import { createMemoryCalendarReader } from '../../memory/calendar-reader.ts';
import { createMemoryTrafficService } from '../../memory/traffic-service.ts';
import { createMemoryAlarmReader } from '../../memory/alarm-reader.ts';
import { noFunctions } from '../../memory/function-service.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { createAcceptExecution } from '../../../services/functions/accept-execution/service.ts';
import { createAdvanceExecution } from '../../../services/functions/advance-execution/service.ts';
import { canonicalJson } from '../../../services/core/kernel/canonical.ts';
import { createLaunchWave } from '../../../services/functions/launch-wave/service.ts';
import { launchKnobs } from '../../../services/functions/launch-wave/launch.ts';
import { createMemoryRecordStore, type MemoryRecordStore } from '../../memory/record-store.ts';
import type { RecordKey, RecordStore } from '../../../services/core/ports/record-store.ts';
import type { RecoveryJob } from '../../../services/core/domain/recovery-job.ts';
import type { RecoveryService } from '../../../services/core/ports/recovery-service.ts';
import { wakeName, type Timers, type Wake } from '../../../services/core/ports/timers.ts';
import { createReconcile } from '../../../services/functions/reconcile/service.ts';
import { readExecution } from '../../../services/core/streams/execution-stream.ts';
import { putPlan } from '../../../services/core/streams/plan-store.ts';
import { createWatchJobs } from '../../../services/functions/watch-jobs/service.ts';
import { plainServer, sourceServer } from '../estate.ts';
import { anythingAllowed } from '../../support/anything-allowed.ts';
import { noRunbooks } from '../../support/runbooks.ts';
import type { Gate } from './explore.ts';

export const home = { account: '111122223333', region: 'eu-west-1' };
export const serverOf = (waveId: string): string => `s-${waveId.padStart(17, '0')}`;
const log = { info: () => undefined, warn: () => undefined };

/** One job at a time: the waves have to share. */
const limits = { jobsMax: 1, serversMax: 500 };

const direct: Gate = (_call, make) => make();

/** All that a small world holds. */
interface Held {
  readonly store: MemoryRecordStore;
  /** Each record as text, which is how two worlds are compared. */
  readonly texts: Map<string, string>;
  readonly timers: Map<string, Wake>;
  readonly jobs: RecoveryJob[];
  now: number;
}

export interface SmallWorld extends ReturnType<typeof worldOver> {
  /** The same world as it is now, which goes its own way from here. */
  readonly copy: () => SmallWorld;
}

/** A world in which nothing has happened but that its plan was stored. */
export const createSmallWorld = async (plan: Plan): Promise<SmallWorld> => {
  const store = createMemoryRecordStore();
  await putPlan(store, plan, new Date(0).toISOString());
  const nothing = { texts: new Map(), timers: new Map(), jobs: [], now: 0 };
  return withCopies(plan, { store, ...nothing });
};

const withCopies = (plan: Plan, held: Held): SmallWorld => ({
  ...worldOver(plan, held),
  copy: () =>
    withCopies(plan, {
      ...{ store: held.store.copy(), texts: new Map(held.texts), timers: new Map(held.timers) },
      ...{ jobs: [...held.jobs], now: held.now },
    }),
});

/**
 * The real services over records in memory, and a DRS whose jobs have ended as soon as they begin: its own guard
 * stands in nobody's way. Nothing happens by itself: events reach nobody, timers wait until `fireTimers`.
 */
const worldOver = (plan: Plan, held: Held) => {
  const { store, texts, timers, jobs } = held;

  const remember = ({ kind, id }: RecordKey, body: unknown, revision: number): void =>
    void texts.set(`${kind}#${id}`, `${revision} ${canonicalJson(body)}`);

  const storeThrough = (
    gate: Gate,
    still: (key: RecordKey) => boolean,
    isCareless: boolean,
  ): RecordStore => ({
    ...store,
    read: (key) =>
      gate({ name: `read ${key.kind}#${key.id}`, isInert: still(key), isEffect: false }, () =>
        store.read(key),
      ),
    write: (key, body, expected, index) =>
      gate({ name: `write ${key.kind}#${key.id}`, isInert: false, isEffect: true }, async () => {
        if (still(key)) throw new Error(`${key.kind}#${key.id} was to stand still`);
        const before = isCareless ? ((await store.read(key))?.revision ?? 0) : expected;
        const result = await store.write(key, body, before, index);
        if (result === 'written') remember(key, body, before + 1);
        return result;
      }),
  });
  const timersThrough = (gate: Gate): Timers => {
    const arming = (wake: Wake, arm: () => void): Promise<void> =>
      gate({ name: `timer ${wakeName(wake)}`, isInert: false, isEffect: true }, async () => arm());
    return {
      set: (wake) => arming(wake, () => void timers.set(wakeName(wake), wake)),
      setIfSooner: (wake) => arming(wake, () => void timers.set(wakeName(wake), wake)),
      ensure: (wake) =>
        arming(wake, () => void timers.set(wakeName(wake), timers.get(wakeName(wake)) ?? wake)),
    };
  };
  const servers = plan.waves.map((wave) => sourceServer(plainServer(serverOf(wave.waveId))));
  const recovery: Answers<RecoveryService> = {
    ...recoveryAnswers({ now: () => held.now }, { ...emptyModel, serversOf: () => servers }),
    startRecovery(_target, request) {
      const jobId = `drsjob-${String(jobs.length + 1).padStart(17, '0')}`;
      const { isDrill, tags } = request;
      jobs.push({
        ...{ jobId, type: 'LAUNCH', isDrill, status: 'COMPLETED' as const, createdAt: 0, endedAt: 0, tags },
        servers: request.servers.map(({ sourceServerId }) => ({ sourceServerId, launchStatus: 'LAUNCHED' })),
      });
      return { status: 'accepted', jobId };
    },
    terminateRecoveryInstances() {
      throw new Error('nothing is ended in this world');
    },
    describeJobsSince: () => [...jobs],
    describeJobs: (_target, ids) => jobs.filter(({ jobId }) => ids.includes(jobId)),
    describeJobLog: () => [],
  };
  /** Calls whose order matters: those that start jobs, and those that ask about them. */
  const gated: Partial<Record<keyof RecoveryService, string>> = {
    startRecovery: 'StartRecovery',
    describeJobs: 'DescribeJobs',
    describeJobsSince: 'DescribeJobs',
  };
  const recoveryThrough = (gate: Gate): RecoveryService =>
    answering(recovery, (method, answer) => {
      const name = gated[method];
      const make = async () => answer();
      return name === undefined
        ? make()
        : gate({ name, isInert: false, isEffect: method === 'startRecovery' }, make);
    });
  const servicesThrough = (
    gate: Gate,
    still: (key: RecordKey) => boolean = () => false,
    isCareless = false,
  ) => {
    const ports = {
      store: storeThrough(gate, still, isCareless),
      timers: timersThrough(gate),
      recovery: recoveryThrough(gate),
      clock: { now: () => held.now },
      // Events reach nobody here, so that publishing them changes nothing that another handler sees.
      bus: {
        publish: () => gate({ name: 'publish', isInert: true, isEffect: false }, async () => undefined),
      },
      log,
    };
    return {
      accept: createAcceptExecution({
        ...ports,
        runbooks: noRunbooks,
        alarms: createMemoryAlarmReader(),
        calendars: createMemoryCalendarReader(),
        functions: { ...noFunctions.service, ...noFunctions.reader },
        traffic: createMemoryTrafficService({ now: () => held.now }),
        home,
        allowed: anythingAllowed,
      }),
      advance: createAdvanceExecution({ ...ports, calendars: createMemoryCalendarReader() }),
      launch: createLaunchWave(ports, { ...launchKnobs, limits }),
      watch: createWatchJobs(ports),
      reconcile: createReconcile(ports),
    };
  };
  type Services = ReturnType<typeof servicesThrough>;

  const wake = async (services: Services, what: Wake): Promise<void> => {
    switch (what.service) {
      case 'accept-execution':
        return services.accept.resume(what, 'timer');
      case 'advance-execution':
        return services.advance.advance(what, 'timer');
      case 'launch-wave':
        return services.launch(what, 'timer');
      case 'watch-jobs':
        return services.watch([what], 'timer');
      case 'run-actions':
        throw new Error('no plan of this world has actions');
      case 'clean-up-drill':
        throw new Error('nothing is cleaned up in this world');
      case 'reconcile':
        return services.reconcile.reconcile(what);
    }
  };

  return {
    jobs,
    servicesThrough,
    services: servicesThrough(direct),
    execution: (executionId: string) => readExecution(store, executionId),
    /** Fires every timer that waits, ten minutes later; those that are set meanwhile wait. */
    async fireTimers(): Promise<void> {
      held.now += 600_000;
      const due = [...timers.values()];
      timers.clear();
      for (const each of due) await wake(servicesThrough(direct), each);
    },
    describe: (): string =>
      [
        ...[...texts].map(([name, text]) => `${name} ${text}`).sort(),
        ...[...timers.keys()].sort(),
        jobs.map(({ jobId, tags }) => `${jobId} ${canonicalJson(tags)}`).join(),
      ].join('\n'),
  };
};
