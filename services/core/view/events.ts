import type { DomainEvent } from '../../../contracts/catalogue.ts';
import { isCleanUpStream } from '../../../contracts/clean-up-stream.ts';
import type { Severity } from '../../../contracts/notice.ts';
import { without } from './changes.ts';
import type { EventNamed, EventViews, FactName } from './event-view.ts';
import { actionEvents } from './events/actions.ts';
import { cleanUpEvents } from './events/clean-up.ts';
import { controlEvents } from './events/control.ts';
import { homewardEvents } from './events/homeward.ts';
import { intakeEvents } from './events/intake.ts';
import { jobEvents } from './events/jobs.ts';
import { waveEvents } from './events/waves.ts';
import type { ExecutionView } from './execution-view.ts';

const told = {
  ...intakeEvents,
  ...waveEvents,
  ...jobEvents,
  ...actionEvents,
  ...controlEvents,
  ...cleanUpEvents,
  ...homewardEvents,
};

/** Every event of an execution and of its waves, each described once. One that is forgotten does not compile. */
const views: EventViews = told;

/** The events people are notified of. */
export type NoticedName = {
  [Name in FactName]: 'severity' extends keyof (typeof told)[Name] ? Name : never;
}[FactName];

/** Whether an event has a severity, and people are notified of it by the rules. */
export const isNoticedName = (name: FactName): name is NoticedName => 'severity' in views[name];

export const isFactName = (name: string): name is FactName => Object.hasOwn(views, name);

/** The wave that an event is about, or whose stream it stands in. */
export const waveIdOf = ({ data, metadata }: DomainEvent): string | undefined => {
  if ('waveId' in data && data.waveId !== undefined) return data.waveId;
  if (isCleanUpStream(metadata.stream)) return undefined;
  return metadata.stream.slice(metadata.executionId.length + 1) || undefined;
};

/** What an event says beyond its name, in a few words. */
export const gistOf = <Name extends FactName>({ type, data }: EventNamed<Name>): string =>
  views[type].gist(data);

/** How urgently people are notified; undefined for the small steps in between. */
export const severityOf = <Name extends FactName>({ type, data }: EventNamed<Name>): Severity | undefined =>
  views[type].severity?.(data);

const shownBy = <Name extends FactName>(
  { type, data, metadata }: EventNamed<Name>,
  before: ExecutionView,
) => ({
  after: views[type].fold(before, data, Date.parse(metadata.emittedAt)),
  decision: views[type].decision?.(data, before),
  problem: views[type].problem?.(data),
});

/** The execution after one more event. */
export const foldEvent = (before: ExecutionView, event: DomainEvent): ExecutionView => {
  const at = event.metadata.emittedAt;
  const { after, decision, problem } = shownBy(event, before);
  const waveId = waveIdOf(event);
  const where =
    waveId !== undefined
      ? `wave ${waveId}`
      : isCleanUpStream(event.metadata.stream)
        ? 'clean-up'
        : 'execution';
  return {
    // What was refused is told until the next decision.
    ...(decision !== undefined && event.type !== 'DecisionRefused' ? without(after, 'refusal') : after),
    ...(decision && { decisions: [...after.decisions, { at, ...decision }] }),
    ...(problem !== undefined && { problems: [...after.problems, { at, where, what: problem }] }),
  };
};
