import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { type Random, uuidFrom } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { type FormTree, listOf } from '../protocols/form.ts';
import { parseInput } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { createEc2Service, type QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element } from '../protocols/xml.ts';
import type { LocalService } from '../wire.ts';
import { codeOf, type Ec2Instance, type InstanceFilter, matchesFilters, unknownFilter } from './instance.ts';
import { instanceItem } from './render.ts';
import type { Ec2Scenario, InstanceScenario } from './scenario.ts';
import { type Ec2Record, type Ec2State, evolveEc2, initialEc2State, type InstanceChange } from './state.ts';

export interface LocalEc2Options {
  readonly account: string;
  readonly region: string;
  readonly random: Random;
  readonly clock: Pick<LocalClock, 'now'>;
  readonly journal: Journal<Ec2Record>;
  readonly scenario: Ec2Scenario;
  /** The instances that DRS has launched, or launched into, as they are now. */
  readonly launched: () => readonly Ec2Instance[];
}

export interface LocalEc2 {
  readonly service: LocalService;
  /** What people did to an instance. */
  changeOf(instanceId: string): InstanceChange | undefined;
  /** An instance that was there before DRS launched anything, as people left it. */
  existing(instanceId: string): Ec2Instance | undefined;
  isProtected(instanceId: string, attribute: ProtectionAttribute): boolean;
}

const protectionAttributes = ['disableApiTermination', 'disableApiStop'] as const;
type ProtectionAttribute = (typeof protectionAttributes)[number];

/** EC2 takes so many values in all filters of a call. */
const filterValuesMax = 200;

const texts = (tree: string | FormTree | undefined): readonly string[] =>
  listOf(tree).filter((value) => typeof value === 'string');

const filterOf = (tree: string | FormTree): readonly InstanceFilter[] =>
  typeof tree === 'object' && typeof tree['Name'] === 'string'
    ? [{ name: tree['Name'], values: texts(tree['Value']) }]
    : [];

const treeOf = (form: unknown): FormTree =>
  z.custom<FormTree>((value) => typeof value === 'object').parse(form);

const page = z.object({
  MaxResults: z.coerce.number().int().min(5).max(1000).optional(),
  NextToken: z.string().optional(),
});

const notFound = (id: string): ServiceError =>
  new ServiceError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);

/** The ids that a request must name. */
const named = (form: unknown, parameter: 'InstanceId' | 'ResourceId'): readonly string[] => {
  const ids = texts(treeOf(form)[parameter]);
  if (ids.length > 0) return ids;
  throw new ServiceError('MissingParameter', `The request must contain the parameter ${parameter}`);
};

/** What people may do to an instance. */
interface Change {
  readonly name: 'running' | 'stopped' | 'terminated';
  readonly verb: string;
  readonly protectedBy?: ProtectionAttribute;
}

const found = (instances: readonly Ec2Instance[], form: FormTree): readonly Ec2Instance[] => {
  const ids = texts(form['InstanceId']);
  if (ids.length > 0 && form['MaxResults'] !== undefined)
    throw new ServiceError(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    );
  const unknown = ids.find((id) => !instances.some(({ instanceId }) => instanceId === id));
  if (unknown !== undefined) throw notFound(unknown);
  const filters = listOf(form['Filter']).flatMap(filterOf);
  if (filters.some(({ values }) => values.length > filterValuesMax))
    throw new ServiceError(
      'FilterLimitExceeded',
      `The maximum number of filter values is ${filterValuesMax}`,
    );
  const unsimulated = instances
    .map((instance) => unknownFilter(instance, filters))
    .find((name) => name !== undefined);
  if (unsimulated !== undefined)
    throw new ServiceError('InvalidParameterValue', `The filter '${unsimulated}' is not simulated`);
  return instances.filter(
    (instance) =>
      (ids.length === 0 || ids.includes(instance.instanceId)) && matchesFilters(instance, filters),
  );
};

const existingOf = (
  { region, scenario }: Pick<LocalEc2Options, 'region' | 'scenario'>,
  { openedAt, changes }: Ec2State,
  id: string,
): Ec2Instance | undefined => {
  const entry = scenario.instances.find((each) => each.id === id);
  return entry && instanceFrom(entry, changes[id], openedAt, region);
};

const instanceFrom = (
  entry: InstanceScenario,
  change: InstanceChange | undefined,
  openedAt: number,
  region: string,
): Ec2Instance => ({
  instanceId: entry.id,
  privateIpAddress: entry.privateIp,
  availabilityZone: `${region}a`,
  state: change?.state?.name ?? entry.state,
  launchedAt:
    change?.state?.name === 'running' ? change.state.at : openedAt - entry.startedSecondsAgo * 1_000,
  instanceType: entry.instanceType,
  tags: { ...entry.tags, ...change?.tags },
  platform: entry.platform,
  architecture: entry.architecture,
  virtualizationType: entry.virtualizationType,
  rootDeviceType: entry.rootDeviceType,
  bootMode: entry.bootMode,
  volumeId: `vol-${entry.id.slice(2)}`,
});

/** An attribute in a request: `DisableApiTermination.Value=true`. */
const boolAt = (form: FormTree, name: string): boolean | undefined => {
  const attribute = form[`${name[0]?.toUpperCase()}${name.slice(1)}`];
  const value = typeof attribute === 'object' ? attribute['Value'] : undefined;
  return value === undefined ? undefined : value === 'true';
};

/** EC2 as far as a recovery looks at it: the instances of one account and Region. */
export const createLocalEc2 = (options: LocalEc2Options): LocalEc2 => {
  const { account, random, clock, journal, scenario } = options;
  if (journal.records.length === 0) journal.append({ kind: 'Opened', at: clock.now() });
  let state: Ec2State = (
    journal.records.length === 0 ? [{ kind: 'Opened' as const, at: clock.now() }] : journal.records
  ).reduce(evolveEc2, initialEc2State);

  const remember = (instanceId: string, change: InstanceChange): void => {
    const record: Ec2Record = { kind: 'Changed', instanceId, change };
    journal.append(record);
    state = evolveEc2(state, record);
  };
  const existing = (id: string): Ec2Instance | undefined => existingOf(options, state, id);
  const isProtected: LocalEc2['isProtected'] = (id, attribute) =>
    state.changes[id]?.[attribute] ?? scenario.instances.find((each) => each.id === id)?.[attribute] ?? false;
  /** A machine that DRS has launched into is shown as it is since then, with the tags that it had before. */
  const instances = (): readonly Ec2Instance[] => {
    const launched = options.launched().map((instance) => ({
      ...existing(instance.instanceId),
      ...instance,
      tags: {
        ...existing(instance.instanceId)?.tags,
        ...instance.tags,
        ...state.changes[instance.instanceId]?.tags,
      },
    }));
    const known = new Set(launched.map(({ instanceId }) => instanceId));
    const others = scenario.instances.flatMap(({ id }) => (known.has(id) ? [] : (existing(id) ?? [])));
    return [...launched, ...others];
  };
  const instanceById = (id: string): Ec2Instance => {
    const instance = instances().find(({ instanceId }) => instanceId === id);
    if (instance === undefined) throw notFound(id);
    return instance;
  };

  const describeInstances: QueryOperation = (form) => {
    const tree = treeOf(form);
    const { MaxResults = scenario.pageSizeMax, NextToken } = parseInput(page, form);
    const size = Math.min(MaxResults, scenario.pageSizeMax);
    const { items, nextToken } = pageOf(found(instances(), tree), size, NextToken);
    const reservations = items.map((instance) =>
      element('item', [
        element('reservationId', instance.instanceId.replace(/^i-/, 'r-')),
        element('ownerId', account),
        element('instancesSet', [instanceItem(instance)]),
      ]),
    );
    return [element('reservationSet', reservations), element('nextToken', nextToken)];
  };

  const describeInstanceAttribute: QueryOperation = (form) => {
    const { InstanceId: id, Attribute: name } = parseInput(
      z.object({ InstanceId: z.string(), Attribute: z.enum(protectionAttributes) }),
      form,
    );
    instanceById(id);
    return [element('instanceId', id), element(name, [element('value', isProtected(id, name))])];
  };

  const modifyInstanceAttribute: QueryOperation = (form) => {
    const tree = treeOf(form);
    const { InstanceId: id } = parseInput(z.object({ InstanceId: z.string() }), form);
    instanceById(id);
    for (const name of protectionAttributes) {
      const value = boolAt(tree, name);
      if (value !== undefined) remember(id, { [name]: value });
    }
    return [element('return', true)];
  };

  /** StopInstances, StartInstances, TerminateInstances: all of them or none. */
  const changing =
    ({ name, verb, protectedBy }: Change): QueryOperation =>
    (form) => {
      const chosen = named(form, 'InstanceId').map(instanceById);
      for (const { instanceId: id, state: before } of chosen) {
        if (before === 'terminated' && name !== 'terminated')
          throw new ServiceError(
            'IncorrectInstanceState',
            `The instance '${id}' is not in a state from which it can be ${verb}.`,
          );
        if (protectedBy !== undefined && before !== 'terminated' && isProtected(id, protectedBy))
          throw new ServiceError(
            'OperationNotPermitted',
            `The instance '${id}' may not be ${verb}. Modify its '${protectedBy}' instance attribute and try again.`,
          );
      }
      // What is so already stays so, and since when.
      for (const { instanceId: id, state: before } of chosen)
        if (before !== name) remember(id, { state: { name, at: clock.now() } });
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

  const createTags: QueryOperation = (form) => {
    const tree = treeOf(form);
    const tags = listOf(tree['Tag']).flatMap((tag) =>
      typeof tag === 'object' && typeof tag['Key'] === 'string' && typeof tag['Value'] === 'string'
        ? [[tag['Key'], tag['Value']] as const]
        : [],
    );
    for (const { instanceId } of named(form, 'ResourceId').map(instanceById))
      remember(instanceId, { tags: Object.fromEntries(tags) });
    return [element('return', true)];
  };

  return {
    service: createEc2Service({
      signingName: 'ec2',
      namespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
      requestId: () => uuidFrom(random),
      operations: {
        DescribeInstances: describeInstances,
        DescribeInstanceAttribute: describeInstanceAttribute,
        ModifyInstanceAttribute: modifyInstanceAttribute,
        StartInstances: changing({ name: 'running', verb: 'started' }),
        StopInstances: changing({ name: 'stopped', verb: 'stopped', protectedBy: 'disableApiStop' }),
        TerminateInstances: changing({
          name: 'terminated',
          verb: 'terminated',
          protectedBy: 'disableApiTermination',
        }),
        CreateTags: createTags,
      },
    }),
    changeOf: (id) => state.changes[id],
    existing,
    isProtected,
  };
};
