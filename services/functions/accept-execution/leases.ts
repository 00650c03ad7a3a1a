import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { ExecutionState } from '../../core/domain/execution-state.ts';
import { untilWritten } from '../../core/kernel/until-written.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import {
  cleanedUpFault,
  heldFault,
  isCleaningUp,
  leasesWanted,
  type Lease,
} from '../../core/streams/leases.ts';
import { hasEnded, readExecution } from '../../core/streams/execution-stream.ts';

/** So many conditional writes at once. */
const atOnce = 50;

export interface Leases {
  /** The servers that another execution holds. */
  readonly faults: readonly Fault[];
  /** Whether a server was another execution's before: what was known of it may be from before that one's end. */
  readonly takenOver: boolean;
  /** Another request, accepted later, holds servers and is not decided yet: look again when it is. */
  readonly undecided: boolean;
}

/** An execution that wants servers, as its stream says. */
export type Claimant = Pick<ExecutionState, 'startedAt' | 'mode' | 'direction'> & {
  readonly executionId: string;
};

type Answer =
  | { readonly is: 'ours'; readonly takenOver: boolean }
  | { readonly is: 'held' | 'undecided' | 'cleaned-up'; readonly by: string };

/**
 * Takes every server of the execution, batch by batch in the fixed order of their names. A lease holds while its
 * execution has not ended, which is read when somebody else wants it: nothing has to be given back, so nothing can
 * leak. Of two requests that meet, both before their start, the one that was accepted first waits until the other is
 * decided, and that other is refused: so neither waits for ever, and not both are refused.
 */
export const takeLeases = async (
  store: RecordStore,
  claimant: Claimant,
  waves: readonly FrozenWave[],
): Promise<Leases> => {
  const wanted = leasesWanted(waves);
  const holders = new Map<string, Promise<ExecutionState>>();
  const holderOf = (executionId: string): Promise<ExecutionState> => {
    const known = holders.get(executionId) ?? readExecution(store, executionId);
    holders.set(executionId, known);
    return known;
  };
  const cleanUps = new Map<string, Promise<boolean>>();
  const isCleanedUp = (executionId: string): Promise<boolean> => {
    const known = cleanUps.get(executionId) ?? isCleaningUp(store, executionId);
    cleanUps.set(executionId, known);
    return known;
  };
  const faults: Fault[] = [];
  let takenOver = false;
  for (let from = 0; from < wanted.length; from += atOnce) {
    const batch = wanted.slice(from, from + atOnce);
    // What is refused already takes nothing more, and only finds out what else speaks against it.
    const isLooking = faults.length > 0;
    const answers = await Promise.all(
      batch.map(({ id }) => takeLease({ store, claimant, holderOf, isCleanedUp, isLooking }, id)),
    );
    if (
      !isLooking &&
      answers.some(({ is }) => is === 'undecided') &&
      answers.every(({ is }) => is === 'undecided' || is === 'ours')
    )
      return { faults, takenOver, undecided: true };
    answers.forEach((answer, index) => {
      const server = batch[index];
      if (answer.is === 'ours') takenOver ||= answer.takenOver;
      else if (answer.is === 'cleaned-up' && server !== undefined)
        faults.push(cleanedUpFault(server, answer.by));
      else if (answer.is === 'held' && server !== undefined) faults.push(heldFault(server, answer.by));
    });
  }
  return { faults, takenOver, undecided: false };
};

interface Taking {
  readonly store: RecordStore;
  readonly claimant: Claimant;
  readonly holderOf: (executionId: string) => Promise<ExecutionState>;
  /** Asked only of whom a lease has named as cleaning up, so that the answer is no older than that. */
  readonly isCleanedUp: (executionId: string) => Promise<boolean>;
  /** Takes nothing, and only looks who has it. */
  readonly isLooking: boolean;
}

/** Which of two requests was accepted first, as everybody reads it. */
const precedes = (a: Claimant, b: Claimant): boolean =>
  a.startedAt === b.startedAt ? a.executionId < b.executionId : a.startedAt < b.startedAt;

const takeLease = async (
  { store, claimant, holderOf, isCleanedUp, isLooking }: Taking,
  id: string,
): Promise<Answer> => {
  const { executionId } = claimant;
  const key = { kind: 'lease' as const, id };
  return untilWritten<Answer>(`the lease of ${id}`, async () => {
    const held = await store.read<Lease>(key);
    const by = held?.body.executionId;
    if (by === executionId) return { is: 'ours', takenOver: held?.body.after !== undefined };
    if (by !== undefined) {
      const holder = await holderOf(by);
      if (holder.status === 'REQUESTED')
        return { is: precedes({ ...holder, executionId: by }, claimant) ? 'held' : 'undecided', by };
      if (!hasEnded(holder)) return { is: 'held', by };
      // A real recovery waits for no clean-up: only DRS makes it wait, where a job of one runs. What brings servers home
      // can wait, and would find what its own drill has reversed being taken back beneath it.
      const isPatient = claimant.mode === 'DRILL' || claimant.direction === 'failback';
      const mayWait = held?.body.cleansUp === true && isPatient;
      if (mayWait && (await isCleanedUp(by))) return { is: 'cleaned-up', by };
    }
    if (isLooking) return { is: 'ours', takenOver: false };
    const lease: Lease = { executionId, ...(by !== undefined && { after: by }) };
    const written = await store.write<Lease>(key, lease, held?.revision ?? 0);
    return written === 'conflict' ? 'conflict' : { is: 'ours', takenOver: by !== undefined };
  });
};
