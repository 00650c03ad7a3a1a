import type { HomewardCall } from '../../core/domain/failback/next-call.ts';

const forms: Readonly<Record<HomewardCall['operation'], (id: string) => string>> = {
  ReverseReplication: (id) => `reverse-replication --recovery-instance-id ${id}`,
  StartRecovery: (id) => `start-recovery --source-servers sourceServerID=${id}`,
  StopReplication: (id) => `stop-replication --source-server-id ${id}`,
  TerminateRecoveryInstances: (id) => `terminate-recovery-instances --recovery-instance-ids ${id}`,
  DeleteRecoveryInstance: (id) => `delete-recovery-instance --recovery-instance-id ${id}`,
  DisconnectSourceServer: (id) => `disconnect-source-server --source-server-id ${id}`,
  DeleteSourceServer: (id) => `delete-source-server --source-server-id ${id}`,
};

/** The call as the AWS command line makes it. */
export const homewardCommand = ({ operation, id }: HomewardCall, region: string): string =>
  `aws drs ${forms[operation](id)} --region ${region}`;

/** What the call does, and what people see to before it is made. */
export const homewardHints = ({ operation, where }: HomewardCall): string => {
  switch (operation) {
    case 'ReverseReplication':
      return where === 'away'
        ? 'replicate back to where it came from; everything is copied, which takes long'
        : 'protect it again, once it works and traffic has moved: until then the machine away can take over again';
    case 'StartRecovery':
      return 'launch it at home, tier by tier: stop writes on the machine away first, since what is written after the launch is lost';
    case 'StopReplication':
      return 'stop the way home, which deletes its recovery points; the machine at home is protected';
    case 'TerminateRecoveryInstances':
      return where === 'away'
        ? 'end the machine away; nothing is to use it any more'
        : 'end the machine of the failback drill';
    case 'DeleteRecoveryInstance':
      return 'delete a record of DRS; its machine runs on, and is never terminated by this';
    case 'DisconnectSourceServer':
      return 'disconnect the reversed server';
    case 'DeleteSourceServer':
      return 'delete the reversed server, the last that is left';
  }
};
