import { counted } from '../../core/view/words.ts';
import type { EventNamed } from '../../core/view/event-view.ts';
import { command, leftMax, type Saying } from './saying.ts';

export const drillCommands = (id: string, choices: readonly string[]): readonly string[] =>
  choices.flatMap((choice) => {
    if (choice === 'extend') return [command('extend', id, '--minutes', '60')];
    return choice === 'clean-up' || choice === 'keep' ? [command(choice, id)] : [];
  });

export const ofCleanUp = (
  event: EventNamed<'CleanUpStarted'> | EventNamed<'CleanUpCompleted'> | EventNamed<'CleanUpFailed'>,
  id: string,
): Saying => {
  if (event.type === 'CleanUpStarted') {
    const { decidedBy, actions } = event.data;
    const only = 'Only what this drill launched is terminated; its end is reported.';
    return {
      title: 'The instances of the drill are being terminated',
      meaning: decidedBy === undefined ? 'As the plan says.' : `${decidedBy.by} asked for it.`,
      next: actions === 'first' ? `First the plan’s actions before that have to succeed. ${only}` : only,
      commands: [command('keep', id)],
    };
  }
  const { terminated, kept, instanceHours } = event.data;
  const ran = `${counted(terminated, 'instance')} terminated, after ${counted(instanceHours, 'instance-hour')}.`;
  if (event.type === 'CleanUpCompleted')
    return {
      title: 'The drill is cleaned up',
      meaning: kept === 0 ? ran : `${ran} ${counted(kept, 'instance')} kept.`,
      next: 'Nothing else of the drill is running.',
    };
  const { left, leftCount, reason: unseen, actions } = event.data;
  if (actions !== undefined)
    return {
      title: 'No instance of the drill is terminated: the actions before that did not succeed',
      meaning: `${ran} ${unseen ?? ''}.`,
      next: 'Ask for the clean-up again once they can succeed, do without them, or keep the instances.',
      commands: [...drillCommands(id, ['clean-up', 'keep']), command('clean-up', id, '--skip-actions')],
    };
  if (unseen !== undefined)
    return {
      title: 'The instances of the drill cannot be looked at',
      meaning: `${ran} ${unseen}.`,
      next: 'Nothing more is terminated. Allow it, and ask for the clean-up again, or keep the instances.',
      commands: drillCommands(id, ['clean-up', 'keep']),
    };
  const told = left.slice(0, leftMax).map(({ instanceId, reason }) => `${instanceId}: ${reason}.`);
  const more = leftCount > told.length ? [`And ${leftCount - told.length} more.`] : [];
  return {
    title: `${counted(leftCount, 'instance')} of the drill still running`,
    meaning: [ran, ...told, ...more].join(' '),
    next: 'Remove the obstacle and ask for the clean-up again, or keep the instances.',
    commands: [
      ...left.slice(0, leftMax).flatMap(({ command: removing }) => removing ?? []),
      ...drillCommands(id, ['clean-up', 'keep']),
    ],
  };
};

export const ofDrill = (event: EventNamed<'DrillExtended'> | EventNamed<'DrillKept'>, id: string): Saying => {
  const { by, reason } = event.data;
  const meaning = `By ${by}${reason === '' ? '' : `: ${reason}`}.`;
  if (event.type === 'DrillExtended')
    return {
      title: `The instances of the drill run until ${event.data.dueAt}`,
      meaning,
      next: 'Then their clean-up is due.',
      commands: drillCommands(id, ['clean-up', 'keep']),
    };
  const { instances } = event.data;
  return {
    title: `${instances === undefined ? 'The instances' : counted(instances.length, 'instance')} of the drill ${instances?.length === 1 ? 'is' : 'are'} kept`,
    meaning,
    next: 'No clean-up ends what is kept, until somebody asks for that.',
  };
};
