import { Stack } from 'aws-cdk-lib';
import { type ManagedPolicy, type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { functionName } from '../topology.ts';
import type { ServiceName } from '../../contracts/services.ts';
import type { Acknowledged } from './acknowledge.ts';
import { allowRole } from './managed-policies.ts';

/** A role by its full name, since targets trust it by name. The Region keeps two hubs in one account apart. */
export const roleName = (service: ServiceName, region: string): string =>
  `${functionName(service)}-${region}`;

export interface ServiceRoleProps {
  readonly service: ServiceName;
  /** Everything it may do. */
  readonly statements: readonly PolicyStatement[];
  /** What of that is wider than one resource, and why. */
  readonly wildcards: readonly Acknowledged[];
}

/**
 * The role of one function, with managed policies that say everything it may do. Constructs get the role
 * without the ability to add to it: a grant that nobody wrote down here would be none.
 */
export class ServiceRole extends Construct {
  readonly role: Role;
  /** What has to be there before Lambda is asked to check the role. */
  readonly policies: readonly ManagedPolicy[];

  constructor(scope: Construct, id: string, { service, statements, wildcards }: ServiceRoleProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.role = new Role(this, 'Role', {
      roleName: roleName(service, region),
      description: `What ${service} runs as`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    this.policies = allowRole(this, this.role, statements, wildcards);
  }
}
