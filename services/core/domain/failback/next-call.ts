import { machineAtHome, type Look, type WayHome, type WayHomeStage, type Whereabouts } from './way-home.ts';

/** A call of DRS that brings a server on, in the place where it was recovered, or in that where it came from. */
export interface HomewardCall {
  readonly operation:
    | 'ReverseReplication'
    | 'StartRecovery'
    | 'StopReplication'
    | 'TerminateRecoveryInstances'
    | 'DeleteRecoveryInstance'
    | 'DisconnectSourceServer'
    | 'DeleteSourceServer';
  readonly where: Whereabouts;
  /** Of a recovery instance or a source server, as the operation takes it. */
  readonly id: string;
}

type Operation = HomewardCall['operation'];

const call = (operation: Operation, where: Whereabouts, id: string | undefined): HomewardCall | undefined =>
  id === undefined ? undefined : { operation, where, id };

const realAway = ({ away }: Look): string | undefined => away.find(({ isDrill }) => !isDrill)?.instanceId;

const atHome = (look: Look): string | undefined => machineAtHome(look)?.instanceId;

const reversed = (operation: Operation, look: Look): HomewardCall | undefined =>
  call(operation, 'home', look.reversed?.sourceServerId);

const existed = ({ existedBefore }: Look, id: string): boolean => existedBefore.includes(id);

/**
 * What is left to be cleared away, in the only order that DRS takes: what feeds a server can be ended once that is
 * stopped, and a server goes once it has no recovery instance. A machine that was there before any launch, and the one
 * at home, lose their record, and are never terminated.
 */
const retirement = (look: Look): HomewardCall | undefined => {
  const [away, home] = [realAway(look), atHome(look)];
  if (away !== undefined)
    return call(existed(look, away) ? 'DeleteRecoveryInstance' : 'TerminateRecoveryInstances', 'away', away);
  if (home !== undefined) return call('DeleteRecoveryInstance', 'home', home);
  const isDisconnected = look.reversed?.replication.state === 'DISCONNECTED';
  return reversed(isDisconnected ? 'DeleteSourceServer' : 'DisconnectSourceServer', look);
};

/** The machine of a launch that was a drill is ended, unless it was there before; a launch in earnest may follow. */
const afterLaunch = (look: Look, { isDrill }: WayHome): HomewardCall | undefined => {
  const id = atHome(look);
  if (isDrill !== true) return call('ReverseReplication', 'home', id);
  return call('TerminateRecoveryInstances', 'home', existed(look, id ?? '') ? undefined : id);
};

const nothing = (): undefined => undefined;

const dueAt: Readonly<Record<WayHomeStage, (look: Look, way: WayHome) => HomewardCall | undefined>> = {
  AWAY: (look) => call('ReverseReplication', 'away', realAway(look)),
  REVERSING: nothing,
  SYNCING: nothing,
  READY: (look) => reversed('StartRecovery', look),
  LAUNCHING: nothing,
  LAUNCHED: afterLaunch,
  REPROTECTING: nothing,
  PROTECTED: (look) => reversed('StopReplication', look),
  // What ends a machine or a record waits until the one at home is protected again.
  RETIRING: (look, { why }) => (why === undefined ? retirement(look) : undefined),
  HOME: nothing,
  UNCLEAR: nothing,
};

/**
 * The call that brings a server from where it is to the next stage; undefined while there is only to wait, also for a
 * job of DRS, or to clear up.
 */
export const nextCallOf = (look: Look, way: WayHome): HomewardCall | undefined => {
  const next = dueAt[way.stage](look, way);
  return next !== undefined && look.busy.includes(next.where) ? undefined : next;
};
