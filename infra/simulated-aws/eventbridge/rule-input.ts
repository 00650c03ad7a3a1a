import * as z from 'zod';
import { defaultBus } from './arn.ts';
import { arnText, busNameOrArn, description, patternText, resourceName, tagList } from './constraint.ts';
import { type Core, requireBus, ruleKey, rulesOf } from './core.ts';
import { invalidParameter, limitExceeded, validation } from './errors.ts';
import { refuseManaged } from './managed-rule.ts';
import { readPattern } from './pattern-input.ts';
import { isEnabled, type Rule } from './rule.ts';
import { parseSchedule } from './schedule.ts';
import { tagsFrom } from './tags.ts';

const rulesPerBusMax = 300;
const wildcardRulesPerBusMax = 30;
/** The default quota; the service model itself allows 4,096. */
const patternCharactersMax = 2_048;

export const putRule = z.object({
  Name: resourceName(),
  EventBusName: busNameOrArn,
  EventPattern: patternText.optional(),
  ScheduleExpression: z.string().max(256).optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).optional(),
  Description: description,
  RoleArn: arnText.optional(),
  Tags: tagList.optional(),
});

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

/** Whoever puts an unchanged rule at every start must not hold its rate up. */
const isSameBeat = (old: Rule, scheduleExpression: string | undefined): boolean =>
  isEnabled(old) && old.scheduleExpression === scheduleExpression;

/** The rule that PutRule asks for, or what AWS answers when it may not be. */
export const ruleFrom = (core: Core, input: z.output<typeof putRule>): Rule => {
  const bus = requireBus(core, input.EventBusName).name;
  refuseManaged(core, bus, input.Name);
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
    scheduledSince:
      old !== undefined && isSameBeat(old, scheduleExpression) ? old.scheduledSince : core.clock.now(),
    tags: old?.tags ?? tagsFrom(input.Tags),
    targets: old?.targets ?? [],
  };
};
