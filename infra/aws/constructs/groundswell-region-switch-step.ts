import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type * as z from 'zod';
import { RegionSwitchStep } from '../region-switch-step.ts';
import { stepSettingsSchema } from '../settings.ts';
import { builtCode } from './built-code.ts';
import { faultsOf, PropsError } from './props.ts';
import { hubFaults, ofHub, type WithHubProps, withHubSchema } from './with-hub.ts';

export interface GroundswellRegionSwitchStepProps extends WithHubProps {
  /** The id of the stored plan that the step runs, at most 38 characters. */
  readonly plan: string;
  /** How the step runs it. Default: `RECOVERY`. */
  readonly mode?: 'DRILL' | 'RECOVERY';
}

const propsSchema = withHubSchema.extend(stepSettingsSchema.shape);

/**
 * A custom action of ARC Region switch: `function` requests an execution of the plan, answers with an error while it
 * runs, and is done when it has COMPLETED. Throws a PropsError with all faults.
 */
export class GroundswellRegionSwitchStep extends Construct {
  /** What the Region switch plan names; its execution role needs lambda:InvokeFunction and lambda:GetFunction on it. */
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: GroundswellRegionSwitchStepProps) {
    super(scope, id);
    const faults = [...faultsOf(propsSchema, props), ...hubFaults(this, props)];
    if (faults.length > 0) throw new PropsError('GroundswellRegionSwitchStep', this.node.path, faults);
    const { plan, mode, logDays }: z.infer<typeof propsSchema> = propsSchema.parse(props);
    const step = { plan, mode };
    const code = builtCode('region-switch-step');
    this.function = new RegionSwitchStep(this, 'Default', {
      ...{ step, code },
      ...ofHub(this, props, logDays),
    }).function;
  }
}
