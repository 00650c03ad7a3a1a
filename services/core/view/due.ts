import { shownKinds } from '../domain/actions/shown-kinds.ts';
import type { ActionView, ExecutionView, NeedView, WaveStatus, WaveView } from './execution-view.ts';

/** Something that waits for a person, with what it is about. */
export type Due =
  | { readonly kind: 'approval'; readonly wave: WaveView; readonly action: ActionView }
  | { readonly kind: 'held'; readonly wave: WaveView }
  | { readonly kind: 'need'; readonly need: NeedView }
  /** Nothing new starts until somebody resumes it. */
  | { readonly kind: 'paused' };

const approvalsOf = (wave: WaveView): readonly ActionView[] =>
  wave.status === 'STARTED'
    ? wave.actions.filter(({ kind, status }) => shownKinds[kind].asksPeople && status === 'RUNNING')
    : [];

/** Everything that waits for a person, most urgent first. */
export const dueOf = ({
  waves,
  needs,
  status,
}: Pick<ExecutionView, 'waves' | 'needs' | 'status'>): readonly Due[] => {
  const approvals = waves.flatMap((wave) =>
    approvalsOf(wave).map((action): Due => ({ kind: 'approval', wave, action })),
  );
  const held = waves.filter((wave) => wave.status === 'HELD');
  const others = needs.filter(({ waveId }) => !held.some((wave) => wave.waveId === waveId));
  return [
    ...approvals,
    ...held.map((wave): Due => ({ kind: 'held', wave })),
    ...others.map((need): Due => ({ kind: 'need', need })),
    ...(status === 'PAUSED' ? [{ kind: 'paused' } as const] : []),
  ];
};

/** What a wave is called: its state, or that it was given up when its execution was, and no server of it failed. */
export type ShownStatus = WaveStatus | 'CANCELLED';

/** The state as an operator cares for it: a running wave whose approval is due needs him like a held one. */
export const shownStatus = (wave: WaveView): ShownStatus => {
  if (approvalsOf(wave).length > 0) return 'HELD';
  // A server without a job was not launched, and has not failed.
  const isGivenUp =
    wave.stopped === true &&
    wave.servers.every(({ phase, jobId }) => phase !== 'FAILED' || jobId === undefined);
  return wave.status === 'FAILED' && isGivenUp ? 'CANCELLED' : wave.status;
};
