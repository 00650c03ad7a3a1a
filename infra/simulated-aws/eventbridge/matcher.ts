import { isWithin, parseAddress } from './ip-address.ts';
import type { Scalar } from './json.ts';
import type { Bound, Matcher } from './pattern.ts';
import { matchesWildcard } from './wildcard.ts';

/** Whether a value of the event is what a matcher asks for. */
export type Test = (value: Scalar) => boolean;

const onText =
  (test: (text: string) => boolean): Test =>
  (value) =>
    typeof value === 'string' && test(value);

const isAbove = (value: number, low: Bound): boolean =>
  value > low.value || (low.inclusive && value === low.value);

const isBelow = (value: number, high: Bound): boolean =>
  value < high.value || (high.inclusive && value === high.value);

const compileAffix = ({ kind, text, ignoreCase }: Extract<Matcher, { kind: 'prefix' | 'suffix' }>): Test => {
  const wanted = ignoreCase ? text.toLowerCase() : text;
  const normal = (value: string): string => (ignoreCase ? value.toLowerCase() : value);
  return kind === 'prefix'
    ? onText((value) => normal(value).startsWith(wanted))
    : onText((value) => normal(value).endsWith(wanted));
};

/** `exists: false` is no test of a value: it is up to whoever looks for the value. */
export const compileMatcher = (matcher: Matcher): Test => {
  switch (matcher.kind) {
    case 'equals':
      return (value) => value === matcher.value;
    case 'address':
      return onText((text) => {
        const address = parseAddress(text);
        return address !== undefined && isWithin(matcher.range, address);
      });
    case 'prefix':
    case 'suffix':
      return compileAffix(matcher);
    case 'equals-ignore-case': {
      const wanted = matcher.text.toLowerCase();
      return onText((text) => text.toLowerCase() === wanted);
    }
    case 'wildcard':
      return onText((text) => matchesWildcard(matcher.wildcard, text));
    case 'numeric': {
      const { low, high } = matcher;
      return (value) =>
        typeof value === 'number' &&
        (low === undefined || isAbove(value, low)) &&
        (high === undefined || isBelow(value, high));
    }
    case 'exists':
      return () => matcher.present;
    case 'anything-but': {
      const tests = matcher.of.map(compileMatcher);
      return (value) => !tests.some((test) => test(value));
    }
  }
};
