import type { Target } from '../../../contracts/plan.ts';

/** What Lambda says of a function, with its version or alias. */
export type FunctionReading =
  | { readonly status: 'found'; readonly isDurable: boolean; /** Lambda: State. */ readonly state: string }
  | { readonly status: 'missing'; readonly message: string }
  /** Lambda does not say: it does not answer, or may not be asked. */
  | { readonly status: 'unknown'; readonly message: string };

/** Functions of one account and Region, as seen through a target's role. Never throws. */
export interface FunctionReader {
  read(target: Target, functionName: string): Promise<FunctionReading>;
}
