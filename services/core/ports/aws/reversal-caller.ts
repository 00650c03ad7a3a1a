import { ReverseReplicationCommand } from '@aws-sdk/client-drs';
import type { Target } from '../../../../contracts/plan.ts';
import type { HomewardCaller } from '../homeward-caller.ts';
import type { DrsClients } from './drs-clients.ts';
import { homewardAnswerOf } from './homeward-answer.ts';

/** Reverses replications, and knows no other call. */
export const createAwsReversalCaller = (clientsOf: (target: Target) => DrsClients): HomewardCaller => ({
  async call(target, operation, id) {
    if (operation !== 'ReverseReplication') throw new Error(`no ${operation} is made here`);
    const command = new ReverseReplicationCommand({ recoveryInstanceID: id });
    return homewardAnswerOf((abortSignal) => clientsOf(target).starting.send(command, { abortSignal }));
  },
});
