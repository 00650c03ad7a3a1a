import type { ImportContext, ImportKind } from '../context.ts';
import { inARow, type PlanDraft, type ServerDraft, type ServersDraft, type WaveDraft } from '../draft.ts';
import {
  chosenOf,
  descriptionOf,
  objectiveOf,
  serverOf,
  tagsOf,
  taggedServers,
  targetOfMap,
  waitOf,
} from '../shared-parts.ts';
import type { Source } from '../source.ts';
import { hasAny, hasLists, isList, memberOf } from './recognise.ts';
import { hookActions, waveActions } from './wave-actions.ts';
import { type NamedWave, nameOf, referencesOf, waveNamed } from './wave-references.ts';

const isPlan = (value: unknown): boolean =>
  hasLists('Waves')(value) && hasAny(value, 'PlanId', 'PlanName', 'Name') && !hasAny(value, 'ExecutionId');

const isGroup = (value: unknown): boolean =>
  !hasAny(value, 'Waves') &&
  hasAny(value, 'ServerIds', 'Tags') &&
  hasAny(value, 'Id', 'GroupId', 'Name', 'GroupName');

/** Protection groups that stand in the same file, by id and by name. */
type Groups = ReadonlyMap<string, Source>;

const groupsOf = (sources: readonly Source[]): Groups =>
  new Map(
    sources.flatMap((group) =>
      [group.text('Id', 'GroupId'), group.text('Name', 'GroupName')].flatMap((name) =>
        name === undefined ? [] : [[name, group] as const],
      ),
    ),
  );

const tellRegion = (group: Source, { ledger, map: { map } }: ImportContext): void => {
  const region = group.text('Region');
  if (region === undefined || region === map.region) return;
  if (map.region === undefined)
    ledger.decide(
      group.at('Region'),
      `its servers are in ${region}: Groundswell has to be deployed there, or --map to name it`,
    );
  else ledger.fault(group.at('Region'), `is ${region}, and --map says ${map.region}`, 'the same Region');
};

const groupServers = (group: Source, waveName: string, context: ImportContext): ServersDraft => {
  tellRegion(group, context);
  const ids = group.texts('ServerIds');
  const tags = group.field('Tags');
  if (ids.length > 0 || tags === undefined)
    return { from: group.path, ids: ids.flatMap(({ text, path }) => serverOf(text, path, context)) };
  return taggedServers(tagsOf(tags, context.ledger), waveName, tags.path, context);
};

const groupNames = (wave: Source): readonly string[] => [
  ...new Set([
    ...wave.texts('ProtectionGroupIds').map(({ text }) => text),
    ...[wave.text('ProtectionGroupId'), wave.text('ProtectionGroupName')].flatMap((name) => name ?? []),
  ]),
];

const join = (parts: readonly ServersDraft[], from: string, { ledger }: ImportContext): ServersDraft => {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  if (parts.some((part) => 'tags' in part))
    ledger.fault(from, 'joins several groups, one of which chooses by tag', 'a wave for each group');
  return { from, ids: parts.flatMap((part) => ('ids' in part ? part.ids : [])) };
};

const serversOf = (wave: Source, name: string, groups: Groups, context: ImportContext): ServersDraft => {
  const { ledger, map } = context;
  const own = wave.texts('ServerIds');
  const names = groupNames(wave);
  if (own.length > 0)
    return {
      from: wave.at('ServerIds'),
      ids: own.flatMap(({ text, path }) => serverOf(text, path, context)),
    };
  const parts = names.flatMap((group): readonly ServersDraft[] => {
    const chosen = map.group(group);
    const held = groups.get(group);
    if (chosen !== undefined) return [chosenOf(chosen, wave.path)];
    if (held !== undefined) return [groupServers(held, name, context)];
    ledger.fault(
      wave.path,
      `the file does not hold the protection group ${group}`,
      `groups: { ${JSON.stringify(group)}: { servers: [s-…] } } in the file of --map`,
    );
    return [];
  });
  if (names.length === 0) ledger.fault(wave.path, 'names neither servers nor a protection group');
  return parts.length === 0 ? { from: wave.path, ids: [] } : join(parts, wave.path, context);
};

interface ReadWave extends NamedWave {
  readonly draft: WaveDraft;
  readonly isSequential: boolean;
  readonly source: Source;
}

const waveOf = (
  wave: Source,
  index: number,
  plan: Source,
  groups: Groups,
  context: ImportContext,
): ReadWave => {
  const { ledger } = context;
  const order =
    typeof wave.field('ExecutionOrder')?.value === 'number' ? wave.number('ExecutionOrder') : undefined;
  const named = {
    key: String(index),
    id: wave.text('WaveId'),
    number: wave.number('WaveNumber'),
    order,
    name: wave.text('WaveName', 'Name'),
  };
  const name = named.name ?? nameOf(named);
  const type = wave.text('ExecutionType');
  if (type !== undefined && type !== 'SEQUENTIAL' && type !== 'PARALLEL')
    ledger.fault(wave.at('ExecutionType'), `is ${type}`, 'SEQUENTIAL or PARALLEL');
  return {
    ...named,
    source: wave,
    isSequential: type === 'SEQUENTIAL',
    draft: {
      ...{ key: named.key, name, from: wave.path, dependsOn: [] },
      description: descriptionOf(wave, ledger, 'WaveDescription', 'Description'),
      target: targetOfPlan(plan, context),
      servers: serversOf(wave, name, groups, context),
      pauseBefore: wave.flag('PauseBeforeWave'),
      before: [
        ...hookActions(wave, 'PreRecoveryHook', context),
        ...waveActions(wave, 'PreWaveActions', context),
      ],
      after: [
        ...hookActions(wave, 'PostRecoveryHook', context),
        ...waveActions(wave, 'PostWaveActions', context),
        ...waitOf(wave.number('WaitTimeSeconds'), wave.at('WaitTimeSeconds'), ledger),
      ],
    },
  };
};

const targetOfPlan = (plan: Source, context: ImportContext) => targetOfMap(context, plan.path);

const bound = (waves: readonly ReadWave[], { ledger }: ImportContext): readonly WaveDraft[] =>
  waves.map(({ draft, source }) => ({
    ...draft,
    dependsOn: referencesOf(source).flatMap(({ text, path }) => {
      const answer = waveNamed(waves, text);
      if ('key' in answer) return [answer.key];
      const known = waves.map(nameOf).join(', ');
      ledger.fault(
        path,
        answer.trouble === 'unknown' ? `there is no wave ${text}` : `${text} can be more than one wave`,
        known,
      );
      return [];
    }),
  }));

const inOrder = (waves: readonly ReadWave[]): readonly WaveDraft[] =>
  waves
    .toSorted((a, b) => (a.order ?? a.number ?? Number(a.key)) - (b.order ?? b.number ?? Number(b.key)))
    .map(({ draft }) => draft);

/** Waves that name no dependency at all stand in a row by their numbers. */
const ordered = (waves: readonly ReadWave[], plan: Source, context: ImportContext): readonly WaveDraft[] => {
  const graph = bound(waves, context);
  if (graph.length < 2 || graph.some(({ dependsOn }) => dependsOn.length > 0) || context.options.asGraph)
    return graph;
  context.ledger.changed(
    plan.at('Waves'),
    'no wave names a dependency: they run in a row by their numbers; --as-graph lets them start together',
  );
  return inARow(inOrder(waves));
};

const single = (wave: WaveDraft, server: ServerDraft, index: number, last: number): WaveDraft => ({
  ...wave,
  key: index === last ? wave.key : `${wave.key}/${index}`,
  name: `${wave.name} ${index + 1}`,
  servers: { from: server.from, ids: [server] },
  dependsOn: index === 0 ? wave.dependsOn : [`${wave.key}/${index - 1}`],
  pauseBefore: index === 0 && wave.pauseBefore === true,
  before: index === 0 ? wave.before : [],
  after: index === last ? wave.after : [],
});

/** DRS launches the servers of a job together; one after the other is a wave each. */
const inTurn = (wave: WaveDraft, { options, ledger }: ImportContext): readonly WaveDraft[] => {
  const { servers } = wave;
  const from = `${wave.from}.ExecutionType`;
  if ('tags' in servers)
    ledger.decide(from, 'SEQUENTIAL, with servers chosen by tag: they are launched together');
  if ('tags' in servers || servers.ids.length < 2) return [wave];
  if (!options.inTurn) {
    ledger.changed(
      from,
      'SEQUENTIAL: DRS launches the servers of a wave together; --in-turn makes a wave of each',
    );
    return [wave];
  }
  ledger.changed(from, `SEQUENTIAL: ${servers.ids.length} waves in a row, one for each server`);
  return servers.ids.map((server, index) => single(wave, server, index, servers.ids.length - 1));
};

const planOf = (plan: Source, groups: Groups, context: ImportContext): PlanDraft => {
  const { ledger } = context;
  const waves = plan.list('Waves').map((wave, index) => waveOf(wave, index, plan, groups, context));
  if (waves.length === 0) ledger.fault(plan.at('Waves'), 'there are no waves');
  const sequential = new Set(waves.filter(({ isSequential }) => isSequential).map(({ key }) => key));
  plan.field('ProtectionGroupIds')?.take();
  const planId = plan.text('PlanId');
  return {
    name: plan.text('PlanName', 'Name') ?? planId ?? '',
    description: descriptionOf(plan, ledger, 'Description'),
    from: plan.path,
    rtoMinutes: objectiveOf(plan.field('RTO'), 'rto', context),
    rpoMinutes: objectiveOf(plan.field('RPO'), 'rpo', context),
    waves: ordered(waves, plan, context).flatMap((wave) =>
      sequential.has(wave.key) ? inTurn(wave, context) : [wave],
    ),
  };
};

const partsOf = (value: unknown): readonly unknown[] => {
  if (isList(value)) return value;
  const items = memberOf(value, 'Items');
  return isList(items) ? items : [value];
};

/** Items of the older orchestrator's tables and the requests that made them; protection groups may stand beside them. */
export const orchestratorItems: ImportKind = {
  name: 'orchestrator-items',
  title: 'plans of the older DRS orchestrator, as its tables and requests hold them',
  isIt: (value) =>
    partsOf(value).some(isPlan) && partsOf(value).every((part) => isPlan(part) || isGroup(part)),
  read: (context) => {
    const { root } = context;
    const sources = isList(root.value)
      ? root.items()
      : root.field('Items') === undefined
        ? [root]
        : root.list('Items');
    const groups = groupsOf(sources.filter(({ value }) => isGroup(value)));
    return sources.filter(({ value }) => isPlan(value)).map((plan) => planOf(plan, groups, context));
  },
};
