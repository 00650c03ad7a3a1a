import type { Target } from '../../../../../contracts/plan.ts';
import type { ImportContext, ImportKind } from '../context.ts';
import type { PlanDraft, WaveDraft } from '../draft.ts';
import { descriptionOf, targetOfMap } from '../shared-parts.ts';
import type { Source } from '../source.ts';
import { hasAny, isList, memberOf } from './recognise.ts';
import { blocksOf, type Block, functionStepNames } from './region-switch-steps.ts';

/** The members of a plan: of the API in camel case, of CloudFormation in Pascal case. */
const isPlan = (value: unknown): boolean =>
  isList(memberOf(value, 'workflows') ?? memberOf(value, 'Workflows')) &&
  hasAny(value, 'recoveryApproach', 'RecoveryApproach');

const planType = 'AWS::ARCRegionSwitch::Plan';
const isResource = (value: unknown): boolean => memberOf(value, 'Type') === planType;

/** The account of the functions that recover servers, where the map names none. */
const targetOf = (
  region: string | undefined,
  steps: readonly Block[],
  plan: Source,
  context: ImportContext,
): Target | undefined => {
  const { map, ledger } = context;
  const accounts = [...new Set(steps.flatMap(({ accounts: of }) => of))];
  const account = map.map.account ?? (accounts.length === 1 ? accounts[0] : undefined);
  const place = map.map.region ?? region;
  if (account === undefined || place === undefined) return targetOfMap(context, plan.path);
  if (map.map.account === undefined)
    ledger.decide(
      plan.path,
      `recovers in ${account}, the account of its functions, unless account: in --map names another`,
    );
  const { role, externalId } = map.map;
  return {
    account,
    region: place,
    ...(role !== undefined && { role }),
    ...(externalId !== undefined && { externalId }),
  };
};

/** Steps run in a row; those of a parallel block that recover servers become waves side by side. */
const wavesOf = (
  blocks: readonly Block[],
  target: Target | undefined,
  { ledger }: ImportContext,
): readonly WaveDraft[] => {
  const waves: WaveDraft[] = [];
  let level: readonly string[] = [];
  let waiting: Block['actions'] = [];
  for (const block of blocks) {
    const { actions, recovers, from } = block;
    if (recovers.length === 0) {
      const last = waves.at(-1);
      if (level.length === 1 && last !== undefined)
        waves.splice(-1, 1, { ...last, after: [...last.after, ...actions] });
      else waiting = [...waiting, ...actions];
      continue;
    }
    if (waiting.length > 0 && recovers.length > 1)
      ledger.fault(
        from,
        'actions stand between steps that run side by side',
        'a single step that recovers servers after them',
      );
    const dependsOn = level;
    for (const [index, each] of recovers.entries())
      waves.push({ ...each, dependsOn, target, before: index === 0 ? waiting : [], after: [] });
    level = recovers.map(({ key }) => key);
    waiting = [];
  }
  if (waiting.length > 0 && waves.length > 0)
    ledger.fault(
      blocks.at(-1)?.from ?? '',
      'actions follow steps that run side by side',
      'a single step that recovers servers before them',
    );
  return waves;
};

const workflowPlan = (
  workflow: Source,
  plan: Source,
  name: string,
  context: ImportContext,
): readonly PlanDraft[] => {
  const { ledger } = context;
  const action = workflow.text('workflowTargetAction', 'WorkflowTargetAction') ?? 'activate';
  const region = workflow.text('workflowTargetRegion', 'WorkflowTargetRegion');
  const description = descriptionOf(workflow, ledger, 'workflowDescription', 'WorkflowDescription');
  const { blocks, isRecovery } = blocksOf(workflow, context);
  if (!isRecovery) {
    workflow.take();
    ledger.lacks(
      workflow.path,
      `no step of “${action}${region === undefined ? '' : ` ${region}`}” recovers DRS servers by what --map says`,
    );
    return [];
  }
  ledger.lacks(
    (workflow.field('steps', 'Steps') ?? workflow).path,
    'how Region switch runs its steps stays there: functions, retries, the Region they run in, ungraceful behaviour',
  );
  const minutes = plan.number('recoveryTimeObjectiveMinutes', 'RecoveryTimeObjectiveMinutes');
  return [
    {
      name: [name, action, region].filter((part) => part !== undefined).join(' '),
      description: description ?? descriptionOf(plan, ledger, 'description', 'Description'),
      from: workflow.path,
      rtoMinutes: minutes,
      waves: wavesOf(blocks, targetOf(region, blocks, plan, context), context),
    },
  ];
};

const functionSteps = (workflows: readonly Source[]): string => {
  const names = workflows.flatMap(functionStepNames);
  return names.length === 0 ? 'none of its steps' : names.join(', ');
};

const describing = ['recoveryApproach', 'primaryRegion', 'regions', 'arn', 'version', 'updatedAt', 'owner'];
const capital = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const planOf = (plan: Source, context: ImportContext): readonly PlanDraft[] => {
  const { ledger } = context;
  const name = plan.text('name', 'Name') ?? '';
  for (const member of describing) plan.field(member, capital(member))?.take();
  const role = plan.field('executionRole', 'ExecutionRole');
  role?.take();
  if (role !== undefined) ledger.lacks(role.path, 'Groundswell acts with its own roles');
  const workflows = plan.list('workflows', 'Workflows');
  const drafts = workflows.flatMap((workflow) => workflowPlan(workflow, plan, name, context));
  if (drafts.length === 0)
    ledger.fault(
      (plan.field('workflows', 'Workflows') ?? plan).path,
      'a Region switch plan does not say which of its steps recover DRS servers',
      `steps: { STEP: { servers: [s-…] } } in the file of --map; functions are called by ${functionSteps(workflows)}`,
    );
  return drafts;
};

const plansIn = ({ root, ledger }: ImportContext): readonly Source[] => {
  if (isPlan(root.value)) return [root];
  root.field('Type')?.take();
  const plan = root.field('Properties', 'plan');
  if (plan !== undefined) return [plan];
  return (root.field('Resources')?.members() ?? []).flatMap(([, resource]) => {
    if (isResource(resource.value)) {
      resource.field('Type')?.take();
      return resource.field('Properties') ?? [];
    }
    resource.take();
    ledger.lacks(resource.path, 'is no Region switch plan');
    return [];
  });
};

/** Plans of ARC Region switch in which functions recover DRS servers. */
export const regionSwitch: ImportKind = {
  name: 'region-switch',
  title: 'a plan of ARC Region switch',
  isIt: (value) =>
    isPlan(value) ||
    isPlan(memberOf(value, 'plan')) ||
    (isResource(value) && isPlan(memberOf(value, 'Properties'))) ||
    Object.values(memberOf(value, 'Resources') ?? {}).some(isResource),
  read: (context) => {
    context.root.field('AWSTemplateFormatVersion')?.take();
    return plansIn(context).flatMap((plan) => planOf(plan, context));
  },
};
