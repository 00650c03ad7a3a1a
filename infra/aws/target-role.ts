import { Stack } from 'aws-cdk-lib';
import {
  AnyPrincipal,
  ArnPrincipal,
  CompositePrincipal,
  Effect,
  PolicyStatement,
  type PrincipalBase,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { functionName } from '../topology.ts';
import type { ServiceName } from '../../contracts/services.ts';
import { allowRole } from './managed-policies.ts';
import { allowListWildcards, wildcardsOf } from './wildcards.ts';
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

export interface TargetRoleProps {
  readonly settings: RecoverySettings;
  readonly target: TargetSettings;
  readonly hub: { readonly account: string; readonly region: string };
  /** The functions that the hub has: a trust in a role that does not exist is refused. */
  readonly services: readonly ServiceName[];
}

/** Narrows a statement to sessions of one function. IAM user guide: "aws:userid" is the role's id and the session's name. */
const forSession = (service: ServiceName, statement: PolicyStatement): PolicyStatement => {
  const copy = statement.copy({ sid: `${pascal(service)}${statement.sid ?? ''}` });
  copy.addCondition('StringLike', { 'aws:userid': `*:${functionName(service)}` });
  return copy;
};

const pascal = (name: string): string =>
  name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const trusted = (service: ServiceName, partition: string, hub: TargetRoleProps['hub']): PrincipalBase => {
  const arn = `arn:${partition}:iam::${hub.account}:role/${roleName(service, hub.region)}`;
  return new ArnPrincipal(arn).withConditions({
    StringEquals: { 'sts:RoleSessionName': functionName(service) },
  });
};

/** Said once for all functions: a trust policy holds 2,048 characters, and the external id may be long. */
const onlyWith = (externalId: string): PolicyStatement =>
  new PolicyStatement({
    sid: 'OnlyWithExternalId',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['sts:AssumeRole'],
    conditions: { StringNotEquals: { 'sts:ExternalId': externalId } },
  });

/**
 * The role in a target that the hub's functions assume. Each may come in only under its own name, with the
 * external id, and may do here only what it does at home: one role, and still one function that starts recoveries.
 */
export class TargetRole extends Construct {
  constructor(scope: Construct, id: string, { target, hub, settings, services }: TargetRoleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { partition } = stack;
    const place = { partition, region: target.region, account: target.account };
    const dutiesOf = recoveryDuties(place, settings);
    const duties = services.flatMap((service) => {
      const statements = dutiesOf[service];
      return statements === undefined ? [] : [[service, statements] as const];
    });
    const role = new Role(this, 'Role', {
      roleName: targetRoleName(target.region, hub.region),
      description: `Assumed by Groundswell in ${hub.account}, ${hub.region}`,
      assumedBy: new CompositePrincipal(...duties.map(([service]) => trusted(service, partition, hub))),
    });
    role.assumeRolePolicy?.addStatements(onlyWith(target.externalId));
    allowRole(
      this,
      role,
      duties.flatMap(([service, statements]) =>
        statements.map((statement) => forSession(service, statement)),
      ),
      [...duties.flatMap(([service]) => wildcardsOf(service, stack)), ...allowListWildcards(settings, stack)],
    );
  }
}
