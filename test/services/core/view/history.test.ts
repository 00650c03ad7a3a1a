import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewOf } from '../../../../services/core/view/fold.ts';
import { beginHistory, replanned, withEvents } from '../../../../services/core/view/history.ts';
import { inOrder } from '../../../../services/core/view/order.ts';
import { drillOf } from '../../../support/view-drill.ts';

const { planned, events } = drillOf({ waves: 6, serversOfWave: 2 });
const whole = viewOf(planned, events);

describe('the history of an execution', () => {
  it('shows the same however the events arrive: in any order, in any parts, more than once', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...events], { minLength: events.length }),
        fc.array(fc.nat(events.length - 1), { maxLength: 20 }),
        fc.integer({ min: 1, max: 9 }),
        (shuffled, again, size) => {
          const arriving = [...shuffled, ...again.map((index) => events[index]!)];
          let history = beginHistory(planned);
          for (let from = 0; from < arriving.length; from += size)
            history = withEvents(history, arriving.slice(from, from + size));
          expect(history.events).toEqual(inOrder(events));
          expect(history.view).toEqual(whole);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });

  it('is the very same when nothing new arrives', () => {
    const history = withEvents(beginHistory(planned), events);
    expect(withEvents(history, events.slice(3, 9))).toBe(history);
  });

  it('leaves the waves alone that a further event does not concern', () => {
    const history = withEvents(beginHistory(planned), events.slice(0, -3));
    const { view } = withEvents(history, events.slice(-3));
    const unchanged = view.waves.filter((wave, index) => wave === history.view.waves[index]);
    expect(unchanged.length).toBe(view.waves.length - 1);
  });

  it('is folded anew onto another plan', () => {
    const history = withEvents(beginHistory({ ...planned, waves: [] }), events);
    expect(replanned(history, planned).view).toEqual(whole);
  });
});
