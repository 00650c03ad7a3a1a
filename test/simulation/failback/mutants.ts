import type { ReplicatedServer } from '../../../services/core/domain/homeward-server.ts';
import type { StreamRecord } from '../../../services/core/kernel/stream.ts';
import type { RecordStore } from '../../../services/core/ports/record-store.ts';
import type { WaveState } from '../../../services/core/domain/wave/state.ts';
import type { FailbackPorts } from './ports.ts';
import type { FailbackMutant } from './world.ts';

const isBack = ({ direction }: ReplicatedServer): boolean => direction === 'FAILBACK';

/** Shows services the servers of DRS otherwise than they are. */
const seeingServers =
  (change: (servers: readonly ReplicatedServer[]) => readonly ReplicatedServer[]): FailbackMutant =>
  (ports) => ({
    ...ports,
    homeward: {
      ...ports.homeward,
      servers: async (target) => change(await ports.homeward.servers(target)),
    },
  });

const inSync = (server: ReplicatedServer): ReplicatedServer => ({
  ...server,
  replication: { ...server.replication, state: 'CONTINUOUS', lagSeconds: 0 },
});

const withoutReversed: FailbackMutant = (ports, service) => {
  const seen = seeingServers((servers) => servers.filter((each) => !isBack(each)))(ports, service);
  const machines: FailbackPorts['homeward']['machines'] = async (target, ids) =>
    (await ports.homeward.machines(target, ids)).map(({ replication: _its, ...machine }) => machine);
  return { ...seen, homeward: { ...seen.homeward, machines } };
};

/** Takes no lease of anybody into account, and none itself. */
const withoutLeases = ({ store, ...ports }: FailbackPorts): FailbackPorts => ({
  ...ports,
  store: {
    ...store,
    read: async (key) => (key.kind === 'lease' ? undefined : store.read(key)),
    write: async (key, body, expected, index) =>
      key.kind === 'lease' ? 'written' : store.write(key, body, expected, index),
  },
});

/** Reads records of waves as if no call were claimed. */
const withoutClaims = ({ store, ...ports }: FailbackPorts): FailbackPorts => {
  const read: RecordStore['read'] = async <Body>(key: Parameters<RecordStore['read']>[0]) => {
    const stored = await store.read<Body>(key);
    const body = stored?.body as Partial<StreamRecord<WaveState>> | undefined;
    const state = body?.state;
    if (stored === undefined || state?.homeward === undefined) return stored;
    return {
      ...stored,
      body: { ...body, state: { ...state, homeward: { ...state.homeward, open: [] } } } as Body,
    };
  };
  return { ...ports, store: { ...store, read } };
};

/** Mistakes in the way home. */
export const failbackMutants: readonly { readonly name: string; readonly failback: FailbackMutant }[] = [
  {
    name: 'retires what was recovered before it is protected at home',
    failback: seeingServers((servers) => servers.map((each) => (isBack(each) ? each : inSync(each)))),
  },
  {
    name: 'does not see what was reversed, and reverses it again',
    failback: (ports, service) =>
      service === 'reverse-replication' ? withoutReversed(ports, service) : ports,
  },
  {
    name: 'ends the machine at home with its record',
    failback: (ports) => ({
      ...ports,
      caller: {
        call: (target, operation, id) =>
          ports.caller.call(
            target,
            operation === 'DeleteRecoveryInstance' ? 'TerminateRecoveryInstances' : operation,
            id,
          ),
      },
    }),
  },
  {
    name: 'stops the replication that protects',
    failback: (ports) => {
      const forward = new Map<string, string>();
      const seen = seeingServers((servers) => {
        for (const { sourceServerId, name } of servers.filter(isBack)) forward.set(sourceServerId, name);
        return servers;
      })(ports, 'retire-servers');
      const { caller } = ports;
      return {
        ...seen,
        caller: {
          call: (target, operation, id) =>
            caller.call(target, operation, operation === 'StopReplication' ? (forward.get(id) ?? id) : id),
        },
      };
    },
  },
  {
    name: 'launches at home before it is in sync',
    failback: (ports, service) => {
      const seen = seeingServers((servers) => servers.map((each) => (isBack(each) ? inSync(each) : each)))(
        ports,
        service,
      );
      const { recovery } = ports;
      return {
        ...seen,
        recovery: {
          ...recovery,
          describeSourceServers: async (target) =>
            (await recovery.describeSourceServers(target)).map((each) => ({
              ...each,
              replicationState: 'CONTINUOUS',
            })),
        },
      };
    },
  },
  {
    name: 'forgets what a drill has reversed',
    failback: (ports, service) => (service === 'retire-servers' ? withoutReversed(ports, service) : ports),
  },
  {
    name: 'reverses again where no answer came',
    failback: (ports) => ({
      ...ports,
      caller: {
        call: async (target, operation, id) => {
          const answer = await ports.caller.call(target, operation, id);
          const isLost = operation === 'ReverseReplication' && answer.status === 'unknown';
          return isLost ? ports.caller.call(target, operation, id) : answer;
        },
      },
    }),
  },
  {
    name: 'forgets that a reversal is claimed',
    failback: (ports, service) => (service === 'reverse-replication' ? withoutClaims(ports) : ports),
  },
  {
    name: 'takes servers that the other direction has',
    failback: (ports, service) => (service === 'accept-execution' ? withoutLeases(ports) : ports),
  },
];
