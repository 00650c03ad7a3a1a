export { GroundswellHub, type GroundswellHubProps } from './groundswell-hub.ts';
export { GroundswellPlan, type GroundswellPlanProps } from './groundswell-plan.ts';
export {
  GroundswellRegionSwitchStep,
  type GroundswellRegionSwitchStepProps,
} from './groundswell-region-switch-step.ts';
export { GroundswellTarget, type GroundswellTargetProps, type HubOfTarget } from './groundswell-target.ts';
export { PropsError } from './props.ts';
