import { type Core, rulesOf } from './core.ts';
import { inputOf, retryPolicyOf } from './target.ts';
import type { HttpParameters } from './http-parameters.ts';
import { type TargetInput } from './input-transformer.ts';
import { readPattern } from './pattern-input.ts';
import { compilePattern, type Predicate } from './pattern-match.ts';
import type { RetryPolicy } from './retry.ts';
import { isEnabled, type Rule } from './rule.ts';

export interface CompiledTarget {
  readonly arn: string;
  readonly dlqArn?: string;
  readonly input: TargetInput;
  readonly retryPolicy: RetryPolicy;
  readonly http?: HttpParameters;
  readonly messageGroupId?: string;
}

/** A rule prepared for matching events. */
export interface CompiledRule {
  readonly name: string;
  readonly arn: string;
  readonly matches: Predicate;
  readonly targets: readonly CompiledTarget[];
}

export interface RuleIndex {
  /** The enabled rules of a bus. */
  rulesOn(bus: string): readonly CompiledRule[];
  changed(bus: string): void;
}

const never: Predicate = () => false;

export const compileRule = (core: Core, rule: Rule): CompiledRule => ({
  name: rule.name,
  arn: core.arns.rule(rule.bus, rule.name),
  matches: rule.eventPattern === undefined ? never : compilePattern(readPattern(rule.eventPattern)),
  targets: rule.targets.map((target) => ({
    arn: target.Arn,
    ...(target.DeadLetterConfig?.Arn === undefined ? {} : { dlqArn: target.DeadLetterConfig.Arn }),
    input: inputOf(target),
    retryPolicy: retryPolicyOf(target),
    ...(target.HttpParameters === undefined ? {} : { http: target.HttpParameters }),
    ...(target.SqsParameters === undefined ? {} : { messageGroupId: target.SqsParameters.MessageGroupId }),
  })),
});

/** Compiles each rule once, and lists those of a bus anew only after one of them changed. */
export const createRuleIndex = (core: Core): RuleIndex => {
  const compiled = new WeakMap<Rule, CompiledRule>();
  const byBus = new Map<string, readonly CompiledRule[]>();
  const compiledOf = (rule: Rule): CompiledRule => {
    const known = compiled.get(rule) ?? compileRule(core, rule);
    compiled.set(rule, known);
    return known;
  };
  return {
    rulesOn(bus) {
      const known = byBus.get(bus) ?? rulesOf(core, bus).filter(isEnabled).map(compiledOf);
      byBus.set(bus, known);
      return known;
    },
    changed: (bus) => void byBus.delete(bus),
  };
};
