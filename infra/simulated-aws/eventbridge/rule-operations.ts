import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import { busNameOrArn, pageMembers, resourceName } from './constraint.ts';
import { type Core, requireBus, requireRule, ruleKey } from './core.ts';
import { validation } from './errors.ts';
import { listedRulesOf, refuseManaged, requireListedRule } from './managed-rule.ts';
import { operation } from './operation.ts';
import { pageOf } from './page.ts';
import type { Rule, RuleState } from './rule.ts';
import { putRule, ruleFrom } from './rule-input.ts';

const ruleName = z.object({ Name: resourceName(), EventBusName: busNameOrArn });

const summaryOf = (core: Core, rule: Rule) => ({
  Name: rule.name,
  Arn: core.arns.rule(rule.bus, rule.name),
  EventPattern: rule.eventPattern,
  ScheduleExpression: rule.scheduleExpression,
  State: rule.state,
  Description: rule.description,
  RoleArn: rule.roleArn,
  ManagedBy: rule.managedBy,
  EventBusName: rule.bus,
});

/** Rules without their targets. `changed` is called for every rule that is new, altered or gone. */
export const ruleOperations = (core: Core, changed: (bus: string, name: string) => void): Operations => {
  const save = (rule: Rule): void => {
    core.tables.rule.set(ruleKey(rule.bus, rule.name), rule);
    changed(rule.bus, rule.name);
  };
  const turn = (state: RuleState) =>
    operation(ruleName, ({ Name, EventBusName }) => {
      const bus = requireBus(core, EventBusName).name;
      refuseManaged(core, bus, Name);
      const rule = requireRule(core, bus, Name);
      save({ ...rule, state, scheduledSince: core.clock.now() });
    });
  return {
    PutRule: operation(putRule, (input) => {
      const rule = ruleFrom(core, input);
      save(rule);
      return { RuleArn: core.arns.rule(rule.bus, rule.name) };
    }),
    DescribeRule: operation(ruleName, ({ Name, EventBusName }) => ({
      ...summaryOf(core, requireListedRule(core, requireBus(core, EventBusName).name, Name)),
      CreatedBy: core.account,
    })),
    ListRules: operation(
      z.object({ NamePrefix: z.string().optional(), EventBusName: busNameOrArn, ...pageMembers }),
      (input) => {
        const rules = listedRulesOf(core, requireBus(core, input.EventBusName).name);
        const prefixed = rules.filter((rule) => rule.name.startsWith(input.NamePrefix ?? ''));
        const { items, ...next } = pageOf(prefixed, (rule) => rule.name, input);
        return { Rules: items.map((rule) => summaryOf(core, rule)), ...next };
      },
    ),
    EnableRule: turn('ENABLED'),
    DisableRule: turn('DISABLED'),
    DeleteRule: operation(ruleName, ({ Name, EventBusName }) => {
      const bus = requireBus(core, EventBusName).name;
      refuseManaged(core, bus, Name);
      const rule = core.tables.rule.get(ruleKey(bus, Name));
      if (rule !== undefined && rule.targets.length > 0)
        throw validation("Rule can't be deleted since it has targets.");
      core.tables.rule.delete(ruleKey(bus, Name));
      changed(bus, Name);
    }),
  };
};
