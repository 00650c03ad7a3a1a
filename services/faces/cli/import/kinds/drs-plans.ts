import type { Target } from '../../../../../contracts/plan.ts';
import type { ImportContext, ImportKind } from '../context.ts';
import { type ActionDraft, inARow, type PlanDraft, type ServerDraft, type WaveDraft } from '../draft.ts';
import { descriptionOf, targetAt, waitOf } from '../shared-parts.ts';
import type { Source } from '../source.ts';
import { hasLists, memberOf, oneOrMore } from './recognise.ts';

/** What GetRecoveryPlan and ListRecoveryPlanSteps answer for one plan, together. */
const isAnswer = (value: unknown): boolean =>
  hasLists('recoveryPlanSteps')(value) && memberOf(value, 'recoveryPlan') !== undefined;

/** Region, account and id of a source server. */
const serverArn = /^arn:aws[a-z-]*:drs:([a-z0-9-]+):(\d{12}):source-server\/(s-[0-9a-zA-Z]{17})$/;

interface PlacedServer extends ServerDraft {
  readonly region: string;
  readonly account: string;
}

const serverOf = (source: Source, { ledger }: ImportContext): readonly PlacedServer[] => {
  const arn = source.text('serverArn');
  const impact = source.text('impactLevel') ?? 'CRITICAL';
  if (impact !== 'CRITICAL' && impact !== 'OPTIONAL')
    ledger.fault(source.at('impactLevel'), `is ${impact}`, 'CRITICAL or OPTIONAL');
  const [, region, account, sourceServerId] = serverArn.exec(arn ?? '') ?? [];
  if (region === undefined || account === undefined || sourceServerId === undefined) {
    ledger.fault(source.at('serverArn'), `${arn ?? 'nothing'} is no source server's ARN`);
    return [];
  }
  return [{ from: source.path, sourceServerId, region, account, critical: impact === 'CRITICAL' }];
};

const placeText = ({ account, region }: Pick<PlacedServer, 'account' | 'region'>): string =>
  `${account}/${region}`;

const targetOf = (
  servers: readonly PlacedServer[],
  from: string,
  context: ImportContext,
): Target | undefined => {
  const [first] = servers;
  const places = [...new Set(servers.map(placeText))];
  if (places.length > 1)
    context.ledger.fault(
      from,
      `its servers are in ${places.join(' and ')}`,
      'one account and Region, as DRS has it',
    );
  return first && targetAt(first.account, first.region, context);
};

interface Step {
  readonly source: Source;
  readonly order: number;
}

const stepsOf = (answer: Source, { ledger }: ImportContext): readonly Step[] => {
  const steps = answer.list('recoveryPlanSteps').map((source, index) => {
    source.field('recoveryPlanStepArn')?.take();
    source.field('createdAt')?.take();
    source.field('updatedAt')?.take();
    return { source, order: source.number('stepOrder') ?? index + 1 };
  });
  for (const [index, { source, order }] of steps.entries())
    if (steps.findIndex((other) => other.order === order) !== index)
      ledger.fault(
        source.at('stepOrder'),
        `two steps are number ${order}`,
        'a number of its own for each step',
      );
  return steps.toSorted((a, b) => a.order - b.order);
};

const waveOf = ({ source, order }: Step, target: Target | undefined, context: ImportContext): WaveDraft => {
  const servers = source.field('configuration')?.field('serverStepConfiguration');
  const listed = servers?.list('servers') ?? [];
  const ids = listed.flatMap((server) => serverOf(server, context));
  const isAllCritical = ids.every(({ critical }) => critical);
  return {
    ...{ key: String(order), name: source.text('stepName') ?? `step ${order}`, from: source.path },
    ...{ dependsOn: [], target, before: [], after: [] },
    servers: {
      from: servers?.path ?? source.path,
      ids: ids.map(({ from, sourceServerId, critical }) => ({
        from,
        sourceServerId,
        critical: critical ?? true,
      })),
    },
    ...(!isAllCritical && { success: 'critical' as const }),
  };
};

const minutesMost = 120;

const waitsOf = ({ source }: Step, { ledger }: ImportContext): readonly ActionDraft[] => {
  const wait = source.field('configuration')?.field('waitStepConfiguration');
  const minutes = wait?.number('waitDurationMinutes');
  const from = wait?.at('waitDurationMinutes') ?? source.path;
  if (minutes === undefined || !Number.isInteger(minutes) || minutes < 1 || minutes > minutesMost) {
    ledger.fault(from, `is ${minutes ?? 'missing'}`, `1 to ${minutesMost} whole minutes`);
    return [];
  }
  const name = source.text('stepName') ?? 'wait';
  return waitOf(minutes * 60, source.path, ledger).map((action) => ({ ...action, name }));
};

const isServerStep = ({ source }: Step): boolean =>
  source.field('configuration')?.field('serverStepConfiguration') !== undefined;

/** Server steps become waves in a row; a wait belongs to the wave before it, or to the first. */
const wavesOf = (
  steps: readonly Step[],
  target: Target | undefined,
  context: ImportContext,
): readonly WaveDraft[] => {
  const waves: WaveDraft[] = [];
  const leading: ActionDraft[] = [];
  for (const step of steps) {
    const last = waves.pop();
    if (isServerStep(step)) {
      if (last !== undefined) waves.push(last);
      const wave = waveOf(step, target, context);
      waves.push(last === undefined ? { ...wave, before: [...leading] } : wave);
      continue;
    }
    const waits = waitsOf(step, context);
    if (last === undefined) {
      leading.push(...waits);
      context.ledger.changed(
        step.source.path,
        'a wait before the first server step: the first wave begins with it',
      );
    } else waves.push({ ...last, after: [...last.after, ...waits] });
  }
  return waves;
};

const planOf = (answer: Source, context: ImportContext): PlanDraft => {
  const { ledger } = context;
  const plan = answer.field('recoveryPlan') ?? answer;
  for (const name of ['createdAt', 'updatedAt', 'status', 'recoveryPlanArn']) plan.field(name)?.take();
  const steps = stepsOf(answer, context);
  const servers = steps
    .filter(isServerStep)
    .flatMap(
      ({ source }) => source.field('configuration')?.field('serverStepConfiguration')?.list('servers') ?? [],
    )
    .flatMap((server) => serverOf(server, context));
  if (!steps.some(isServerStep))
    ledger.fault(
      answer.at('recoveryPlanSteps'),
      'there is no step that recovers servers: DRS calls such a plan INVALID',
    );
  const tags = plan.field('tags');
  if (Object.keys((tags?.take() as object | undefined) ?? {}).length > 0)
    ledger.lacks(tags?.path ?? '', 'plans have no tags');
  return {
    name: plan.text('name') ?? '',
    description: descriptionOf(plan, ledger, 'description'),
    from: plan.path,
    waves: inARow(wavesOf(steps, targetOf(servers, answer.path, context), context)),
  };
};

/** DRS's own recovery plans: what the service answers about them. */
export const drsPlans: ImportKind = {
  name: 'drs',
  title: "DRS's own recovery plans",
  isIt: oneOrMore(isAnswer),
  read: (context) => {
    const { root } = context;
    const answers = Array.isArray(root.value) ? root.items() : [root];
    return answers.map((answer) => planOf(answer, context));
  },
};
