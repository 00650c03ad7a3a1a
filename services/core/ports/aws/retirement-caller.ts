import {
  DeleteRecoveryInstanceCommand,
  DeleteSourceServerCommand,
  DisconnectSourceServerCommand,
  StopReplicationCommand,
  TerminateRecoveryInstancesCommand,
} from '@aws-sdk/client-drs';
import type { Target } from '../../../../contracts/plan.ts';
import type { HomewardAnswer, HomewardCaller, HomewardOperation } from '../homeward-caller.ts';
import type { DrsClients } from './drs-clients.ts';
import { homewardAnswerOf } from './homeward-answer.ts';

type Retirement = Exclude<HomewardOperation, 'ReverseReplication'>;
type Send = (drs: DrsClients['starting'], id: string, abortSignal: AbortSignal) => Promise<unknown>;

const sends: Readonly<Record<Retirement, Send>> = {
  StopReplication: (drs, sourceServerID, abortSignal) =>
    drs.send(new StopReplicationCommand({ sourceServerID }), { abortSignal }),
  TerminateRecoveryInstances: (drs, id, abortSignal) =>
    drs.send(new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs: [id] }), { abortSignal }),
  DeleteRecoveryInstance: (drs, recoveryInstanceID, abortSignal) =>
    drs.send(new DeleteRecoveryInstanceCommand({ recoveryInstanceID }), { abortSignal }),
  DisconnectSourceServer: (drs, sourceServerID, abortSignal) =>
    drs.send(new DisconnectSourceServerCommand({ sourceServerID }), { abortSignal }),
  DeleteSourceServer: (drs, sourceServerID, abortSignal) =>
    drs.send(new DeleteSourceServerCommand({ sourceServerID }), { abortSignal }),
};

/** Clears away what a failback leaves behind; it starts nothing, neither launches nor replications. */
export const createAwsRetirementCaller = (clientsOf: (target: Target) => DrsClients): HomewardCaller => ({
  async call(target, operation, id): Promise<HomewardAnswer> {
    if (operation === 'ReverseReplication') throw new Error(`no ${operation} is made here`);
    const { starting } = clientsOf(target);
    return homewardAnswerOf((abortSignal) => sends[operation](starting, id, abortSignal));
  },
});
