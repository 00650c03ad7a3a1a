import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import { parseInput } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import type { QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element, type Xml } from '../protocols/xml.ts';
import { filtered, filtersIn, textsIn, type TextsOf } from './filter.ts';
import { pageInput, treeOf } from './form-input.ts';
import { codeOf, type Ec2Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import type { Ec2Scenario } from './scenario.ts';

type Status = 'ok' | 'initializing' | 'not-applicable';

interface Checked {
  readonly instance: Ec2Instance;
  readonly status: Status;
}

const reachability: Readonly<Record<Status, string | undefined>> = {
  ok: 'passed',
  initializing: 'initializing',
  'not-applicable': undefined,
};

const textsOf: TextsOf<Checked> = ({ instance, status }, name) => {
  switch (name) {
    case 'instance-state-name':
      return [instance.state];
    case 'instance-state-code':
      return [String(codeOf(instance.state))];
    case 'availability-zone':
      return [instance.availabilityZone];
    case 'instance-status.status':
    case 'system-status.status':
      return [status];
    case 'instance-status.reachability':
    case 'system-status.reachability':
      return [reachability[status]].filter((text) => text !== undefined);
    default:
      return undefined;
  }
};

const summary = (name: string, status: Status): Xml => {
  const passed = reachability[status];
  return element(name, [
    element('status', status),
    ...(passed === undefined
      ? []
      : [
          element('details', [element('item', [element('name', 'reachability'), element('status', passed)])]),
        ]),
  ]);
};

const itemOf = ({ instance, status }: Checked): Xml =>
  element('item', [
    element('instanceId', instance.instanceId),
    element('availabilityZone', instance.availabilityZone),
    element('instanceState', [element('code', codeOf(instance.state)), element('name', instance.state)]),
    summary('systemStatus', status),
    summary('instanceStatus', status),
    summary('attachedEbsStatus', status),
  ]);

export interface StatusDeps {
  readonly clock: Pick<LocalClock, 'now'>;
  readonly scenario: Ec2Scenario;
}

/** Checks are done some time after a start, and only of instances that run. */
const statusOf = ({ clock, scenario }: StatusDeps, instance: Ec2Instance): Status => {
  if (instance.state !== 'running') return 'not-applicable';
  const since = clock.now() - (instance.launchedAt ?? -Infinity);
  return since < scenario.statusChecksSeconds * 1000 ? 'initializing' : 'ok';
};

const input = z.object({ IncludeAllInstances: z.enum(['true', 'false']).default('false') });

/** Of instances that run, unless the request asks for all. */
export const describeInstanceStatus =
  (deps: StatusDeps, instances: Instances): QueryOperation =>
  (form) => {
    const tree = treeOf(form);
    const { IncludeAllInstances } = parseInput(input, form);
    const { MaxResults, NextToken } = parseInput(pageInput, form);
    const ids = textsIn(tree['InstanceId']);
    if (ids.length > 0 && MaxResults !== undefined)
      throw new ServiceError(
        'InvalidParameterCombination',
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    const wanted = ids.length > 0 ? ids.map(instances.named) : instances.all();
    const checked = wanted
      .filter(({ state }) => IncludeAllInstances === 'true' || state === 'running')
      .map((instance) => ({ instance, status: statusOf(deps, instance) }));
    const size = Math.min(MaxResults ?? deps.scenario.pageSizeMax, deps.scenario.pageSizeMax);
    const { items, nextToken } = pageOf(filtered(checked, filtersIn(tree), textsOf), size, NextToken);
    return [element('instanceStatusSet', items.map(itemOf)), element('nextToken', nextToken)];
  };
