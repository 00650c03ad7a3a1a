import type { DomainEvent } from '../../../contracts/catalogue.ts';
import type { Metadata } from '../../../contracts/envelope.ts';
import type { Severity } from '../../../contracts/notice.ts';
import type { DecisionView, ExecutionView } from './execution-view.ts';

export type FactData = { readonly [Event in DomainEvent as Event['type']]: Event['data'] };
export type FactName = keyof FactData;

/** An event of this name; of any name, the same as a domain event. */
export type EventNamed<Name extends FactName = FactName> = {
  readonly [Each in Name]: {
    readonly type: Each;
    readonly data: FactData[Each];
    readonly metadata: Metadata;
  };
}[Name];

/** What an event is to people: all that is shown of it anywhere starts here. */
export interface EventView<Data> {
  /** The execution after it, said at `at` (epoch ms). */
  readonly fold: (view: ExecutionView, data: Data, at: number) => ExecutionView;
  /** What it says beyond its name, in a few words. */
  readonly gist: (data: Data) => string;
  /** What went wrong, in a sentence of the report. */
  readonly problem?: (data: Data) => string | undefined;
  /** Who decided what, in the execution as it was before. */
  readonly decision?: (data: Data, before: ExecutionView) => Omit<DecisionView, 'at'> | undefined;
  /** How urgently people are notified; without it no one is. */
  readonly severity?: (data: Data) => Severity | undefined;
}

export type EventViews = { readonly [Name in FactName]: EventView<FactData[Name]> };
