import { machineAtHome, type Look, type WayHome, type Whereabouts } from './way-home.ts';

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

const call = (
  operation: HomewardCall['operation'],
  where: Whereabouts,
  id: string | undefined,
): HomewardCall | undefined => (id === undefined ? undefined : { operation, where, id });

const realAway = ({ away }: Look): string | undefined => away.find(({ isDrill }) => !isDrill)?.instanceId;

const existed = ({ existedBefore }: Look, id: string): boolean => existedBefore.includes(id);

/**
 * What is left to be cleared away, in the only order that DRS takes: what feeds a server can be ended once that is
 * stopped, and a server goes once it has no recovery instance. A machine that was there before any launch, and the one
 * at home, lose their record, and are never terminated.
 */
const retirement = (look: Look): HomewardCall | undefined => {
  const { reversed } = look;
  const away = realAway(look);
  const home = machineAtHome(look)?.instanceId;
  const isDisconnected = reversed?.replication.state === 'DISCONNECTED';
  if (away !== undefined)
    return call(existed(look, away) ? 'DeleteRecoveryInstance' : 'TerminateRecoveryInstances', 'away', away);
  if (home !== undefined) return call('DeleteRecoveryInstance', 'home', home);
  return call(
    isDisconnected ? 'DeleteSourceServer' : 'DisconnectSourceServer',
    'home',
    reversed?.sourceServerId,
  );
};

/** The machine of a launch that was a drill is ended, unless it was there before; a launch in earnest may follow. */
const afterDrill = (look: Look): HomewardCall | undefined => {
  const id = machineAtHome(look)?.instanceId;
  return id === undefined || existed(look, id) ? undefined : call('TerminateRecoveryInstances', 'home', id);
};

/**
 * The call that brings a server from where it is to the next stage; undefined while there is only to wait, also for a
 * job of DRS, or to clear up.
 */
export const nextCallOf = (look: Look, way: WayHome): HomewardCall | undefined => {
  const next = dueCall(look, way);
  return next !== undefined && look.busy.includes(next.where) ? undefined : next;
};

const dueCall = (look: Look, { stage, isDrill, why }: WayHome): HomewardCall | undefined => {
  switch (stage) {
    case 'AWAY':
      return call('ReverseReplication', 'away', realAway(look));
    case 'READY':
      return call('StartRecovery', 'home', look.reversed?.sourceServerId);
    case 'LAUNCHED':
      return isDrill === true
        ? afterDrill(look)
        : call('ReverseReplication', 'home', machineAtHome(look)?.instanceId);
    case 'PROTECTED':
      return call('StopReplication', 'home', look.reversed?.sourceServerId);
    case 'RETIRING':
      // What ends a machine or a record waits until the one at home is protected again.
      return why === undefined ? retirement(look) : undefined;
    case 'REVERSING':
    case 'SYNCING':
    case 'LAUNCHING':
    case 'REPROTECTING':
    case 'HOME':
    case 'UNCLEAR':
      return undefined;
  }
};
