import type { RecordedMachine, ReplicatedServer, Replication } from '../homeward-server.ts';

/** What DRS says, at one look, of one server that an execution has recovered and of its way home. */
export interface Look {
  /** The server that was recovered; undefined where DRS has it no more. */
  readonly server: ReplicatedServer | undefined;
  /** Its recovery instances that are not terminated. */
  readonly away: readonly RecordedMachine[];
  /** In its place of origin, the server that replicates from the recovered machine. */
  readonly reversed: ReplicatedServer | undefined;
  /** The recovery instances of that one that are not terminated. */
  readonly home: readonly RecordedMachine[];
  /** The instance that the execution launched. */
  readonly launchedId: string;
  /** Machines that launches may have gone into, and that were there before: the original one, a standby. */
  readonly existedBefore: readonly string[];
  /** Where a job of DRS has to do with it: such a server takes no other. */
  readonly busy: readonly Whereabouts[];
}

/** The place where a server was recovered, and the one that it came from. */
export type Whereabouts = 'away' | 'home';

/** Where a server is on its way home, in the order in which it comes there. */
export const wayHomeStages = [
  'AWAY',
  'REVERSING',
  'SYNCING',
  'READY',
  'LAUNCHING',
  'LAUNCHED',
  'REPROTECTING',
  'PROTECTED',
  'RETIRING',
  'HOME',
] as const;

export type WayHomeStage = (typeof wayHomeStages)[number] | 'UNCLEAR';

/** How far a copy or a rescan is. */
export interface Progress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  /** Epoch ms. */
  readonly etaAt?: number;
}

export interface WayHome {
  readonly stage: WayHomeStage;
  /** Why it is UNCLEAR, or what keeps it where it is. */
  readonly why?: string;
  readonly progress?: Progress;
  /** The machine of a launch at home that was a drill. */
  readonly isDrill?: true;
}

const isRunning = ({ state }: RecordedMachine): boolean => state === 'RUNNING';

/** The machine that came of the launch at home; of a drill and a real one, the real one. */
export const machineAtHome = ({ home }: Pick<Look, 'home'>): RecordedMachine | undefined =>
  home.find(({ isDrill }) => !isDrill) ?? home[0];

const startingUp = new Set(['', 'INITIATING']);
const inSync = 'CONTINUOUS';
const isStopped = ({ state }: Replication): boolean => state === 'STOPPED' || state === 'DISCONNECTED';

const copyOf = ({ copiedBytes, totalBytes, etaAt }: Replication): Progress => ({
  ...{ doneBytes: copiedBytes, totalBytes },
  ...(etaAt !== undefined && { etaAt }),
});

const rescanOf = ({ rescannedBytes, totalBytes, etaAt }: Replication): Progress => ({
  ...{ doneBytes: rescannedBytes, totalBytes },
  ...(etaAt !== undefined && { etaAt }),
});

const troubleOf = ({ state, error }: Replication): { readonly why?: string } =>
  error === undefined && state !== 'STALLED'
    ? {}
    : { why: `replication is ${[state, error].filter(Boolean).join(': ')}` };

const isLaunching = ({ lastLaunch }: ReplicatedServer): boolean =>
  lastLaunch === 'PENDING' || lastLaunch === 'IN_PROGRESS';

/** Data on their way to the place of origin, where nothing runs yet. */
const onTheWay = ({ replication, lastLaunch }: ReplicatedServer): WayHome => {
  const { state } = replication;
  if (isStopped(replication))
    return unclear(`the replication of the reversed server is ${state}, and nothing was launched from it`);
  if (startingUp.has(state)) return { stage: 'REVERSING', ...troubleOf(replication) };
  if (state !== inSync) return { stage: 'SYNCING', progress: copyOf(replication), ...troubleOf(replication) };
  return { stage: 'READY', ...(lastLaunch === 'FAILED' && { why: 'its last launch failed' }) };
};

const unclear = (why: string): WayHome => ({ stage: 'UNCLEAR', why });

/**
 * How far the protection of the machine at home is, once its own record says that its replication has begun. That its
 * id stands at the recovered server proves nothing alone: it does from before where the launch went into the original
 * machine.
 */
const protection = (server: ReplicatedServer, machine: RecordedMachine): WayHome => {
  const { replication, machineId } = server;
  const isAtHome = machineId === machine.instanceId;
  if (!isAtHome || replication.state !== inSync || (replication.lagSeconds ?? Infinity) > 0)
    return { stage: 'REPROTECTING', progress: rescanOf(replication), ...troubleOf(replication) };
  return { stage: 'PROTECTED' };
};

/** A machine runs at home, and its server there is still known. */
const launchedAtHome = (
  server: ReplicatedServer,
  reversed: ReplicatedServer,
  machine: RecordedMachine,
): WayHome => {
  if (machine.isDrill) return { stage: 'LAUNCHED', isDrill: true };
  if (machine.replication === undefined)
    return isStopped(reversed.replication)
      ? unclear('the reversed server was stopped before the machine at home is protected')
      : {
          stage: 'LAUNCHED',
          ...(!isRunning(machine) && { why: `${machine.instanceId} is ${machine.state}` }),
        };
  const protectedBy = protection(server, machine);
  if (!isStopped(reversed.replication)) return protectedBy;
  return protectedBy.stage === 'PROTECTED'
    ? { stage: 'RETIRING' }
    : { stage: 'RETIRING', why: `the replication of the machine at home is ${server.replication.state}` };
};

const realOnes = (machines: readonly RecordedMachine[]): readonly RecordedMachine[] =>
  machines.filter(({ isDrill }) => !isDrill);

/** No server in the place of origin replicates from the recovered machine. */
const withoutReversed = (server: ReplicatedServer, { away, launchedId }: Look): WayHome => {
  const [machine, ...others] = realOnes(away);
  if (machine === undefined)
    // What was launched is gone, and nothing is left of its way back.
    return server.replication.state === inSync
      ? { stage: 'HOME' }
      : unclear(`${launchedId} is gone, and the replication of the server is ${server.replication.state}`);
  if (others.length > 0)
    return unclear(
      `it has several machines: ${[machine, ...others].map(({ instanceId }) => instanceId).join(', ')}`,
    );
  if (server.origin === undefined)
    return unclear(
      `its machine is not of AWS: no plan brings it home, but the failback client of DRS, which a person boots: ${machine.failback ?? 'FAILBACK_NOT_STARTED'}`,
    );
  return machine.replication === undefined ? { stage: 'AWAY' } : { stage: 'REVERSING' };
};

/** Where a server is on its way home: what DRS says at this look decides, and nothing that was heard before. */
export const wayHomeOf = (look: Look): WayHome => {
  const { server, reversed, away } = look;
  if (server === undefined) return unclear('DRS has the source server no more');
  if (reversed === undefined) return withoutReversed(server, look);
  if (isLaunching(reversed)) return { stage: 'LAUNCHING' };
  const machine = machineAtHome(look);
  if (machine !== undefined) return launchedAtHome(server, reversed, machine);
  // The record of the machine at home is deleted once nothing runs away any more.
  const isRetiring = isStopped(reversed.replication) && realOnes(away).length === 0;
  return isRetiring ? { stage: 'RETIRING' } : onTheWay(reversed);
};
