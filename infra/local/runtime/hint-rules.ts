import type { Enforcement } from '../../simulated-aws/iam/enforcement.ts';
import {
  busName,
  type FunctionTopology,
  hearsTargets,
  type HintAccounts,
  type RuleTopology,
  rulesOf,
} from '../../topology.ts';

interface HintDeps {
  readonly arns: { bus(name: string): string };
  readonly enforcement: Enforcement | undefined;
}

/** With templates, hints are heard from the accounts whose rules forward them. */
const hintAccountsOf = ({ enforcement, arns }: HintDeps): HintAccounts | undefined => {
  if (enforcement === undefined) return undefined;
  const hub = arns.bus(busName);
  const own = hub.split(':')[4] ?? '';
  const forwarding = enforcement.deployment.rules.flatMap(({ account, targets }) =>
    targets.some(({ arn }) => arn === hub) ? [account] : [],
  );
  return { own, forwarding: [...new Set(forwarding)] };
};

/** The same rule on the product's bus, to which hints of other accounts and Regions are forwarded. */
const onProductBus = (rule: RuleTopology): readonly RuleTopology[] =>
  rule.pattern === undefined || rule.bus === busName
    ? []
    : [{ ...rule, name: rule.name.replace(/-hints$/, '-forwarded-hints'), bus: busName }];

/** The rules of a function. Without templates, hints are heard from every account. */
export const rulesWithHints = (fn: FunctionTopology, deps: HintDeps): readonly RuleTopology[] => {
  const accounts = hintAccountsOf(deps);
  const rules = rulesOf(fn, accounts);
  return accounts === undefined && hearsTargets(fn) ? [...rules, ...rules.flatMap(onProductBus)] : rules;
};
