import type { Fault, FrozenStop, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import type { AlarmFact, AlarmReader } from '../ports/alarm-reader.ts';
import { inParallel } from './in-parallel.ts';
import { type Judgement, judgementOf } from './judged-actions.ts';
import { reasonOf } from './reason-of.ts';

const atOnce = 5;

/** What a plan says of alarms, as it will run: each with the place in which it stands. */
export const frozenStops = ({ stopWhen = [], targets }: Plan, home: Target): readonly FrozenStop[] =>
  stopWhen.map((each) => ({
    ...{ alarms: each.alarms, do: each.do },
    target: each.target === undefined ? home : (targets[each.target] ?? home),
  }));

const faultsOf = (
  { alarms: names, target }: FrozenStop,
  path: string,
  seen: readonly AlarmFact[],
): readonly Fault[] => {
  const place = `${target.account}/${target.region}`;
  return names.flatMap((name): readonly Fault[] => {
    const known = seen.find((each) => each.name === name);
    if (known === undefined)
      return [
        { path, message: `there is no alarm ${name} in ${place}`, expected: 'an alarm that exists there' },
      ];
    return known.state === 'ALARM'
      ? [
          {
            path,
            message: `alarm ${name} in ${place} has been in ALARM since ${new Date(known.since).toISOString()}`,
            expected: 'an alarm that can still rise: OK or INSUFFICIENT_DATA',
          },
        ]
      : [];
  });
};

const judge = async (reader: AlarmReader, stop: FrozenStop, path: string): Promise<readonly Fault[]> => {
  try {
    return faultsOf(stop, path, await reader.read(stop.target, stop.alarms));
  } catch (error) {
    const { account, region } = stop.target;
    const why = reasonOf(error);
    return [
      {
        path,
        message: `CloudWatch in ${account}/${region} does not say how its alarms are: ${why}`,
        expected: 'alarms that can be read (cloudwatch:DescribeAlarms)',
      },
    ];
  }
};

/**
 * Asks CloudWatch for the alarms that stand for the whole execution: a drill that they could not stop, or would stop at
 * once, does not start. A recovery, which they never stop, is warned.
 */
export const checkStopAlarms = async (
  reader: AlarmReader,
  stops: readonly FrozenStop[],
  [first]: readonly FrozenWave[],
  mode: Mode,
): Promise<Judgement> => {
  const judged = await inParallel([...stops.entries()], atOnce, ([index, stop]) =>
    judge(reader, stop, `stopWhen[${index}].alarms`),
  );
  return first === undefined
    ? { faults: judged.flat(), findings: [] }
    : judgementOf('alarm', [{ wave: first, faults: judged.flat(), isWarning: mode === 'RECOVERY' }]);
};
