import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { targetFaults } from './target-faults.ts';

/** What is wrong with the alarms of a plan that their schema cannot say. */
export const stopFaults = (plan: Plan): readonly Fault[] => {
  const { stopWhen = [] } = plan;
  const named = stopWhen.flatMap(({ alarms, target = '' }, entry) =>
    alarms.map((name, index) => ({
      key: `${target}/${name}`,
      name,
      path: `stopWhen[${entry}].alarms[${index}]`,
    })),
  );
  return [
    ...stopWhen.flatMap(({ target }, index) => targetFaults(plan, target, `stopWhen[${index}].target`)),
    ...named.flatMap(({ key, name, path }, index) => {
      const first = named.findIndex((each) => each.key === key);
      return first === index
        ? []
        : [
            {
              path,
              message: `alarm ${name} is also at ${named[first]?.path}`,
              expected: 'each alarm once in a place',
            },
          ];
    }),
  ];
};
