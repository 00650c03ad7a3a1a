import type { AddressRange } from './ip-address.ts';
import type { Scalar } from './json.ts';
import type { Wildcard } from './wildcard.ts';

/** One value, or one operator expression, of a pattern's leaf. */
export type Matcher =
  | { readonly kind: 'equals'; readonly value: Scalar }
  | { readonly kind: 'address'; readonly range: AddressRange }
  | { readonly kind: 'prefix'; readonly text: string; readonly ignoreCase: boolean }
  | { readonly kind: 'suffix'; readonly text: string; readonly ignoreCase: boolean }
  | { readonly kind: 'equals-ignore-case'; readonly text: string }
  | { readonly kind: 'wildcard'; readonly wildcard: Wildcard }
  | { readonly kind: 'numeric'; readonly low?: Bound; readonly high?: Bound }
  | { readonly kind: 'exists'; readonly present: boolean }
  | { readonly kind: 'anything-but'; readonly of: readonly Matcher[] };

export interface Bound {
  readonly value: number;
  readonly inclusive: boolean;
}

/** A dotted path and what its value may be: any one of the matchers suffices. */
export interface FieldPattern {
  readonly path: string;
  readonly matchers: readonly Matcher[];
}

/** All fields must match. */
export type Alternative = readonly FieldPattern[];

/** An event pattern with its `$or`s multiplied out: any one of the alternatives suffices. */
export interface Pattern {
  readonly alternatives: readonly Alternative[];
  /** A bus takes a limited number of rules that use wildcards. */
  readonly usesWildcard: boolean;
}
