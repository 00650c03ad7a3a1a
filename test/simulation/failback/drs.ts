import type { Target } from '../../../contracts/plan.ts';
import type {
  RecordedMachine,
  ReplicatedServer,
  Replication,
} from '../../../services/core/domain/homeward-server.ts';
import type { RecoveryJob } from '../../../services/core/domain/recovery-job.ts';
import type { HomewardAnswer, HomewardOperation } from '../../../services/core/ports/homeward-caller.ts';
import type { StartAnswer, StartRequest } from '../../../services/core/ports/recovery-service.ts';
import type { Prng } from '../prng.ts';
import {
  forwardReplication,
  reversedReplication,
  type Forward,
  type Machine,
  type Reversed,
} from './replication.ts';

const minute = 60_000;

interface Job {
  readonly jobId: string;
  readonly home: boolean;
  readonly isDrill: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly visibleAt: number;
  readonly endsAt: number;
  readonly ends?: readonly string[];
  readonly servers: readonly { readonly id: string; readonly machineId?: string }[];
}

export interface HomewardDrsDeps {
  readonly prng: Prng;
  readonly now: () => number;
  readonly away: Target;
  readonly home: Target;
  readonly serverIds: readonly string[];
  readonly isHealed: () => boolean;
  /** An invariant is broken. */
  readonly fail: (invariant: string, what: string) => void;
  readonly count: (what: string) => void;
}

const conflict = (message: string): HomewardAnswer => ({ status: 'conflict', message });
const accepted: HomewardAnswer = { status: 'accepted' };

/** DRS and EC2 of two places, as far as a failback meets them, with what nobody may ever ask of them. */
export const createHomewardDrs = (deps: HomewardDrsDeps) => {
  const { prng, now, fail, count } = deps;
  let made = 0;
  const hex = (prefix: string): string => `${prefix}-${String(++made).padStart(17, '0')}`;
  const isHome = (target: Target): boolean => target.region === deps.home.region;
  const isAway = (target: Target): boolean => target.region === deps.away.region;
  const forwards = new Map<string, Forward>();
  const away: Machine[] = [];
  const atHome: Machine[] = [];
  const reversals: Reversed[] = [];
  const jobs: Job[] = [];
  const originals = new Set<string>();
  for (const [at, id] of deps.serverIds.entries()) {
    const machineId = `i-f${String(at).padStart(16, '0')}`;
    originals.add(machineId);
    forwards.set(id, { id, machineId });
    const recovered = { id: hex('i'), serverId: id, isDrill: false, jobId: hex('drsjob') };
    away.push({ ...recovered, launchedAt: now() - 60 * minute, goneAt: Infinity, isRecordDeleted: false });
  }

  const isThere = (machine: Machine): boolean => machine.goneAt > now();
  const isRecorded = (machine: Machine): boolean => isThere(machine) && !machine.isRecordDeleted;
  const feeding = (machineId: string): Reversed | undefined =>
    reversals.find((each) => each.machineId === machineId && each.state === 'FED');
  const shown = (): readonly Reversed[] =>
    reversals.filter(({ visibleAt, state }) => visibleAt <= now() && state !== 'DELETED');
  const lagMs = (): number => (deps.isHealed() ? 0 : prng.int(90_000));
  const isBusy = (id: string): boolean =>
    jobs.some(({ endsAt, servers }) => endsAt > now() && servers.some((server) => server.id === id));

  /** Replication as it is now. */
  const backOf = (each: Reversed): Replication =>
    reversedReplication(
      each,
      now(),
      away.some((machine) => machine.id === each.machineId && isThere(machine)),
    );
  const outOf = (each: Forward): Replication => forwardReplication(each, now());
  const isProtected = ({ protecting, machineId }: Forward): boolean =>
    protecting !== undefined &&
    protecting.until <= now() &&
    atHome.some((machine) => machine.id === machineId && isThere(machine));

  const lastLaunchOf = (id: string): { readonly lastLaunch?: string } => {
    const job = jobs.findLast(
      (each) =>
        each.ends === undefined && each.visibleAt <= now() && each.servers.some((own) => own.id === id),
    );
    if (job === undefined) return {};
    if (job.endsAt > now()) return { lastLaunch: 'IN_PROGRESS' };
    const own = job.servers.find((each) => each.id === id);
    return { lastLaunch: own?.machineId === undefined ? 'FAILED' : 'LAUNCHED' };
  };

  const servers = (target: Target): readonly ReplicatedServer[] => [
    ...(isAway(target)
      ? [...forwards.values()].map((each): ReplicatedServer => ({
          ...{ sourceServerId: each.id, name: each.id, direction: 'FAILOVER', machineId: each.machineId },
          origin: { account: deps.home.account, region: deps.home.region },
          replication: outOf(each),
        }))
      : []),
    ...(isHome(target)
      ? shown().map((each): ReplicatedServer => ({
          ...{ sourceServerId: each.id, name: each.of, direction: 'FAILBACK', machineId: each.machineId },
          origin: { account: deps.away.account, region: deps.away.region },
          replication: backOf(each),
          ...lastLaunchOf(each.id),
        }))
      : []),
  ];

  const recorded = (target: Target): readonly Machine[] =>
    [...(isAway(target) ? away : []), ...(isHome(target) ? atHome : [])].filter(isRecorded);

  const replicationOf = (machine: Machine): { readonly replication?: string } => {
    const fed = feeding(machine.id);
    if (fed !== undefined) return fed.visibleAt <= now() ? { replication: backOf(fed).state } : {};
    const own = [...forwards.values()].find(({ machineId }) => machineId === machine.id);
    return own?.protecting === undefined ? {} : { replication: outOf(own).state };
  };

  /** What has begun of a reversal a second one would destroy, or double. */
  const reverse = (target: Target, id: string): HomewardAnswer => {
    const machine = recorded(target).find((each) => each.id === id);
    if (machine === undefined) return { status: 'unknown', message: 'ResourceNotFoundException' };
    const isOut = atHome.includes(machine);
    const own = [...forwards.values()].find(({ machineId }) => machineId === id);
    if (feeding(id) !== undefined || own?.protecting !== undefined) {
      fail('S47', `${id} was reversed, and ReverseReplication was called for it again`);
      return conflict('reversed already');
    }
    if (now() < machine.launchedAt + 5 * minute || (!deps.isHealed() && prng.chance(0.2))) {
      count('failback: agent not up');
      return conflict('the agent is initializing');
    }
    if (machine.isDrill) return conflict('of a drill');
    const lastsMs = prng.between(5 * minute, 180 * minute);
    if (isOut) {
      const of = reversals.find((each) => each.id === machine.serverId)?.of ?? '';
      const forward = forwards.get(of);
      if (forward === undefined) return { status: 'invalid', message: 'nothing to protect' };
      forward.machineId = id;
      forward.protecting = { since: now(), until: now() + lastsMs };
      return accepted;
    }
    const createdAt = now();
    const stalls = !deps.isHealed() && prng.chance(0.15);
    if (stalls) count('failback: replication stalled');
    reversals.push({
      ...{ id: hex('s'), of: machine.serverId, machineId: id, createdAt, visibleAt: createdAt + lagMs() },
      ...{ inSyncAt: createdAt + lastsMs, state: 'FED' },
      stallsUntil: stalls ? createdAt + prng.int(90 * minute) : 0,
    });
    return accepted;
  };

  const reversedHere = (target: Target, id: string): Reversed | undefined =>
    isHome(target) ? reversals.find((each) => each.id === id && each.state !== 'DELETED') : undefined;

  const gone: HomewardAnswer = { status: 'unknown', message: 'ResourceNotFoundException' };

  const stop = (target: Target, id: string, isDrill: boolean): HomewardAnswer => {
    if (forwards.has(id)) {
      fail('S50', `the forward replication of ${id} was stopped`);
      return accepted;
    }
    const each = reversedHere(target, id);
    if (each === undefined) return gone;
    const forward = forwards.get(each.of);
    if (!isDrill && (forward === undefined || !isProtected(forward)))
      fail('S51', `${id} was stopped before ${each.of} was protected at home`);
    if (isDrill && atHome.some((machine) => machine.serverId === id && isThere(machine)))
      fail('S48', `${id} was stopped while a machine of it runs at home`);
    if (each.state !== 'FED') return conflict('it is stopped');
    each.state = 'STOPPED';
    return accepted;
  };

  const disconnect = (target: Target, id: string): HomewardAnswer => {
    if (forwards.has(id)) {
      fail('S50', `${id} of the forward direction was disconnected`);
      return accepted;
    }
    const each = reversedHere(target, id);
    if (each === undefined) return gone;
    if (each.state === 'FED' || atHome.some((machine) => machine.serverId === id && isRecorded(machine)))
      return conflict('it replicates, or has a recovery instance');
    each.state = 'DISCONNECTED';
    return accepted;
  };

  const deleteServer = (target: Target, id: string): HomewardAnswer => {
    if (forwards.has(id)) {
      fail('S50', `${id} of the forward direction was deleted`);
      return accepted;
    }
    const each = reversedHere(target, id);
    if (each === undefined) return gone;
    if (each.state !== 'DISCONNECTED') return conflict('it is not disconnected');
    each.state = 'DELETED';
    return accepted;
  };

  const deleteRecord = (target: Target, id: string): HomewardAnswer => {
    const machine = recorded(target).find((each) => each.id === id);
    if (machine === undefined) return gone;
    machine.isRecordDeleted = true;
    return accepted;
  };

  /** `byCleanUp`: only what a drill launched is ended by it; a phase ends nothing at home. */
  const terminate = (target: Target, ids: readonly string[], byCleanUp: boolean): StartAnswer => {
    const machines = ids.flatMap((id) => recorded(target).filter((each) => each.id === id));
    for (const id of ids) {
      const machine = atHome.find((each) => each.id === id);
      if (originals.has(id) || (machine !== undefined && (!byCleanUp || !machine.isDrill)))
        fail('S44', `${id} runs in its original place, and was to be terminated`);
      const recoveredOf = away.find((each) => each.id === id);
      const forward = recoveredOf && forwards.get(recoveredOf.serverId);
      if (forward !== undefined && !isProtected(forward))
        fail('S51', `${id} was to be ended before ${forward.id} was protected at home`);
    }
    if (machines.length < ids.length) return { status: 'invalid', message: 'no such recovery instance' };
    if (machines.some(({ id }) => feeding(id) !== undefined))
      return { status: 'conflict', message: 'it fails back' };
    if (machines.some(({ serverId }) => isBusy(serverId)))
      return { status: 'conflict', message: 'a job is in progress' };
    const endsAt = now() + prng.between(5_000, 90_000);
    for (const machine of machines) machine.goneAt = endsAt - 2_000;
    const jobId = hex('drsjob');
    jobs.push({
      ...{
        jobId,
        home: isHome(target),
        isDrill: false,
        tags: {},
        createdAt: now(),
        visibleAt: now(),
        endsAt,
      },
      ...{ ends: ids, servers: machines.map(({ serverId }) => ({ id: serverId })) },
    });
    return { status: 'accepted', jobId };
  };

  /** What a launch at home must never do. */
  const checkLaunchAtHome = (target: Target, ids: readonly string[]): void => {
    for (const id of ids) {
      const each = reversedHere(target, id);
      if (each === undefined) fail('S48', `${id} was launched, and is no reversed server`);
      else if (backOf(each).state !== 'CONTINUOUS') fail('S48', `${id} was launched before it was in sync`);
      const running = atHome.find(
        (machine) => machine.serverId === id && isThere(machine) && !machine.isDrill,
      );
      if (running !== undefined) fail('S48', `${running.id} at home was ended by another launch`);
    }
  };
  const launch = (target: Target, { isDrill, servers: asked, tags }: StartRequest): StartAnswer => {
    const ids = asked.map(({ sourceServerId }) => sourceServerId);
    const isOut = isAway(target) && ids.every((id) => forwards.has(id));
    if (!isOut) checkLaunchAtHome(target, ids);
    if (ids.some(isBusy)) return { status: 'conflict', message: 'a job is in progress' };
    const there = isOut ? away : atHome;
    const jobId = hex('drsjob');
    const createdAt = now();
    const endsAt = createdAt + prng.between(2 * minute, 15 * minute);
    const launched = ids.map((id) => {
      if (!isOut && !deps.isHealed() && prng.chance(0.12)) return { id };
      const machine: Machine = {
        ...{ id: hex('i'), serverId: id, isDrill, jobId, launchedAt: endsAt - 10_000 },
        ...{ goneAt: Infinity, isRecordDeleted: false },
      };
      for (const old of there) if (old.serverId === id && isThere(old)) old.goneAt = createdAt;
      there.push(machine);
      return { id, machineId: machine.id };
    });
    const visibleAt = createdAt + lagMs();
    jobs.push({ jobId, home: !isOut, isDrill, tags, createdAt, visibleAt, endsAt, servers: launched });
    return { status: 'accepted', jobId };
  };

  const jobView = (job: Job): RecoveryJob => {
    const isOver = job.endsAt <= now();
    return {
      jobId: job.jobId,
      type: job.ends === undefined ? 'LAUNCH' : 'TERMINATE',
      ...{ isDrill: job.isDrill, status: isOver ? 'COMPLETED' : 'STARTED', createdAt: job.createdAt },
      ...(isOver && { endedAt: job.endsAt }),
      tags: job.tags,
      servers:
        job.ends !== undefined && isOver
          ? []
          : job.servers.map(({ id, machineId }) => ({
              sourceServerId: id,
              launchStatus: isOver ? (machineId === undefined ? 'FAILED' : 'LAUNCHED') : 'IN_PROGRESS',
            })),
    };
  };
  /** A machine of a launch is there once its job says so. */
  const isLaunched = ({ launchedAt }: Machine): boolean => launchedAt <= now();

  const call = (
    target: Target,
    operation: HomewardOperation,
    id: string,
    isDrill: boolean,
  ): HomewardAnswer => {
    switch (operation) {
      case 'ReverseReplication':
        return reverse(target, id);
      case 'StopReplication':
        return stop(target, id, isDrill);
      case 'DisconnectSourceServer':
        return disconnect(target, id);
      case 'DeleteSourceServer':
        return deleteServer(target, id);
      case 'DeleteRecoveryInstance':
        return deleteRecord(target, id);
      case 'TerminateRecoveryInstances': {
        const answer = terminate(target, [id], false);
        return answer.status === 'accepted' || answer.status === 'quota' ? accepted : answer;
      }
    }
  };

  return {
    call,
    launch,
    terminate: (target: Target, ids: readonly string[]): StartAnswer => terminate(target, ids, true),
    servers,
    machines: (target: Target, ids: readonly string[]): readonly RecordedMachine[] =>
      recorded(target)
        .filter((machine) => ids.includes(machine.serverId) && isLaunched(machine))
        .map((machine) => ({
          ...{ instanceId: machine.id, sourceServerId: machine.serverId, state: 'RUNNING' },
          isDrill: machine.isDrill,
          ...replicationOf(machine),
        })),
    recorded: (target: Target) => recorded(target).filter(isLaunched),
    tagged: (target: Target) =>
      [...(isAway(target) ? away : []), ...(isHome(target) ? atHome : [])].filter(
        (machine) => isThere(machine) && isLaunched(machine),
      ),
    jobs: (ids?: readonly string[]): readonly RecoveryJob[] =>
      jobs
        .filter(({ jobId, visibleAt }) => visibleAt <= now() && (ids === undefined || ids.includes(jobId)))
        .map(jobView),
    launchesIn: (jobId: string) =>
      jobs.find((job) => job.jobId === jobId && job.endsAt <= now())?.servers ?? [],
    /** What stands everywhere once nothing is under way. */
    rest: () => ({
      away: away.filter(isThere).map(({ serverId }) => serverId),
      home: atHome.filter(isThere).map(({ serverId, isDrill }) => ({ serverId, isDrill })),
      reversed: reversals.filter(({ state }) => state !== 'DELETED').map(({ of }) => of),
      protected: [...forwards.values()].filter(isProtected).map(({ id }) => id),
    }),
  };
};
export type HomewardDrs = ReturnType<typeof createHomewardDrs>;
