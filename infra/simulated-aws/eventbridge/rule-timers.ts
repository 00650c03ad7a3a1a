import { type Core, requireRule, ruleKey } from './core.ts';
import { createEvent } from './event.ts';
import type { Router } from './router.ts';
import { isEnabled, type Rule } from './rule.ts';
import { compileRule } from './rule-index.ts';
import { parseSchedule } from './schedule.ts';

/** Fires the rules that have a schedule. */
export interface RuleTimers {
  /** Sets a rule's timer anew, or takes it away if the rule is gone, disabled or has no schedule. */
  changed(bus: string, name: string): void;
  /** Sets the timers of all rules: what would have fired while the process was down is skipped. */
  resume(): void;
  close(): void;
}

export const createRuleTimers = (core: Core, router: Pick<Router, 'fire'>): RuleTimers => {
  const { clock, tables } = core;
  const timers = new Map<string, () => void>();

  const fire = (rule: Rule, atMs: number): void => {
    const compiled = compileRule(core, rule);
    const content = {
      source: 'aws.events',
      detailType: 'Scheduled Event',
      detail: {},
      resources: [compiled.arn],
      timeMs: atMs,
    };
    router.fire(createEvent(content, core, clock.now()), compiled);
    changed(rule.bus, rule.name);
  };

  const arm = (rule: Rule): void => {
    const schedule = parseSchedule(rule.scheduleExpression ?? '');
    const next = schedule?.next(clock.now(), rule.scheduledSince);
    if (next === undefined) return;
    timers.set(
      ruleKey(rule.bus, rule.name),
      clock.after(next - clock.now(), () => fire(requireRule(core, rule.bus, rule.name), next)),
    );
  };

  const changed = (bus: string, name: string): void => {
    const key = ruleKey(bus, name);
    timers.get(key)?.();
    timers.delete(key);
    const rule = tables.rule.get(key);
    if (rule !== undefined && isEnabled(rule) && rule.scheduleExpression !== undefined) arm(rule);
  };

  return {
    changed,
    resume() {
      for (const rule of tables.rule.values()) changed(rule.bus, rule.name);
    },
    close: () => timers.forEach((cancel) => cancel()),
  };
};
