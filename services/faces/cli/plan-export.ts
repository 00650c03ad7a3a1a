import { stringify } from 'yaml';
import type { Plan, Target } from '../../../contracts/plan.ts';
import { hashOf, sha256 } from '../../core/kernel/canonical.ts';
import type { NativePlans } from '../../core/ports/native-plans.ts';
import { counted } from '../../core/view/words.ts';
import { connect, connectCheck } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { InputError } from './input-error.ts';
import { standingOf, stepLines } from './export/compare.ts';
import { type NativePlan, nativePlanOf } from './export/native-plan.ts';
import { exitCodes } from './help.ts';
import { foundPlan } from './named-plan.ts';

export interface PlanExportOptions extends ConnectionOptions {
  readonly to: 'drs' | 'json' | 'yaml';
  readonly planVersion?: number;
  readonly dryRun?: boolean;
}

/** DRS takes tokens of at most 64 characters; the same step of the same plan has the same one, whoever asks and whenever. */
const tokenOf = (native: NativePlan, what: string): string =>
  sha256(`${hashOf(native)} ${what}`).slice(0, 64);

interface Destination {
  readonly plans: NativePlans;
  readonly target: Target;
}

/**
 * Creates what is missing, step by step. If it dies on any line, the next run finds the beginning and goes on
 * behind it; a step whose answer was lost is there already, or is made by the same token.
 */
const create = async (
  native: NativePlan,
  stepsThere: number,
  arn: string | undefined,
  { plans, target }: Destination,
): Promise<string> => {
  const { name, description } = native;
  const { recoveryPlanArn } =
    arn === undefined
      ? await plans.create(target, { name, description, clientToken: tokenOf(native, 'plan') })
      : { recoveryPlanArn: arn };
  for (const [index, step] of native.steps.entries())
    if (index >= stepsThere)
      await plans.append(target, {
        recoveryPlanArn,
        ...step,
        clientToken: tokenOf(native, `step ${index + 1}`),
      });
  return recoveryPlanArn;
};

const toDrs = async (
  native: NativePlan,
  destination: Destination,
  isDry: boolean,
  console: Console,
): Promise<number> => {
  const { plans, target } = destination;
  const steps = counted(native.steps.length, 'step');
  const place = `${target.account}/${target.region}`;
  const found = (await plans.list(target)).filter(({ name }) => name === native.name);
  const [there, ...others] = found;
  if (others.length > 0) {
    console.warn(
      `DRS has ${found.length} plans named ${native.name} in ${place}. Nothing was changed. Delete all but one of them.`,
    );
    return exitCodes.failed;
  }
  const standing =
    there === undefined ? undefined : standingOf(native, await plans.read(target, there.recoveryPlanArn));
  if (standing?.kind === 'in step') {
    console.print(`in step: ${there?.recoveryPlanArn ?? ''} has the ${steps} of ${native.name}.`);
    return exitCodes.done;
  }
  if (standing?.kind === 'differs') {
    console.print(
      [`differs: ${there?.recoveryPlanArn ?? ''}`, ...standing.differences.map((line) => `  ${line}`)].join(
        '\n',
      ),
    );
    console.warn('Nothing was changed. Delete or rename that plan in DRS, and export again.');
    return exitCodes.failed;
  }
  const stepsThere = standing?.stepsThere ?? 0;
  const begun = stepsThere === 0 ? '' : `; ${stepsThere} of them are there`;
  if (isDry) {
    console.print(
      [`Would create ${native.name} in ${place}, ${steps}${begun}:`, ...stepLines(native)].join('\n'),
    );
    return exitCodes.done;
  }
  const arn = await create(native, stepsThere, there?.recoveryPlanArn, destination);
  console.print(
    `created: ${arn} has the ${steps} of ${native.name}${begun === '' ? '' : ', the missing ones now'}.`,
  );
  return exitCodes.done;
};

const asText = (plan: Plan, to: 'json' | 'yaml'): string =>
  to === 'json' ? JSON.stringify(plan, null, 2) : stringify(plan).trimEnd();

/** A plan, by its file or its name, as one of DRS's own recovery plans, or written out with everything that it leaves to defaults. */
export const planExport = async (
  subject: string,
  options: PlanExportOptions,
  console: Console,
): Promise<number> => {
  const plan = await foundPlan(connect(options).store, subject, options.planVersion);
  if (typeof plan === 'string') {
    console.warn(plan);
    return exitCodes.invalid;
  }
  if (options.to !== 'drs') {
    console.print(asText(plan, options.to));
    return exitCodes.done;
  }
  const { home, partition, nativePlans } = await connectCheck(options);
  const exported = nativePlanOf(plan, home, partition);
  if ('faults' in exported)
    throw new InputError(
      `${plan.planId} is more than a recovery plan of DRS can say`,
      subject,
      exported.faults,
    );
  const { native, target } = exported;
  return toDrs(native, { plans: nativePlans, target }, options.dryRun === true, console);
};
