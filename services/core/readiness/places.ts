import type { Fault } from '../../../contracts/execution-events.ts';
import type { Target } from '../../../contracts/plan.ts';
import { groupBy } from '../kernel/group-by.ts';
import { allSettled } from './in-parallel.ts';
import { unreadable } from './lasting-error.ts';
import { targetKey } from './target-facts.ts';

/** These accounts and Regions, each once. */
export const distinctPlaces = (targets: readonly Target[]): readonly Target[] => [
  ...new Map(targets.map((target) => [targetKey(target), target])).values(),
];

/**
 * Asks each place once, side by side, and gives the answers by `account/region`. A place that cannot be read is a fault
 * beside the others; `faultOf` throws where asking again may help.
 */
export const askPlaces = async <Answer>(
  targets: readonly Target[],
  ask: (target: Target) => Promise<Answer>,
  faultOf: (target: Target, error: unknown) => Fault = unreadable,
): Promise<{ readonly answers: ReadonlyMap<string, Answer>; readonly faults: readonly Fault[] }> => {
  const answers = new Map<string, Answer>();
  const faults: Fault[] = [];
  await allSettled(
    distinctPlaces(targets).map(async (target) => {
      try {
        answers.set(targetKey(target), await ask(target));
      } catch (error) {
        faults.push(faultOf(target, error));
      }
    }),
  );
  return { answers, faults };
};

/** Asks each place about all that stands there, side by side. */
export const askByPlace = async <Item extends { readonly target: Target }, Answer>(
  items: readonly Item[],
  ask: (target: Target, own: readonly Item[]) => Promise<Answer>,
): Promise<readonly Answer[]> =>
  allSettled(
    [...groupBy(items, ({ target }) => targetKey(target)).values()].flatMap(([first, ...others]) =>
      first === undefined ? [] : [ask(first.target, [first, ...others])],
    ),
  );
