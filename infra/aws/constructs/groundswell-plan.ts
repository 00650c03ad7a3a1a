import { Construct } from 'constructs';
import type { Plan } from '../../../contracts/plan.ts';
import { InputError } from '../../../services/faces/cli/input-error.ts';
import { readPlanFile } from '../../../services/faces/cli/plan-file.ts';
import { planProperties, StoredPlan } from '../stored-plan.ts';
import { builtCode } from './built-code.ts';
import * as z from 'zod';
import { faultsOf, PropsError } from './props.ts';
import { hubFaults, ofHub, type WithHubProps, withHubSchema } from './with-hub.ts';

export interface GroundswellPlanProps extends WithHubProps {
  /** The plan, in YAML or JSON; a relative path counts from the folder in which the app is synthesised. */
  readonly file: string;
}

const propsSchema = withHubSchema.extend({ file: z.string().min(1) });

/** The plan in the file, or everything that is wrong with it. */
const read = (file: string): { readonly plan: Plan } | { readonly faults: readonly string[] } => {
  try {
    const plan = readPlanFile(file);
    if (planProperties(plan) !== undefined) return { plan };
    return {
      faults: [`✖ ${file} is larger than CloudFormation hands on: store it by \`groundswell plan put\``],
    };
  } catch (error) {
    if (error instanceof InputError) return { faults: [error.message] };
    throw error;
  }
};

/**
 * A plan as a resource. The file is read and checked at synthesis, as `groundswell plan check` does it. A deployment
 * stores it as the next version, unless it is the newest already, and starts nothing. Versions are kept: a rollback
 * stores the plan before as a version of its own, and a plan whose resource is deleted stays. Throws a PropsError with
 * all faults, those of the file with their lines.
 */
export class GroundswellPlan extends Construct {
  readonly planId: string;
  /** The version that is stored, known at deployment. */
  readonly version: string;
  /** SHA-256 of the plan, which an approval names; known at deployment. */
  readonly hash: string;

  constructor(scope: Construct, id: string, props: GroundswellPlanProps) {
    super(scope, id);
    const faults = [...faultsOf(propsSchema, props), ...hubFaults(this, props)];
    const checked = typeof props.file === 'string' && props.file !== '' ? read(props.file) : { faults: [] };
    if ('faults' in checked) faults.push(...checked.faults);
    if (faults.length > 0 || !('plan' in checked))
      throw new PropsError('GroundswellPlan', this.node.path, faults);
    const { plan } = checked;
    const stored = new StoredPlan(this, 'Default', {
      ...{ plan, code: builtCode('store-plan') },
      ...ofHub(this, props, propsSchema.parse(props).logDays),
    });
    this.planId = plan.planId;
    this.version = stored.resource.getAttString('Version');
    this.hash = stored.resource.getAttString('Hash');
    // The table has to be there before anything is stored in it.
    if (props.hub !== undefined) stored.node.addDependency(props.hub.state);
  }
}
