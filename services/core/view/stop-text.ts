import type { Plan } from '../../../contracts/plan.ts';

/** What a plan's alarms do to an execution, a line for each of its entries. */
export const stopTexts = ({
  stopWhen = [],
  targets,
}: Pick<Plan, 'stopWhen' | 'targets'>): readonly string[] =>
  stopWhen.map(({ alarms, do: what, target }) => {
    const { account, region } = (target === undefined ? undefined : targets[target]) ?? {};
    const place = account === undefined ? 'where Groundswell is deployed' : `in ${account}/${region ?? ''}`;
    return `${alarms.join(' or ')} ${place}: ${what}s a drill, and is reported in a recovery`;
  });
