import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import { arnText, busNameOrArn, pageMembers, resourceName } from './constraint.ts';
import { type Core, requireBus, requireRule, ruleKey } from './core.ts';
import { limitExceeded } from './errors.ts';
import { listedRulesOf, refuseManaged, requireListedRule } from './managed-rule.ts';
import { operation } from './operation.ts';
import { pageOf } from './page.ts';
import type { Rule } from './rule.ts';
import { checkTarget, type Target, targetSchema } from './target.ts';

const targetsPerRuleMax = 5;

const ofRule = { Rule: resourceName(), EventBusName: busNameOrArn };

interface RuleName {
  readonly Rule: string;
  readonly EventBusName?: string | undefined;
}

/** A target replaces the one of the same id, in its place. */
const withTargets = (old: readonly Target[], given: readonly Target[]): readonly Target[] => [
  ...new Map([...old, ...given].map((target) => [target.Id, target])).values(),
];

/** The targets of rules. `changed` is called for every rule whose targets change. */
export const targetOperations = (core: Core, changed: (bus: string, name: string) => void): Operations => {
  const find = (input: RuleName): Rule => {
    const bus = requireBus(core, input.EventBusName).name;
    refuseManaged(core, bus, input.Rule);
    return requireRule(core, bus, input.Rule);
  };
  const save = (rule: Rule): void => {
    core.tables.rule.set(ruleKey(rule.bus, rule.name), rule);
    changed(rule.bus, rule.name);
  };
  return {
    PutTargets: operation(
      z.object({ ...ofRule, Targets: z.array(targetSchema).min(1).max(100) }),
      ({ Targets, ...input }) => {
        const rule = find(input);
        for (const target of Targets) checkTarget(target, core);
        const targets = withTargets(rule.targets, Targets);
        if (targets.length > targetsPerRuleMax) throw limitExceeded();
        save({ ...rule, targets });
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    ),
    RemoveTargets: operation(
      z.object({ ...ofRule, Ids: z.array(resourceName()).min(1).max(100) }),
      ({ Ids, ...input }) => {
        const rule = find(input);
        save({ ...rule, targets: rule.targets.filter((target) => !Ids.includes(target.Id)) });
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    ),
    ListTargetsByRule: operation(z.object({ ...ofRule, ...pageMembers }), (input) => {
      const rule = requireListedRule(core, requireBus(core, input.EventBusName).name, input.Rule);
      const { items, ...next } = pageOf(rule.targets, (target) => target.Id, input);
      return { Targets: items, ...next };
    }),
    ListRuleNamesByTarget: operation(
      z.object({ TargetArn: arnText, EventBusName: busNameOrArn, ...pageMembers }),
      (input) => {
        const rules = listedRulesOf(core, requireBus(core, input.EventBusName).name);
        const aimed = rules.filter((rule) => rule.targets.some((target) => target.Arn === input.TargetArn));
        const { items, ...next } = pageOf(aimed, (rule) => rule.name, input);
        return { RuleNames: items.map((rule) => rule.name), ...next };
      },
    ),
  };
};
