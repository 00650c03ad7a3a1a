import type { ArchiveIndex } from './archive-index.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { Core } from './core.ts';
import type { DeliveryOrder } from './delivery.ts';
import type { DeliveryQueue } from './delivery-queue.ts';
import type { DeliveryResult } from './delivery-target.ts';
import { type BusEvent, parseEvent, wholeSeconds } from './event.ts';
import { renderInput } from './input-transformer.ts';
import type { Metrics } from './metrics.ts';
import { leavesOf } from './pattern-match.ts';
import type { CompiledRule, RuleIndex } from './rule-index.ts';

export interface Router {
  /** Gives an event to a bus's archives and rules; a bus that does not exist swallows it, as AWS's does. */
  dispatch(event: BusEvent, bus: string, onlyRuleArns?: ReadonlySet<string>): void;
  /** Gives an event to the targets of one rule, whatever its pattern: how a schedule fires. */
  fire(event: BusEvent, rule: CompiledRule): void;
  /** Puts an event onto the bus that a target names; nothing when the target is no bus of this runtime. */
  forward(targetArn: string, eventText: string): DeliveryResult | undefined;
}

export interface RouterParts {
  readonly core: Core;
  readonly rules: RuleIndex;
  readonly archives: ArchiveIndex;
  readonly store: ArchiveStore;
  readonly metrics: Metrics;
  readonly queue: Pick<DeliveryQueue, 'accept'>;
}

export const createRouter = ({ core, rules, archives, store, metrics, queue }: RouterParts): Router => {
  const ordersOf = (rule: CompiledRule, event: BusEvent, eventText: string): readonly DeliveryOrder[] => {
    const ingestedAt = wholeSeconds(core.clock.now());
    const context = { event, eventText, ruleArn: rule.arn, ruleName: rule.name, ingestedAt };
    return rule.targets.map(({ arn, dlqArn, input, retryPolicy, http, messageGroupId }) => {
      const payload = renderInput(input, context) ?? null;
      return {
        ruleArn: rule.arn,
        targetArn: arn,
        retryPolicy,
        ...(dlqArn === undefined ? {} : { dlqArn }),
        ...(http === undefined ? {} : { http }),
        ...(messageGroupId === undefined ? {} : { messageGroupId }),
        ...(payload === eventText ? {} : { payload }),
      };
    });
  };

  const accept = (event: BusEvent, matched: readonly CompiledRule[], keptBy: readonly string[]): void => {
    metrics.count('events');
    metrics.count('matched', matched.length);
    const text = JSON.stringify(event);
    const orders = matched.flatMap((rule) => ordersOf(rule, event, text));
    if (orders.length + keptBy.length === 0) return;
    keptBy.forEach((archive) => store.keep(archive, text));
    queue.accept(text, keptBy, orders);
  };

  const dispatch = (event: BusEvent, bus: string, onlyRuleArns?: ReadonlySet<string>): void => {
    const leaves = leavesOf(event);
    const matched = rules
      .rulesOn(bus)
      .filter((rule) => (onlyRuleArns?.has(rule.arn) ?? true) && rule.matches(leaves));
    accept(event, matched, archives.keeping(bus, leaves));
  };

  return {
    dispatch,
    fire: (event, rule) => accept(event, [rule], []),
    forward(targetArn, eventText) {
      const own = core.arns.bus('');
      if (!targetArn.startsWith(own)) return undefined;
      const bus = targetArn.slice(own.length);
      if (core.tables.bus.get(bus) === undefined)
        return { status: 'permanent', errorCode: 'NO_RESOURCE', message: `Event bus ${bus} does not exist.` };
      dispatch(parseEvent(eventText), bus);
      return { status: 'accepted' };
    },
  };
};
