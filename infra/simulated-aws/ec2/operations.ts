import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { type FormTree, listOf } from '../protocols/form.ts';
import { parseInput } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import type { QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element } from '../protocols/xml.ts';
import { filesIn, withoutFiles } from './disk-files.ts';
import { filtered, filtersIn, textsIn } from './filter.ts';
import { pageInput, treeOf } from './form-input.ts';
import { codeOf, type Ec2Instance } from './instance.ts';
import { instanceTexts } from './instance-filter.ts';
import { describeInstanceStatus } from './instance-status.ts';
import { type Instances, notFound, type ProtectionAttribute, protectionAttributes } from './instances.ts';
import { launchTemplateOperations } from './launch-template-operations.ts';
import type { Network } from './network.ts';
import { networkOperations } from './network-operations.ts';
import { instanceItem } from './render.ts';
import type { Ec2Scenario } from './scenario.ts';

export interface OperationsDeps {
  readonly account: string;
  readonly clock: Pick<LocalClock, 'now'>;
  readonly scenario: Ec2Scenario;
  readonly network: Network;
}

/** The ids that a request must name. */
const named = (form: unknown, parameter: 'InstanceId' | 'ResourceId'): readonly string[] => {
  const ids = textsIn(treeOf(form)[parameter]);
  if (ids.length > 0) return ids;
  throw new ServiceError('MissingParameter', `The request must contain the parameter ${parameter}`);
};

/** What people may do to an instance. */
interface Change {
  readonly name: 'running' | 'stopped' | 'terminated';
  readonly verb: string;
  readonly protectedBy?: ProtectionAttribute;
}

const found = (
  network: Network,
  instances: readonly Ec2Instance[],
  form: FormTree,
): readonly Ec2Instance[] => {
  const ids = textsIn(form['InstanceId']);
  if (ids.length > 0 && form['MaxResults'] !== undefined)
    throw new ServiceError(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  const unknown = ids.find((id) => !instances.some(({ instanceId }) => instanceId === id));
  if (unknown !== undefined) throw notFound(unknown);
  const wanted = instances.filter(({ instanceId }) => ids.length === 0 || ids.includes(instanceId));
  return filtered(wanted, filtersIn(form), instanceTexts(network));
};

/** An attribute in a request: `DisableApiTermination.Value=true`. */
const boolAt = (form: FormTree, name: string): boolean | undefined => {
  const attribute = form[`${name[0]?.toUpperCase()}${name.slice(1)}`];
  const value = typeof attribute === 'object' ? attribute['Value'] : undefined;
  return value === undefined ? undefined : value === 'true';
};

const describeInstances =
  ({ account, scenario, network }: OperationsDeps, instances: Instances): QueryOperation =>
  (form) => {
    const tree = treeOf(form);
    const { MaxResults = scenario.pageSizeMax, NextToken } = parseInput(pageInput, form);
    const size = Math.min(MaxResults, scenario.pageSizeMax);
    const { items, nextToken } = pageOf(found(network, instances.all(), tree), size, NextToken);
    const reservations = items.map((instance) =>
      element('item', [
        element('reservationId', instance.instanceId.replace(/^i-/, 'r-')),
        element('ownerId', account),
        element('instancesSet', [instanceItem(network, instance)]),
      ]),
    );
    return [element('reservationSet', reservations), element('nextToken', nextToken)];
  };

const describeInstanceAttribute =
  (instances: Instances): QueryOperation =>
  (form) => {
    const { InstanceId: id, Attribute: name } = parseInput(
      z.object({ InstanceId: z.string(), Attribute: z.enum(protectionAttributes) }),
      form,
    );
    instances.named(id);
    return [element('instanceId', id), element(name, [element('value', instances.isProtected(id, name))])];
  };

const modifyInstanceAttribute =
  (instances: Instances): QueryOperation =>
  (form) => {
    const tree = treeOf(form);
    const { InstanceId: id } = parseInput(z.object({ InstanceId: z.string() }), form);
    instances.named(id);
    for (const name of protectionAttributes) {
      const value = boolAt(tree, name);
      if (value !== undefined) instances.remember(id, { [name]: value });
    }
    return [element('return', true)];
  };

/** Throws where one of the instances cannot, or may not, be changed so. */
const checkChange = (
  { name, verb, protectedBy }: Change,
  chosen: readonly Ec2Instance[],
  instances: Instances,
): void => {
  for (const { instanceId: id, state: before } of chosen) {
    if (before === 'terminated' && name !== 'terminated')
      throw new ServiceError(
        'IncorrectInstanceState',
        `The instance '${id}' is not in a state from which it can be ${verb}.`,
      );
    if (protectedBy !== undefined && before !== 'terminated' && instances.isProtected(id, protectedBy))
      throw new ServiceError(
        'OperationNotPermitted',
        `The instance '${id}' may not be ${verb}. Modify its '${protectedBy}' instance attribute and try again.`,
      );
  }
};

/** StopInstances, StartInstances, TerminateInstances: all of them or none. */
const changeInstances =
  (change: Change, clock: OperationsDeps['clock'], instances: Instances): QueryOperation =>
  (form) => {
    const { name } = change;
    const chosen = named(form, 'InstanceId').map(instances.named);
    checkChange(change, chosen, instances);
    // What is so already stays so, and since when.
    for (const { instanceId: id, state: before } of chosen)
      if (before !== name) instances.remember(id, { state: { name, at: clock.now() } });
    const stateItem = (of: Ec2Instance['state']) => [element('code', codeOf(of)), element('name', of)];
    const items = chosen.map((instance) =>
      element('item', [
        element('instanceId', instance.instanceId),
        element('currentState', stateItem(name)),
        element('previousState', stateItem(instance.state)),
      ]),
    );
    return [element('instancesSet', items)];
  };

const createTags =
  (instances: Instances): QueryOperation =>
  (form) => {
    const tree = treeOf(form);
    const tags = listOf(tree['Tag']).flatMap((tag) =>
      typeof tag === 'object' && typeof tag['Key'] === 'string' && typeof tag['Value'] === 'string'
        ? [[tag['Key'], tag['Value']] as const]
        : [],
    );
    const given = Object.fromEntries(tags);
    const [files, others] = [filesIn(given), withoutFiles(given)];
    for (const { instanceId } of named(form, 'ResourceId').map(instances.named)) {
      instances.remember(instanceId, { tags: others });
      if (Object.keys(files).length > 0) instances.write(instanceId, files);
    }
    return [element('return', true)];
  };

/** The operations of EC2 on the instances of one account and Region. */
export const ec2Operations = (
  deps: OperationsDeps,
  instances: Instances,
): Readonly<Record<string, QueryOperation>> => {
  const changing = (change: Change): QueryOperation => changeInstances(change, deps.clock, instances);
  return {
    DescribeInstances: describeInstances(deps, instances),
    DescribeInstanceStatus: describeInstanceStatus(deps, instances),
    DescribeInstanceAttribute: describeInstanceAttribute(instances),
    ModifyInstanceAttribute: modifyInstanceAttribute(instances),
    StartInstances: changing({ name: 'running', verb: 'started' }),
    StopInstances: changing({ name: 'stopped', verb: 'stopped', protectedBy: 'disableApiStop' }),
    TerminateInstances: changing({
      name: 'terminated',
      verb: 'terminated',
      protectedBy: 'disableApiTermination',
    }),
    CreateTags: createTags(instances),
    ...networkOperations(deps.network),
    ...launchTemplateOperations(deps, instances.templates),
  };
};
