import type { ArchiveIndex } from './archive-index.ts';
import type { ArchiveStore } from './archive-store.ts';
import type { Core } from './core.ts';
import type { DeliveryOrder } from './delivery.ts';
import type { DeliveryQueue } from './delivery-queue.ts';
import { kindOfTarget } from './target-arn.ts';
import type { DeliveryResult, WayToBus } from './delivery-target.ts';
import { type BusEvent, parseEvent, wholeSeconds } from './event.ts';
import { renderInput } from './input-transformer.ts';
import type { Metrics } from './metrics.ts';
import { leavesOf } from './pattern-match.ts';
import type { CompiledRule, RuleIndex } from './rule-index.ts';

export interface Router {
  /** Gives an event to a bus's archives and rules; a bus that does not exist swallows it, as AWS's does. */
  dispatch(event: BusEvent, bus: string, way?: WayToRules): void;
  /** Gives an event to the targets of one rule, whatever its pattern: how a schedule fires. */
  fire(event: BusEvent, rule: CompiledRule): void;
  /** Puts an event onto the bus of this account and Region that an ARN names; nothing where it names no such bus. */
  receive(busArn: string, eventText: string, way: WayToBus): DeliveryResult | undefined;
}

export interface WayToRules {
  /** Rules that are to have the event, if not all are. */
  readonly onlyRuleArns?: ReadonlySet<string> | undefined;
  /** "EventBridge can't route events received from a sender event bus to a third event bus." Default: put. */
  readonly way?: WayToBus;
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
  const ordersOf = (
    rule: CompiledRule,
    event: BusEvent,
    eventText: string,
    way: WayToBus,
  ): readonly DeliveryOrder[] => {
    const ingestedAt = wholeSeconds(core.clock.now());
    const context = { event, eventText, ruleArn: rule.arn, ruleName: rule.name, ingestedAt };
    const targets = rule.targets.filter(({ arn }) => way === 'put' || kindOfTarget(arn) !== 'bus');
    return targets.map(({ arn, dlqArn, input, retryPolicy, http, messageGroupId }) => {
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

  const accept = (
    event: BusEvent,
    matched: readonly CompiledRule[],
    keptBy: readonly string[],
    way: WayToBus = 'put',
  ): void => {
    metrics.count('events');
    metrics.count('matched', matched.length);
    const text = JSON.stringify(event);
    const orders = matched.flatMap((rule) => ordersOf(rule, event, text, way));
    if (orders.length + keptBy.length === 0) return;
    keptBy.forEach((archive) => store.keep(archive, text));
    queue.accept(text, keptBy, orders);
  };

  const dispatch: Router['dispatch'] = (event, bus, { onlyRuleArns, way } = {}) => {
    const leaves = leavesOf(event);
    const matched = rules
      .rulesOn(bus)
      .filter((rule) => (onlyRuleArns?.has(rule.arn) ?? true) && rule.matches(leaves));
    accept(event, matched, archives.keeping(bus, leaves), way);
  };

  return {
    dispatch,
    fire: (event, rule) => accept(event, [rule], []),
    receive(busArn, eventText, way) {
      const own = core.arns.bus('');
      if (!busArn.startsWith(own)) return undefined;
      const bus = busArn.slice(own.length);
      if (core.tables.bus.get(bus) === undefined)
        return { status: 'permanent', errorCode: 'NO_RESOURCE', message: `Event bus ${bus} does not exist.` };
      dispatch(parseEvent(eventText), bus, { way });
      return { status: 'accepted' };
    },
  };
};
