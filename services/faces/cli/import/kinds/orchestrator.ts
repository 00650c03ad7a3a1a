import { roleArnSchema } from '../../../../../contracts/identifiers.ts';
import type { Target } from '../../../../../contracts/plan.ts';
import type { ImportContext, ImportKind } from '../context.ts';
import { inARow, type PlanDraft, type ServersDraft, type WaveDraft } from '../draft.ts';
import { chosenOf, descriptionOf, serverOf, taggedServers, tagsOf, targetOfMap } from '../shared-parts.ts';
import type { Ledger } from '../ledger.ts';
import type { Source } from '../source.ts';
import { hasLists } from './recognise.ts';

type Groups = ReadonlyMap<string, Source>;

const groupsOf = ({ root, ledger }: ImportContext): Groups => {
  const groups = new Map<string, Source>();
  for (const group of root.list('protectionGroups')) {
    const name = group.text('groupName');
    if (name === undefined)
      ledger.fault(group.at('groupName'), 'is missing', 'the name by which waves refer to it');
    else if (groups.has(name)) ledger.fault(group.at('groupName'), `two groups are named ${name}`);
    else groups.set(name, group);
  }
  return groups;
};

const ownServers = (wave: Source, context: ImportContext): ServersDraft | undefined => {
  const ids = wave.texts('serverIds');
  if (ids.length === 0) return undefined;
  return {
    from: wave.at('serverIds'),
    ids: ids.flatMap(({ text, path }) => serverOf(text, path, context)),
  };
};

/** What its group chooses beyond a wave's own servers. */
const tellGroupsOwn = (wave: Source, group: Source, { ledger }: ImportContext): void => {
  const own = wave.texts('serverIds').map(({ text }) => text);
  const others = group.texts('sourceServerIds').filter(({ text }) => !own.includes(text));
  const tags = group.field('serverSelectionTags');
  const isTagged = Object.keys((tags?.take() as object | undefined) ?? {}).length > 0;
  if (others.length === 0 && !isTagged) return;
  const also = isTagged ? 'chooses by tag' : `also has ${others.map(({ text }) => text).join(', ')}`;
  ledger.changed(
    wave.at('serverIds'),
    `the list counts that was frozen when the plan was saved; its group ${also}`,
  );
};

/** A wave's own servers, frozen when it was saved, count before its group's, of which they may be a part. */
const serversOf = (
  wave: Source,
  name: string,
  group: Source | undefined,
  orphanIds: readonly string[],
  context: ImportContext,
): ServersDraft => {
  const { ledger, map } = context;
  const own = ownServers(wave, context);
  if (own !== undefined && group !== undefined) tellGroupsOwn(wave, group, context);
  const fromMap = group === undefined && own === undefined ? map.group(...orphanIds) : undefined;
  if (own !== undefined) return own;
  if (fromMap !== undefined) return chosenOf(fromMap, wave.path);
  const ids = group?.texts('sourceServerIds') ?? [];
  const tags = group?.field('serverSelectionTags');
  const chosenTags = tags === undefined ? {} : tagsOf(tags, ledger);
  if (ids.length > 0 && Object.keys(chosenTags).length > 0)
    ledger.fault(group?.path ?? '', 'chooses its servers by id and by tag at once', 'one of the two');
  if (group !== undefined && ids.length > 0)
    return {
      from: group.at('sourceServerIds'),
      ids: ids.flatMap(({ text, path }) => serverOf(text, path, context)),
    };
  if (tags !== undefined && Object.keys(chosenTags).length > 0)
    return taggedServers(chosenTags, name, tags.path, context);
  ledger.fault(
    wave.path,
    group === undefined
      ? 'neither names servers nor a group of this file'
      : 'has no servers, and neither has its group',
    `groups: { ${JSON.stringify(orphanIds[0] ?? 'ID')}: { servers: [s-…] } } in the file of --map`,
  );
  return { from: wave.path, ids: [] };
};

const roleOf = (account: string, at: Source, context: ImportContext): Pick<Target, 'role' | 'externalId'> => {
  const name = at.text('assumeRoleName');
  const externalId = at.text('externalId');
  const role = name === undefined ? context.map.map.role : `arn:aws:iam::${account}:role/${name}`;
  if (role !== undefined && !roleArnSchema.safeParse(role).success)
    context.ledger.fault(at.at('assumeRoleName'), `${role} is no role's ARN`, 'the name of a role');
  return { ...(role !== undefined && { role }), ...(externalId !== undefined && { externalId }) };
};

/** An empty account is the hub's own, whose number stands at the top of the file. */
const targetOf = (group: Source | undefined, plan: Source, context: ImportContext): Target | undefined => {
  const { root, ledger, map } = context;
  const place = group ?? plan;
  if (group === undefined) return targetOfMap(context, plan.path);
  const region = place.text('region') ?? map.map.region;
  const hub = root.text('sourceAccount');
  const planAccount = plan.text('accountId');
  const account = place.text('accountId') ?? hub ?? planAccount ?? map.map.account;
  if (planAccount !== undefined && account !== undefined && planAccount !== account)
    ledger.changed(
      plan.at('accountId'),
      `the group's account ${account} counts, not the plan's ${planAccount}`,
    );
  if (region === undefined) ledger.fault(place.path, 'names no Region', 'region: in the file of --map');
  if (account === undefined) ledger.fault(place.path, 'names no account', 'account: in the file of --map');
  if (region === undefined || account === undefined) return undefined;
  const planRole = plan.text('assumeRoleName');
  if (planRole !== undefined && planRole !== place.text('assumeRoleName'))
    ledger.changed(plan.at('assumeRoleName'), `the role of the group counts, not the plan's ${planRole}`);
  const isHubs = account === hub && place.text('assumeRoleName') === undefined;
  const access = isHubs ? {} : roleOf(account, place, context);
  if (!isHubs && access.role === undefined)
    ledger.fault(place.path, `names no role into the account ${account}`, 'role: in the file of --map');
  return { account, region, ...access };
};

const waveOf = (
  wave: Source,
  index: number,
  plan: Source,
  groups: Groups,
  context: ImportContext,
): WaveDraft => {
  const { ledger } = context;
  const number = wave.number('waveNumber') ?? index;
  if (number !== index)
    ledger.changed(
      wave.at('waveNumber'),
      `the place in the list counts, ${index}, as it did when the plan ran`,
    );
  const name = wave.text('waveName') ?? `wave ${number}`;
  const groupName = wave.text('protectionGroupName');
  const ids = [
    ...wave.texts('protectionGroupIds').map(({ text }) => text),
    wave.text('protectionGroupId') ?? '',
  ];
  const group = groupName === undefined ? undefined : groups.get(groupName);
  if (groupName !== undefined && group === undefined)
    ledger.decide(wave.at('protectionGroupName'), `the file has no group ${groupName}`);
  const pauseBefore = wave.flag('pauseBeforeWave') ?? false;
  if (pauseBefore && index === 0)
    ledger.changed(
      wave.at('pauseBeforeWave'),
      'the old engine ignored it on a first wave; here the wave waits',
    );
  const orphanIds = [groupName ?? '', ...ids].filter((id) => id !== '');
  return {
    ...{ key: String(number), name, from: wave.path, pauseBefore },
    description: descriptionOf(wave, ledger, 'waveDescription', 'description'),
    dependsOn: [],
    target: targetOf(group, plan, context),
    servers: serversOf(wave, name, group, orphanIds, context),
    ...{ before: [], after: [] },
  };
};

const stated = (wave: Source): readonly string[] =>
  wave.list('dependsOnWaves').map((item) => String(item.take()));

const asStated = (waves: readonly WaveDraft[], sources: readonly Source[], { ledger }: ImportContext) =>
  waves.map((wave, index) => {
    const source = sources[index];
    const dependsOn = source === undefined ? [] : stated(source);
    for (const key of dependsOn)
      if (!waves.some((other) => other.key === key))
        ledger.fault(
          `${wave.from}.dependsOnWaves`,
          `there is no wave ${key}`,
          `one of ${waves.map((each) => each.key).join(', ')}, counted from 0`,
        );
    return { ...wave, dependsOn };
  });

/** The old engine ran the list in its order, and never read what waves depend on. */
const asRun = (waves: readonly WaveDraft[], sources: readonly Source[], { ledger }: ImportContext) => {
  const row = inARow(waves);
  for (const [index, source] of sources.entries()) {
    const said = stated(source);
    const runs = row[index]?.dependsOn ?? [];
    if (said.join() !== runs.join() && said.length > 0)
      ledger.changed(
        source.at('dependsOnWaves'),
        `says ${said.join(', ')}, which the old engine never read: it ran the waves in a row, as this plan does; --as-graph follows it`,
      );
  }
  return row;
};

const duplicateNumbers = (waves: readonly WaveDraft[], { ledger }: ImportContext): void => {
  for (const [index, { key, from }] of waves.entries())
    if (waves.findIndex((other) => other.key === key) !== index)
      ledger.fault(
        `${from}.waveNumber`,
        `two waves have the number ${key}`,
        'a number of its own for each wave',
      );
};

const planOf = (plan: Source, groups: Groups, context: ImportContext): PlanDraft => {
  const { ledger, options } = context;
  const sources = plan.list('waves');
  const waves = sources.map((wave, index) => waveOf(wave, index, plan, groups, context));
  duplicateNumbers(waves, context);
  if (waves.length === 0) ledger.fault(plan.at('waves'), 'there are no waves');
  for (const name of ['notificationEmail', 'snsSubscriptionArn'])
    if (plan.text(name) !== undefined)
      ledger.lacks(plan.at(name), 'people are notified by rules of the deployment, not by a plan');
  const order = options.asGraph ? asStated : asRun;
  return {
    name: plan.text('planName') ?? '',
    description: descriptionOf(plan, ledger, 'description'),
    from: plan.path,
    waves: order(waves, sources, context),
  };
};

/** What a count at the end of the file says tells whether the file is whole. */
const checkCounts = ({ root, ledger }: ImportContext): void => {
  const metadata = root.field('metadata');
  for (const [name, list] of [
    ['protectionGroupCount', 'protectionGroups'],
    ['recoveryPlanCount', 'recoveryPlans'],
  ] as const) {
    const count = metadata?.number(name);
    const held = root.list(list).length;
    if (count !== undefined && count !== held)
      ledger.decide(`metadata.${name}`, `says ${count}, and the file holds ${held}: it may be cut or edited`);
  }
  for (const name of ['schemaVersion', 'exportedAt']) metadata?.text(name);
  for (const name of ['serverCount', 'serversWithCustomConfig']) metadata?.number(name);
  const orphans = metadata?.number('orphanedReferences') ?? 0;
  if (orphans > 0)
    ledger.decide(
      'metadata.orphanedReferences',
      `the export itself counts ${orphans} references that lead nowhere`,
    );
};

const launchSettings = ['launchConfig', 'servers'] as const;

const tellGroup = (group: Source, isUsed: boolean, ledger: Ledger): void => {
  if (!isUsed) {
    group.take();
    ledger.lacks(group.path, 'no plan of the file uses this group');
    return;
  }
  for (const name of launchSettings) {
    const settings = group.field(name);
    settings?.take();
    if (settings !== undefined)
      ledger.lacks(settings.path, 'launch settings belong to DRS and to EC2 launch templates, not to a plan');
  }
};

/** Exports of johnjcousens/aws-elasticdrs-orchestrator: version 1.0, 1.1, and those that name no version. */
export const orchestrator: ImportKind = {
  name: 'orchestrator',
  title: 'an export of aws-elasticdrs-orchestrator',
  isIt: hasLists('protectionGroups', 'recoveryPlans'),
  read: (context) => {
    const { root, ledger } = context;
    for (const name of ['schemaVersion', 'exportedAt', 'sourceRegion', 'sourceAccount']) root.text(name);
    checkCounts(context);
    const groups = groupsOf(context);
    const plans = root.list('recoveryPlans').map((plan) => planOf(plan, groups, context));
    const used = new Set(
      root
        .list('recoveryPlans')
        .flatMap((plan) => plan.list('waves').flatMap((wave) => wave.text('protectionGroupName') ?? [])),
    );
    for (const [name, group] of groups) tellGroup(group, used.has(name), ledger);
    return plans;
  },
};
