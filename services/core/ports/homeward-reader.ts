import type { Target } from '../../../contracts/plan.ts';
import type { RecordedMachine, ReplicatedServer } from '../domain/homeward-server.ts';

/** What the launch template says of the next launch of a source server. */
export interface LaunchSettings {
  readonly subnetId?: string;
  readonly securityGroupIds: readonly string[];
  /** Its name or ARN. */
  readonly instanceProfile?: string;
}

/** What DRS and EC2 say of servers on their way home, in either place. Changes nothing; throws to be asked again. */
export interface HomewardReader {
  /** All pages; every source server of the account and Region, of both directions. */
  servers(target: Target): Promise<readonly ReplicatedServer[]>;
  /** The recovery instances of these source servers, 200 a call, without those that are terminated or gone. */
  machines(target: Target, sourceServerIds: readonly string[]): Promise<readonly RecordedMachine[]>;
  /** The default version of the launch template from which a source server is launched; undefined where it has none. */
  launchSettings(target: Target, sourceServerId: string): Promise<LaunchSettings | undefined>;
}
