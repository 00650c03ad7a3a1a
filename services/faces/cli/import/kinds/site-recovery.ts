import type { ImportContext, ImportKind } from '../context.ts';
import { inARow, type PlanDraft, type StepDraft, type WaveDraft } from '../draft.ts';
import { serverOf, targetOfMap } from '../shared-parts.ts';
import type { Source } from '../source.ts';
import { hasLists, isList, memberOf, oneOrMore } from './recognise.ts';
import { siteRecoveryActions } from './site-recovery-actions.ts';

const isPlan = (value: unknown): boolean => hasLists('groups')(memberOf(value, 'properties'));

const planType = 'microsoft.recoveryservices/vaults/replicationrecoveryplans';
const typeOf = (value: unknown): string => String(memberOf(value, 'type')).toLowerCase();

const groupTypes = ['Shutdown', 'Failover', 'Boot'];

interface Group {
  readonly source: Source;
  readonly type: string;
  readonly items: readonly Source[];
  readonly start: readonly StepDraft[];
  readonly end: readonly StepDraft[];
}

const groupOf = (source: Source, context: ImportContext): Group => {
  const { ledger } = context;
  const type = source.text('groupType') ?? '';
  if (!groupTypes.includes(type))
    ledger.fault(source.at('groupType'), `is ${type === '' ? 'missing' : type}`, groupTypes.join(', '));
  const items = source.list('replicationProtectedItems');
  if (type !== 'Boot' && items.length > 0)
    ledger.fault(
      source.at('replicationProtectedItems'),
      `a ${type} group has no machines of its own`,
      'none',
    );
  return {
    ...{ source, type, items },
    start: siteRecoveryActions(source.list('startGroupActions'), context),
    end: siteRecoveryActions(source.list('endGroupActions'), context),
  };
};

const checkOrder = (groups: readonly Group[], { ledger }: ImportContext): void => {
  for (const [index, { source, type }] of groups.entries()) {
    const before = groups.slice(0, index).map((group) => group.type);
    if (type !== 'Boot' && before.includes(type))
      ledger.fault(source.path, `is a second ${type} group`, 'one at most');
    if (type === 'Shutdown' && before.length > 0 && !before.includes('Shutdown'))
      ledger.fault(
        source.path,
        `a Shutdown group after ${before.join(', ')}`,
        'Shutdown, Failover, then Boot groups',
      );
    if (type === 'Failover' && before.includes('Boot'))
      ledger.fault(
        source.path,
        'a Failover group after machines were started',
        'Shutdown, Failover, then Boot groups',
      );
  }
};

/** The last segment of `…/replicationProtectedItems/NAME`. */
const machineOf = (item: Source, context: ImportContext) => {
  const { ledger } = context;
  const id = item.text('id');
  item.field('virtualMachineId')?.take();
  const name = id?.split('/').at(-1);
  if (name === undefined || name === '') {
    ledger.fault(item.at('id'), 'is missing', 'the id of a protected item');
    return [];
  }
  return serverOf(name, item.path, context);
};

const waveOf = (
  group: Group,
  number: number,
  before: readonly StepDraft[],
  plan: Source,
  context: ImportContext,
): WaveDraft => ({
  ...{ key: group.source.path, name: `group ${number}`, from: group.source.path, dependsOn: [] },
  target: targetOfMap(context, plan.path),
  servers: { from: group.source.path, ids: group.items.flatMap((item) => machineOf(item, context)) },
  before: [...before, ...group.start],
  after: group.end,
});

/** Groups run in a row. What a group without machines does goes to the next that has some, or to the last. */
const wavesOf = (groups: readonly Group[], plan: Source, context: ImportContext): readonly WaveDraft[] => {
  const { ledger } = context;
  const waves: WaveDraft[] = [];
  let waiting: readonly StepDraft[] = [];
  let boots = 0;
  for (const group of groups) {
    boots += group.type === 'Boot' ? 1 : 0;
    if (group.items.length > 0) {
      waves.push(waveOf(group, boots, waiting, plan, context));
      waiting = [];
      continue;
    }
    const own = [...group.start, ...group.end];
    if (own.length > 0)
      ledger.changed(group.source.path, 'has no machines: its actions run before those of the next group');
    waiting = [...waiting, ...own];
  }
  const last = waves.pop();
  if (last === undefined) {
    ledger.fault(plan.at('properties'), 'no group has machines', 'replicationProtectedItems in a Boot group');
    return [];
  }
  return [...waves, { ...last, after: [...last.after, ...waiting] }];
};

const describing = [
  ...[
    'friendlyName',
    'primaryFabricId',
    'primaryFabricFriendlyName',
    'recoveryFabricId',
    'recoveryFabricFriendlyName',
  ],
  ...['failoverDeploymentModel', 'replicationProviders', 'allowedOperations'],
];

const planOf = (plan: Source, context: ImportContext): PlanDraft => {
  const { ledger } = context;
  for (const name of ['id', 'type', 'apiVersion']) plan.field(name)?.take();
  const properties = plan.field('properties') ?? plan;
  const name = properties.text('friendlyName') ?? plan.text('name')?.split('/').at(-1);
  plan.text('name');
  for (const member of describing) properties.field(member)?.take();
  const groups = properties.list('groups').map((group) => groupOf(group, context));
  checkOrder(groups, context);
  const shutdown = groups.find(({ type }) => type === 'Shutdown');
  if (shutdown !== undefined)
    ledger.lacks(shutdown.source.path, 'DRS shuts no source machine down: do that in an action, or by hand');
  return { name: name ?? '', from: plan.path, waves: inARow(wavesOf(groups, plan, context)) };
};

const isPlanResource = (value: unknown): boolean => typeOf(value) === planType && isPlan(value);

/** An ARM template, a list of the API, or plans themselves. */
const plansIn = ({ root, ledger }: ImportContext): readonly Source[] => {
  if (isList(root.value)) return root.items();
  const member = ['resources', 'value'].find((name) => isList(memberOf(root.value, name)));
  if (member === undefined) return [root];
  const found = root.list(member);
  for (const other of found.filter(({ value }) => !isPlan(value))) {
    other.take();
    ledger.lacks(other.path, 'is no recovery plan');
  }
  return found.filter(({ value }) => isPlan(value));
};

/** Recovery plans of Azure Site Recovery, as ARM resources or as its API answers. */
export const siteRecovery: ImportKind = {
  name: 'site-recovery',
  title: 'recovery plans of Azure Site Recovery',
  isIt: (value) =>
    oneOrMore(isPlan)(value) ||
    ['resources', 'value'].some((name) => {
      const list = memberOf(value, name);
      return isList(list) && list.some((each) => (name === 'value' ? isPlan(each) : isPlanResource(each)));
    }),
  read: (context) => {
    for (const name of ['$schema', 'contentVersion']) context.root.field(name)?.take();
    return plansIn(context).map((plan) => planOf(plan, context));
  },
};
