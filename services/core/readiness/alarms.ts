import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import { usedBy } from '../domain/actions/kinds.ts';
import type { Closing } from '../domain/graph.ts';
import { targetOfAction } from '../domain/wave/wave.ts';
import type { AlarmReader } from '../ports/alarm-reader.ts';
import { frozenActions, type FrozenAction } from './frozen-actions.ts';
import { judgeActions, type Judgement } from './judged-actions.ts';
import { targetKey } from './target-facts.ts';
import { reasonOf } from './reason-of.ts';

/** DescribeAlarms. */
const namesMax = 100;

interface Asked extends FrozenAction {
  readonly target: Target;
  readonly names: readonly string[];
}

type Reading = { readonly known: ReadonlySet<string> } | { readonly why: string };

const readAll = async (reader: AlarmReader, target: Target, names: readonly string[]): Promise<Reading> => {
  const known = new Set<string>();
  try {
    for (let from = 0; from < names.length; from += namesMax)
      for (const { name } of await reader.read(target, names.slice(from, from + namesMax))) known.add(name);
    return { known };
  } catch (error) {
    return { why: reasonOf(error) };
  }
};

const faultsOf = ({ at, names, target }: Asked, reading: Reading): readonly Fault[] => {
  const place = `${target.account}/${target.region}`;
  if ('why' in reading)
    return [
      {
        path: `${at}.alarms`,
        message: `CloudWatch in ${place} does not say which alarms there are: ${reading.why}`,
        expected: 'alarms that can be read (cloudwatch:DescribeAlarms)',
      },
    ];
  return names
    .filter((name) => !reading.known.has(name))
    .map((name) => ({
      path: `${at}.alarms`,
      message: `there is no alarm ${name} in ${place}`,
      expected: 'an alarm that exists where the action looks',
    }));
};

/**
 * Asks CloudWatch, wherever actions wait for alarms, whether these exist. In a recovery it warns and no more where
 * CloudWatch does not say, or where the action's failure would be passed over all the same.
 */
export const checkAlarms = async (
  reader: AlarmReader,
  plan: Plan,
  frozen: { readonly waves: readonly FrozenWave[]; readonly closing: Closing },
  mode: Mode,
): Promise<Judgement> => {
  const asked = frozenActions(plan, frozen, mode).flatMap((placed): Asked[] => {
    const { alarms: names = [] } = usedBy(placed.action);
    return names.length === 0
      ? []
      : [{ ...placed, names, target: targetOfAction(placed.wave, placed.action) }];
  });
  const namesAt = (place: string): readonly string[] => [
    ...new Set(asked.flatMap(({ target, names }) => (targetKey(target) === place ? names : []))),
  ];
  return judgeActions(
    {
      about: 'alarm',
      keyOf: ({ target }) => targetKey(target),
      read: ({ target }) => readAll(reader, target, namesAt(targetKey(target))),
      faultsOf,
      isUnknown: (reading) => 'why' in reading,
    },
    asked,
    mode,
  );
};
