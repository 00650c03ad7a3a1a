import { functionName } from '../../../../infra/topology.ts';
import type { Target } from '../../../../contracts/plan.ts';
import type { PlanVersion } from '../../../core/domain/plan-version.ts';
import { groupBy } from '../../../core/kernel/group-by.ts';
import type { AlarmFact, AlarmReader } from '../../../core/ports/alarm-reader.ts';
import type { Deployment } from '../../../core/ports/deployment.ts';
import { frozenStops } from '../../../core/readiness/stop-alarms.ts';
import { counted } from '../../../core/view/words.ts';
import { asked, fault, type Finding, ok, warning } from './finding.ts';

const check = 'stopWhen';
/** DescribeAlarms takes 100 names. */
const namesMax = 100;

interface Named {
  readonly name: string;
  readonly planId: string;
  readonly target: Target;
}

const placeOf = ({ account, region }: Target): string => `${account}/${region}`;

const namedIn = (plans: readonly PlanVersion[], home: Target): readonly Named[] =>
  plans.flatMap(({ planId, plan }) =>
    frozenStops(plan, home).flatMap(({ alarms, target }) => alarms.map((name) => ({ name, planId, target }))),
  );

/** Whether the functions may ask at home; elsewhere they ask in the role of the target. */
const roleFindings = async (
  { deniedActions }: Deployment,
  { region }: Target,
): Promise<readonly Finding[]> => {
  const asking = [{ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }];
  const roles = ['accept-execution', 'run-actions'] as const;
  const findings = await Promise.all(
    roles.map(async (service): Promise<readonly Finding[]> => {
      const role = `${functionName(service)}-${region}`;
      const denied = await deniedActions(role, asking, 'itself');
      return denied.length === 0
        ? []
        : [
            fault(
              check,
              `${role} lacks ${denied.join(', ')}: it hears of no alarm`,
              'deploy again: npm run deploy',
            ),
          ];
    }),
  );
  return findings.flat();
};

const inPlace = async (alarms: AlarmReader, named: readonly Named[]): Promise<readonly Finding[]> => {
  const [first] = named;
  if (first === undefined) return [];
  const { target } = first;
  const plansOf = groupBy(named, ({ name }) => name);
  const names = [...plansOf.keys()];
  const seen: AlarmFact[] = [];
  for (let at = 0; at < names.length; at += namesMax)
    seen.push(...(await alarms.read(target, names.slice(at, at + namesMax))));
  return names.flatMap((name): Finding[] => {
    const plans = [...new Set((plansOf.get(name) ?? []).map(({ planId }) => planId))].join(', ');
    const known = seen.find((each) => each.name === name);
    if (known === undefined)
      return [
        fault(
          check,
          `there is no alarm ${name} in ${placeOf(target)}: no drill of ${plans} starts`,
          'create it there, or take it out of the plan',
        ),
      ];
    return known.state === 'ALARM'
      ? [
          warning(
            check,
            `${name} in ${placeOf(target)} is in ALARM: no drill of ${plans} starts until it is not`,
            'see to what it tells of',
          ),
        ]
      : [];
  });
};

/** Every alarm that stops a drill of a stored plan is where the plan says, and may be read there. */
export const stopAlarmsCheck = async (
  alarms: AlarmReader,
  deployment: Deployment,
  plans: readonly PlanVersion[],
  home: Target,
): Promise<readonly Finding[]> => {
  const named = namedIn(plans, home);
  if (named.length === 0) return [ok(check, 'no stored plan names alarms that stop it')];
  const places = [...groupBy(named, ({ target }) => placeOf(target)).values()];
  const findings = await Promise.all([
    roleFindings(deployment, home),
    ...places.map(async (own) => {
      const found = await asked(check, () => inPlace(alarms, own));
      const place = own[0] === undefined ? '' : placeOf(own[0].target);
      return found.map((each) =>
        each.message.includes(place) ? each : { ...each, message: `${place}: ${each.message}` },
      );
    }),
  ]);
  return findings.flat().length > 0
    ? findings.flat()
    : [
        ok(
          check,
          `${counted(named.length, 'alarm')} in ${places.map(([each]) => (each === undefined ? '' : placeOf(each.target))).join(', ')} can stop drills`,
        ),
      ];
};
