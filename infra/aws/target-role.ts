import {
  ArnPrincipal,
  CompositePrincipal,
  ManagedPolicy,
  type PolicyStatement,
  type PrincipalBase,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Aws, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { functionName } from '../topology.ts';
import { acknowledge } from './acknowledge.ts';
import { documentWildcards, wildcardsOf } from './wildcards.ts';
import { recoveryDuties, type RecoverySettings } from './drs-permissions.ts';
import { roleName } from './service-role.ts';
import type { TargetSettings } from './settings.ts';

const targetRoleName = (targetRegion: string, hubRegion: string): string =>
  `groundswell-target-${targetRegion}-of-${hubRegion}`;

/** What a plan's target names as its role. */
export const targetRoleArn = (
  { account, region }: TargetSettings,
  hubRegion: string,
  partition: string,
): string => `arn:${partition}:iam::${account}:role/${targetRoleName(region, hubRegion)}`;

export interface TargetRoleProps extends RecoverySettings {
  readonly target: TargetSettings;
  readonly hub: { readonly account: string; readonly region: string };
}

/** Narrows a statement to sessions of one function. IAM user guide: "aws:userid" is the role's id and the session's name. */
const forSession = (service: string, statement: PolicyStatement): PolicyStatement => {
  const copy = statement.copy({ sid: `${pascal(service)}${statement.sid ?? ''}` });
  copy.addCondition('StringLike', { 'aws:userid': `*:${functionName(service)}` });
  return copy;
};

const pascal = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const trusted = (service: string, target: TargetSettings, hub: TargetRoleProps['hub']): PrincipalBase => {
  const arn = `arn:${Aws.PARTITION}:iam::${hub.account}:role/${roleName(service, hub.region)}`;
  return new ArnPrincipal(arn).withConditions({
    StringEquals: { 'sts:ExternalId': target.externalId, 'sts:RoleSessionName': functionName(service) },
  });
};

/**
 * The role in a target that the hub's functions assume. Each may come in only under its own name, with the
 * external id, and may do here only what it does at home: one role, and still one function that starts recoveries.
 */
export class TargetRole extends Construct {
  constructor(scope: Construct, id: string, { target, hub, ...settings }: TargetRoleProps) {
    super(scope, id);
    const place = { partition: Aws.PARTITION, region: target.region, account: target.account };
    const duties = Object.entries(recoveryDuties(place, settings));
    const role = new Role(this, 'Role', {
      roleName: targetRoleName(target.region, hub.region),
      description: `Assumed by Groundswell in ${hub.account}, ${hub.region}`,
      assumedBy: new CompositePrincipal(...duties.map(([service]) => trusted(service, target, hub))),
    });
    const policy = new ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: duties.flatMap(([service, statements]) =>
        statements.map((statement) => forSession(service, statement)),
      ),
    });
    const stack = Stack.of(this);
    const wildcards = duties.flatMap(([service]) => wildcardsOf(service, stack));
    acknowledge(policy, ...wildcards, ...documentWildcards(settings.documents, stack));
  }
}
