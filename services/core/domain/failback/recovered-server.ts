import type { Target } from '../../../../contracts/plan.ts';

/** A server that an execution has recovered. */
export interface RecoveredServer {
  readonly waveId: string;
  readonly target: Target;
  readonly sourceServerId: string;
  readonly name: string;
  readonly instanceId: string;
}
