import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import { defaultBus } from './arn.ts';
import {
  arnText,
  busNameOrArn,
  description,
  pageMembers,
  patternText,
  resourceName,
  tagList,
} from './constraint.ts';
import { type Core, requireBus, requireRule, ruleKey, rulesOf } from './core.ts';
import { invalidParameter, limitExceeded, validation } from './errors.ts';
import { operation } from './operation.ts';
import { pageOf } from './page.ts';
import { readPattern } from './pattern-input.ts';
import type { Rule, RuleState } from './rule.ts';
import { parseSchedule } from './schedule.ts';
import { tagsFrom } from './tags.ts';

const rulesPerBusMax = 300;
const wildcardRulesPerBusMax = 30;
/** The default quota; the service model itself allows 4,096. */
const patternCharactersMax = 2_048;

const putRule = z.object({
  Name: resourceName(),
  EventBusName: busNameOrArn,
  EventPattern: patternText.optional(),
  ScheduleExpression: z.string().max(256).optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).optional(),
  Description: description,
  RoleArn: arnText.optional(),
  Tags: tagList.optional(),
});

const ruleName = z.object({ Name: resourceName(), EventBusName: busNameOrArn });

const usesWildcard = (rule: Rule): boolean =>
  rule.eventPattern !== undefined && readPattern(rule.eventPattern).usesWildcard;

const checkPattern = (core: Core, bus: string, name: string, text: string): void => {
  if (text.length > patternCharactersMax) throw limitExceeded();
  if (!readPattern(text).usesWildcard) return;
  const others = rulesOf(core, bus).filter((rule) => rule.name !== name && usesWildcard(rule));
  if (others.length >= wildcardRulesPerBusMax) throw limitExceeded();
};

const checkSchedule = (bus: string, expression: string): void => {
  if (bus !== defaultBus) throw validation('ScheduleExpression is supported only on the default event bus.');
  if (parseSchedule(expression) === undefined) throw invalidParameter('ScheduleExpression');
};

const ruleFrom = (core: Core, input: z.output<typeof putRule>): Rule => {
  const bus = requireBus(core, input.EventBusName).name;
  const [eventPattern, scheduleExpression] = [
    input.EventPattern || undefined,
    input.ScheduleExpression || undefined,
  ];
  if (eventPattern === undefined && scheduleExpression === undefined)
    throw validation('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  if (eventPattern !== undefined) checkPattern(core, bus, input.Name, eventPattern);
  if (scheduleExpression !== undefined) checkSchedule(bus, scheduleExpression);
  const old = core.tables.rule.get(ruleKey(bus, input.Name));
  if (old === undefined && rulesOf(core, bus).length >= rulesPerBusMax) throw limitExceeded();
  // Putting a rule again replaces everything but its targets and tags.
  return {
    name: input.Name,
    bus,
    state: input.State ?? 'ENABLED',
    ...(eventPattern === undefined ? {} : { eventPattern }),
    ...(scheduleExpression === undefined ? {} : { scheduleExpression }),
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.RoleArn === undefined ? {} : { roleArn: input.RoleArn }),
    scheduledSince: core.clock.now(),
    tags: old?.tags ?? tagsFrom(input.Tags),
    targets: old?.targets ?? [],
  };
};

const summaryOf = (core: Core, rule: Rule) => ({
  Name: rule.name,
  Arn: core.arns.rule(rule.bus, rule.name),
  EventPattern: rule.eventPattern,
  ScheduleExpression: rule.scheduleExpression,
  State: rule.state,
  Description: rule.description,
  RoleArn: rule.roleArn,
  EventBusName: rule.bus,
});

/** Rules without their targets. `changed` is told of every rule that is new, altered or gone. */
export const ruleOperations = (core: Core, changed: (bus: string, name: string) => void): Operations => {
  const save = (rule: Rule): void => {
    core.tables.rule.set(ruleKey(rule.bus, rule.name), rule);
    changed(rule.bus, rule.name);
  };
  const turn = (state: RuleState) =>
    operation(ruleName, ({ Name, EventBusName }) => {
      const rule = requireRule(core, requireBus(core, EventBusName).name, Name);
      save({ ...rule, state, scheduledSince: core.clock.now() });
    });
  return {
    PutRule: operation(putRule, (input) => {
      const rule = ruleFrom(core, input);
      save(rule);
      return { RuleArn: core.arns.rule(rule.bus, rule.name) };
    }),
    DescribeRule: operation(ruleName, ({ Name, EventBusName }) => ({
      ...summaryOf(core, requireRule(core, requireBus(core, EventBusName).name, Name)),
      CreatedBy: core.account,
    })),
    ListRules: operation(
      z.object({ NamePrefix: z.string().optional(), EventBusName: busNameOrArn, ...pageMembers }),
      (input) => {
        const rules = rulesOf(core, requireBus(core, input.EventBusName).name);
        const prefixed = rules.filter((rule) => rule.name.startsWith(input.NamePrefix ?? ''));
        const { items, ...next } = pageOf(prefixed, (rule) => rule.name, input);
        return { Rules: items.map((rule) => summaryOf(core, rule)), ...next };
      },
    ),
    EnableRule: turn('ENABLED'),
    DisableRule: turn('DISABLED'),
    DeleteRule: operation(ruleName, ({ Name, EventBusName }) => {
      const bus = requireBus(core, EventBusName).name;
      const rule = core.tables.rule.get(ruleKey(bus, Name));
      if (rule !== undefined && rule.targets.length > 0)
        throw validation("Rule can't be deleted since it has targets.");
      core.tables.rule.delete(ruleKey(bus, Name));
      changed(bus, Name);
    }),
  };
};
