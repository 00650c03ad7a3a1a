import type { Target } from '../../../contracts/plan.ts';

/** A source server with the names that its machine gives itself. DRS: SourceServer, identificationHints. */
export interface SourceHost {
  readonly sourceServerId: string;
  readonly hostname?: string;
  readonly fqdn?: string;
}

/** All source servers of a target, whatever their number. */
export type HostNames = (target: Target) => Promise<readonly SourceHost[]>;
