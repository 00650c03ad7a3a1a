import { proofOverdue } from '../../../contracts/proof-event.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import type { Requests } from '../../core/ports/requests.ts';
import type { OverdueProof } from '../../core/streams/overdue-proofs.ts';

export interface TellOverduePorts {
  readonly store: RecordStore;
  readonly requests: Requests;
  readonly clock: Clock;
}

/** Of which lapse of a plan's proof somebody has decided to tell. */
export interface LapseRecord {
  /** Epoch ms. */
  readonly decidedAt: number;
  readonly lapse: OverdueProof;
  /** Whether the bus has taken the event. */
  readonly isTold: boolean;
}

export const lapseKey = (planId: string) => ({ kind: 'lapse' as const, id: planId });

/** Who has decided to tell has done so by then, or is dead. */
const tellingMs = 5 * 60_000;

const say = async (
  { store, requests }: TellOverduePorts,
  record: LapseRecord,
  revision: number,
): Promise<void> => {
  await requests.say(proofOverdue.name, record.lapse);
  await store.write(lapseKey(record.lapse.planId), { ...record, isTold: true }, revision);
};

/**
 * Tells of one plan whose proof is overdue, once for each lapse: one that has begun since the last notice. It is
 * put on record before it is said, so that looks side by side say it once; what was put on record and not said, because
 * somebody died in between, is said by a later look, with the same data.
 */
const tellOf = async (ports: TellOverduePorts, lapse: OverdueProof): Promise<void> => {
  const { store, clock } = ports;
  const now = clock.now();
  const key = lapseKey(lapse.planId);
  const { body: known, revision = 0 } = (await store.read<LapseRecord>(key)) ?? {};
  if (known === undefined || Date.parse(lapse.overdueSince) > known.decidedAt) {
    const record: LapseRecord = { decidedAt: now, lapse, isTold: false };
    if ((await store.write(key, record, revision)) === 'conflict') return;
    return say(ports, record, revision + 1);
  }
  if (!known.isTold && now - known.decidedAt >= tellingMs) await say(ports, known, revision);
};

/** Tells of the plans whose proof is overdue. What could not be told rejects, after all the others were tried. */
export const tellOverdueProofs = async (
  ports: TellOverduePorts,
  overdue: readonly OverdueProof[],
): Promise<void> => {
  const failures: unknown[] = [];
  for (const lapse of overdue)
    await tellOf(ports, lapse).catch((error: unknown) => void failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'not every overdue proof could be announced');
};
