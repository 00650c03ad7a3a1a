import { accountIdSchema, regionSchema } from '../../../../../contracts/identifiers.ts';
import type { Target } from '../../../../../contracts/plan.ts';
import type { ImportContext, ImportKind } from '../context.ts';
import { inARow, type PlanDraft, type ServersDraft, type WaveDraft } from '../draft.ts';
import { descriptionOf, objectiveOf, taggedServers, targetAt, timeoutOf } from '../shared-parts.ts';
import type { Source } from '../source.ts';
import { hasAny, hasLists, isList, oneOrMore } from './recognise.ts';
import { waveActions } from './wave-actions.ts';

const isApplication = (value: unknown): boolean =>
  hasLists('Plans')(value) && hasAny(value, 'AppName', 'AppId');

const tagOf = (source: Source, { ledger }: ImportContext): readonly (readonly [string, string])[] => {
  const key = source.text('KeyName');
  const value = source.text('KeyValue');
  if (key !== undefined && value !== undefined) return [[key, value]];
  ledger.fault(
    source.at(key === undefined ? 'KeyName' : 'KeyValue'),
    'is missing',
    'the tag that chooses servers',
  );
  return [];
};

/** The tag of the application and the tag of the wave choose together. */
const serversOf = (application: Source, wave: Source, name: string, context: ImportContext): ServersDraft => {
  const [ofApplication] = tagOf(application, context);
  const [ofWave] = tagOf(wave, context);
  if (
    ofApplication !== undefined &&
    ofWave !== undefined &&
    ofApplication[0] === ofWave[0] &&
    ofApplication[1] !== ofWave[1]
  )
    context.ledger.fault(
      wave.at('KeyValue'),
      `no server has ${ofWave[0]} as ${ofApplication[1]}, as the application asks, and as ${ofWave[1]}`,
      'another tag than that of the application',
    );
  const tags = Object.fromEntries([ofApplication, ofWave].flatMap((tag) => (tag === undefined ? [] : [tag])));
  return taggedServers(tags, name, wave.path, context);
};

/** DRS seldom recovers a wave faster. */
const usualMinutes = 60;

const timeLimit = (wave: Source, { ledger }: ImportContext): number | undefined => {
  const minutes = timeoutOf(wave.number('MaxWaitTime'), wave.at('MaxWaitTime'), ledger);
  if (minutes !== undefined && minutes < usualMinutes)
    ledger.decide(
      wave.at('MaxWaitTime'),
      `${minutes} min are short for a recovery by DRS: at the end an operator is asked`,
    );
  return minutes;
};

const waveOf = (
  wave: Source,
  index: number,
  application: Source,
  target: Target | undefined,
  context: ImportContext,
): WaveDraft => {
  const { ledger } = context;
  const name = wave.text('Name') ?? `wave ${index + 1}`;
  const interval = wave.field('UpdateTime');
  interval?.take();
  if (interval !== undefined)
    ledger.lacks(interval.path, 'nothing polls: Groundswell is told when a job has ended');
  return {
    ...{ key: String(index), name, from: wave.path, dependsOn: [], target },
    description: descriptionOf(wave, ledger, 'Description'),
    servers: serversOf(application, wave, name, context),
    timeoutMinutes: timeLimit(wave, context),
    before: waveActions(wave, 'PreWaveActions', context),
    after: waveActions(wave, 'PostWaveActions', context),
  };
};

const people = ['Owner', 'SnsTopic'] as const;

const listPeople = (source: Source, { ledger }: ImportContext): void => {
  for (const name of people)
    if (source.text(name) !== undefined)
      ledger.lacks(source.at(name), 'people are notified by rules of the deployment, not by a plan');
};

const targetOf = (application: Source, context: ImportContext): Target | undefined => {
  const { ledger, map } = context;
  const account = application.text('AccountId') ?? map.map.account;
  const region = application.text('Region') ?? map.map.region;
  if (!accountIdSchema.safeParse(account).success)
    ledger.fault(application.at('AccountId'), `is ${account ?? 'missing'}`, '12 digits');
  if (!regionSchema.safeParse(region).success)
    ledger.fault(application.at('Region'), `is ${region ?? 'missing'}`, 'an AWS Region such as eu-west-1');
  if (account === undefined || region === undefined) return undefined;
  const target = targetAt(account, region, context);
  if (target.role === undefined)
    ledger.decide(
      application.at('AccountId'),
      `no role into ${account} is named: reached with the hub's own credentials, unless role: in --map names one`,
    );
  return target;
};

const planOf = (
  plan: Source,
  application: Source,
  target: Target | undefined,
  context: ImportContext,
): PlanDraft => {
  const { ledger } = context;
  const waves = plan.list('Waves').map((wave, index) => waveOf(wave, index, application, target, context));
  if (waves.length === 0) ledger.fault(plan.at('Waves'), 'there are no waves');
  listPeople(plan, context);
  return {
    name: plan.text('PlanName') ?? '',
    description: descriptionOf(plan, ledger, 'Description'),
    from: plan.path,
    rtoMinutes: objectiveOf(plan.field('RTO'), 'rto', context),
    rpoMinutes: objectiveOf(plan.field('RPO'), 'rpo', context),
    waves: inARow(waves),
  };
};

/** Applications of aws-samples drs-plan-automation: one account and Region each, whose plans run their waves in a row. */
export const planAutomation: ImportKind = {
  name: 'drs-plan-automation',
  title: 'an application of drs-plan-automation',
  isIt: oneOrMore(isApplication),
  read: (context) => {
    const applications = isList(context.root.value) ? context.root.items() : [context.root];
    return applications.flatMap((application) => {
      const target = targetOf(application, context);
      application.text('AppName');
      listPeople(application, context);
      return application.list('Plans').map((plan) => planOf(plan, application, target, context));
    });
  },
};
