import { shownKinds } from '../domain/actions/shown-kinds.ts';
import type { ActionView, ExecutionView, NeedView, WaveStatus, WaveView } from './execution-view.ts';

/** Something that waits for a person, with what it is about. */
export type Due =
  | { readonly kind: 'approval'; readonly wave: WaveView; readonly action: ActionView }
  | { readonly kind: 'held'; readonly wave: WaveView }
  | { readonly kind: 'need'; readonly need: NeedView };

const approvalsOf = (wave: WaveView): readonly ActionView[] =>
  wave.status === 'STARTED'
    ? wave.actions.filter(({ kind, status }) => shownKinds[kind].asksPeople && status === 'RUNNING')
    : [];

/** Everything that waits for a person, most urgent first. */
export const dueOf = ({ waves, needs }: Pick<ExecutionView, 'waves' | 'needs'>): readonly Due[] => {
  const approvals = waves.flatMap((wave) =>
    approvalsOf(wave).map((action): Due => ({ kind: 'approval', wave, action })),
  );
  const held = waves.filter(({ status }) => status === 'HELD');
  const others = needs.filter(({ waveId }) => !held.some((wave) => wave.waveId === waveId));
  return [
    ...approvals,
    ...held.map((wave): Due => ({ kind: 'held', wave })),
    ...others.map((need): Due => ({ kind: 'need', need })),
  ];
};

/** The state as an operator cares for it: a running wave whose approval is due needs him like a held one. */
export const shownStatus = (wave: WaveView): WaveStatus =>
  approvalsOf(wave).length > 0 ? 'HELD' : wave.status;
