import { cleanUpText, drillInstances, instanceHours } from '../../../core/view/clean-up-text.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { isOver } from '../../../core/view/fold.ts';
import { byName } from '../../../core/view/order.ts';
import { dateAndTime, durationText } from '../../../core/view/time-text.ts';
import { counted } from '../../../core/view/words.ts';
import { mayDecide } from './caller.ts';
import { Decision } from './decision.tsx';
import { capitalized } from './signs.tsx';
import { ScrolledTable } from './scrolled-table.tsx';

/** What can be decided of the instances as they stand. */
const wordsFor = ({ cleanUp }: ExecutionView) => {
  switch (cleanUp?.status) {
    case 'AWAITED':
      return ['keep', 'extend', 'clean-up'] as const;
    case 'KEPT':
      return ['clean-up-kept'] as const;
    case 'COMPLETED':
      return [] as const;
    case 'RUNNING':
      return ['keep'] as const;
    case 'FAILED':
      return cleanUp.actions === 'failed'
        ? (['keep', 'clean-up', 'clean-up-without'] as const)
        : (['keep', 'clean-up'] as const);
    case undefined:
      return ['keep', 'clean-up'] as const;
  }
};

interface DrillInstancesProps {
  readonly view: ExecutionView;
  readonly now: number;
  readonly isReplay: boolean;
}

/** What an ended drill has launched, what of it still runs and since when, and what becomes of it. */
export const DrillInstances = ({ view, now, isReplay }: DrillInstancesProps) => {
  const instances = drillInstances(view);
  if (!isOver(view) || instances.length === 0) return null;
  const running = instances.filter(({ state }) => state !== 'terminated');
  return (
    <section class="panel" aria-labelledby="instances-title">
      <h2 id="instances-title">Instances of the drill</h2>
      <p>
        {cleanUpText(view) ?? 'The instances run on until somebody asks for their clean-up.'}{' '}
        {counted(running.length, 'instance')} running, {instanceHours(instances, now)} instance-hours so far.
      </p>
      <ScrolledTable
        name={{ heading: 'instances-title' }}
        head={['Server', 'Instance', 'State', 'Since (UTC)', 'Ran for', 'Note']}
      >
        {byName(instances).map(({ instanceId, name, state, since, until, note }) => (
          <tr key={instanceId}>
            <td>{name}</td>
            <td class="code">{instanceId}</td>
            <td>{capitalized(state)}</td>
            <td>{dateAndTime(since)}</td>
            <td>{durationText((until ?? now) - since)}</td>
            <td>{note}</td>
          </tr>
        ))}
      </ScrolledTable>
      {!isReplay && running.length > 0 && mayDecide(view) && (
        <div class="buttons">
          {wordsFor(view).map((word) => (
            <Decision key={word} view={view} word={word} />
          ))}
        </div>
      )}
    </section>
  );
};
