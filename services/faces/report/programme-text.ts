import { timeText } from '../../core/view/time-text.ts';
import { counted } from '../../core/view/words.ts';
import type { HeldRun, Programme } from './programme-model.ts';
import { rpoText, rtoText, type Statement } from './sentences.ts';

const dayMs = 86_400_000;

export const dateText = (at: number): string => timeText(at).slice(0, '2026-11-23'.length);

/** What is said of a plan's proof: of the fold itself, or of what the API answers. */
interface ToldProof {
  readonly proof?: { readonly endedAt: number; readonly planVersion: number } | undefined;
  readonly provenWithinDays?: number | undefined;
  readonly isOverdue: boolean;
  readonly version: number;
  readonly servers: readonly { readonly isProven: boolean }[];
  readonly unread: readonly string[];
}

/** When a plan was last proven, and whether that is recent enough. */
export const proofText = (
  { proof, provenWithinDays, isOverdue, version }: Omit<ToldProof, 'servers' | 'unread'>,
  at: number,
): Statement => {
  const wanted = provenWithinDays === undefined ? '' : `; wanted every ${counted(provenWithinDays, 'day')}`;
  if (proof === undefined)
    return {
      value: 'never',
      note: `no drill recovered everything${wanted}`,
      tone: isOverdue ? 'bad' : 'warn',
    };
  const days = Math.max(0, Math.floor((at - proof.endedAt) / dayMs));
  const which = proof.planVersion === version ? 'of this version' : `of version ${proof.planVersion}`;
  return {
    value: dateText(proof.endedAt),
    note: `${counted(days, 'day')} before, ${which}${wanted}`,
    tone: isOverdue ? 'bad' : proof.planVersion === version ? 'good' : 'warn',
  };
};

/** Which of a plan's servers the last proof launched. */
export const coverageText = ({
  servers,
  unread,
  proof,
}: Pick<ToldProof, 'servers' | 'unread' | 'proof'>): Statement => {
  const covered = servers.filter(({ isProven }) => isProven).length;
  const value = `${covered} of ${servers.length}`;
  if (unread.length > 0)
    return { value, note: `not every account and Region answered: ${unread.join('; ')}`, tone: 'warn' };
  if (proof === undefined) return { value, note: 'no proof yet', tone: 'warn' };
  return covered === servers.length
    ? { value, note: 'all that the plan recovers now', tone: 'good' }
    : { value, note: 'the others were not launched by the proof', tone: 'bad' };
};

/** The objectives that a run met or missed, in a few words. */
export const achievedText = ({ report }: Pick<HeldRun, 'report'>): string =>
  [
    `RTO ${rtoText(report).value} (${rtoText(report).note})`,
    `RPO ${rpoText(report).value} (${rpoText(report).note})`,
  ].join('; ');

/** For whom a run was held: a schedule, or the person who requested it. */
export const whyHeld = ({ report, occurrence }: HeldRun): string =>
  occurrence === undefined
    ? `requested by ${report.requestedBy || 'an unknown requester'}${report.isRequesterAuthenticated === true ? '' : ' (not authenticated)'}`
    : `schedule ${occurrence.scheduleId}, due ${timeText(occurrence.scheduledAt)}`;

/** Records that do not verify, and executions without any: an auditor has to hear of them first. */
export const unproven = ({ runs, unrecorded }: Programme): readonly string[] => [
  ...runs.flatMap(({ report }) => (report.verdict?.sound === true ? [] : [report.executionId])),
  ...unrecorded,
];

/** The whole programme in a few sentences. */
export const programmeSummary = (programme: Programme): string => {
  const { from, to, plans, runs, skipped } = programme;
  const drills = runs.filter(({ report }) => report.mode === 'DRILL');
  const succeeded = drills.filter(({ report }) => report.status === 'COMPLETED').length;
  const real = runs.filter(({ report }) => report.mode === 'RECOVERY');
  const failbacks = real.filter(({ report }) => report.direction !== undefined).length;
  const recoveries = real.length - failbacks;
  const overdue = plans.filter(({ isOverdue }) => isOverdue).map(({ planId }) => planId);
  const doubtful = unproven(programme);
  return [
    `From ${dateText(from)} to ${dateText(to)}, ${counted(drills.length, 'drill')} of ${counted(plans.length, 'plan')} ${drills.length === 1 ? 'was' : 'were'} held, of which ${succeeded} recovered everything; ${counted(skipped.length, 'scheduled drill')} ${skipped.length === 1 ? 'was' : 'were'} skipped.`,
    ...(recoveries === 0
      ? []
      : [
          `There ${recoveries === 1 ? 'was' : 'were'} ${counted(recoveries, 'real recovery', 'real recoveries')}.`,
        ]),
    ...(failbacks === 0
      ? []
      : [`There ${failbacks === 1 ? 'was' : 'were'} ${counted(failbacks, 'failback')}.`]),
    ...(overdue.length === 0 ? [] : [`No proof as recent as the plan wants: ${overdue.join(', ')}.`]),
    doubtful.length === 0 ? 'Every record verifies.' : `NOT VERIFIED: ${doubtful.join(', ')}.`,
  ].join(' ');
};
