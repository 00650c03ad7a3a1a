import { dateAndTime } from './time-text.ts';
import type { CleanUpView, ExecutionView } from './execution-view.ts';
import { counted } from './words.ts';

/** An instance that a drill launched, and what became of it. Instants in epoch ms. */
export interface DrillInstanceView {
  readonly instanceId: string;
  readonly sourceServerId: string;
  readonly name: string;
  /** From when EC2 started it, or from the end of its wave where that is not known. */
  readonly since: number;
  /** Absent while it runs. */
  readonly until?: number;
  readonly state: 'running' | 'terminated' | 'kept';
  /** Who keeps it, or why it runs on. */
  readonly note: string;
}

const hourMs = 3_600_000;

/** The instances that a drill launched, as its events tell of them. */
export const drillInstances = ({
  waves,
  cleanUp,
  mode,
  startedAt = 0,
}: ExecutionView): readonly DrillInstanceView[] => {
  if (mode !== 'DRILL') return [];
  const left = new Map((cleanUp?.left ?? []).map(({ instanceId, reason }) => [instanceId, reason]));
  return waves.flatMap((wave) =>
    wave.servers.flatMap(({ instanceId, sourceServerId, name }): readonly DrillInstanceView[] => {
      if (instanceId === undefined) return [];
      const gone = cleanUp?.terminated[instanceId];
      const until = gone?.at;
      const since =
        gone?.ranMinutes === undefined
          ? (wave.endedAt ?? wave.startedAt ?? startedAt)
          : gone.at - gone.ranMinutes * 60_000;
      const keeper = cleanUp?.keptBy ?? cleanUp?.kept[instanceId];
      const isKept = keeper !== undefined && gone === undefined;
      return [
        {
          ...{ instanceId, sourceServerId, name, since },
          ...(until !== undefined && { until }),
          state: gone !== undefined ? 'terminated' : isKept ? 'kept' : 'running',
          note: isKept ? `${keeper} keeps it` : (left.get(instanceId) ?? ''),
        },
      ];
    }),
  );
};

/** How long they ran, together, in hours; `now`, in epoch ms, for those that still run: without it they do not count. */
export const instanceHours = (
  instances: readonly Pick<DrillInstanceView, 'since' | 'until'>[],
  now?: number,
): number => {
  const ms = instances.reduce((sum, { since, until = now ?? since }) => sum + Math.max(0, until - since), 0);
  return Math.round((ms / hourMs) * 100) / 100;
};

const dueText = ({ policy, dueAt }: CleanUpView): string => {
  const at = dueAt === undefined ? '' : ` at ${dateAndTime(dueAt)} UTC`;
  return policy === 'ask' ? `an operator is asked${at}` : `they are terminated${at}`;
};

const queueNote = ({ queuedIn = [] }: CleanUpView): string =>
  queuedIn.length === 0 ? '' : ` Their end waits for the DRS quota of ${queuedIn.join(' and ')}.`;

/** Where the clean-up of a drill stands, in a sentence; undefined where nothing was said of it. */
export const cleanUpText = ({ cleanUp }: Pick<ExecutionView, 'cleanUp'>): string | undefined => {
  if (cleanUp === undefined) return undefined;
  const terminated = counted(Object.keys(cleanUp.terminated).length, 'instance');
  switch (cleanUp.status) {
    case 'AWAITED':
      return `The instances run on; ${dueText(cleanUp)}.`;
    case 'RUNNING':
      if (cleanUp.actions === 'running')
        return 'The actions before the clean-up run; no instance is terminated before they have succeeded.';
      if (cleanUp.undoing) return 'What the drill has reversed is being stopped and deleted.';
      return `The instances are being terminated: ${terminated} so far.${queueNote(cleanUp)}`;
    case 'COMPLETED': {
      const kept = Object.keys(cleanUp.kept).length;
      return `Cleaned up: ${terminated} terminated${kept === 0 ? '' : `, ${counted(kept, 'instance')} kept`}.`;
    }
    case 'FAILED':
      if (cleanUp.reason !== undefined)
        return `The clean-up did not go on, ${terminated} terminated: ${cleanUp.reason}.`;
      return `${counted(cleanUp.left.length, 'instance')} still running, ${terminated} terminated.`;
    case 'KEPT':
      return `${cleanUp.keptBy ?? 'Somebody'} keeps the instances.`;
  }
};
