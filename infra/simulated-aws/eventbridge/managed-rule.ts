import type { Archive } from './archive.ts';
import { type Core, requireRule, rulesOf } from './core.ts';
import { managedRule } from './errors.ts';
import { isJsonObject, parseJson } from './json.ts';
import type { Rule } from './rule.ts';

const manager = 'prod.vhs.events.aws.internal';

const patternOf = ({ eventPattern }: Archive): string => {
  const pattern = parseJson(eventPattern ?? '{}')?.value;
  return JSON.stringify({ ...(isJsonObject(pattern) ? pattern : {}), 'replay-name': [{ exists: false }] });
};

/** The rule by which AWS fills an archive. Here it is for show: the archive's own pattern does the work. */
const ruleOf = (archive: Archive, region: string): Rule => {
  const name = `Events-Archive-${archive.name}`;
  return {
    name,
    bus: archive.bus,
    state: 'ENABLED',
    eventPattern: patternOf(archive),
    scheduledSince: archive.createdAt,
    managedBy: manager,
    tags: {},
    targets: [{ Id: name, Arn: `arn:aws:events:${region}:::` }],
  };
};

const managedRulesOf = (core: Core, bus: string): readonly Rule[] =>
  [...core.tables.archive.values()]
    .filter((archive) => archive.bus === bus)
    .map((archive) => ruleOf(archive, core.region));

const managedRuleOf = (core: Core, bus: string, name: string): Rule | undefined =>
  managedRulesOf(core, bus).find((rule) => rule.name === name);

/** The rules of a bus as AWS lists them: those that were put, and those that AWS keeps itself. */
export const listedRulesOf = (core: Core, bus: string): readonly Rule[] => [
  ...rulesOf(core, bus),
  ...managedRulesOf(core, bus),
];

/** A rule to be looked at. */
export const requireListedRule = (core: Core, bus: string, name: string): Rule =>
  managedRuleOf(core, bus, name) ?? requireRule(core, bus, name);

/** Throws what AWS answers to a change of a rule that is its own. */
export const refuseManaged = (core: Core, bus: string, name: string): void => {
  if (managedRuleOf(core, bus, name) !== undefined) throw managedRule(name);
};
