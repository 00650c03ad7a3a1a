import { ownFunctionPrefix } from '../../../contracts/services.ts';
import type { RuntimeOptions } from '../../../infra/local/runtime.ts';
import type { Console } from './console.ts';

/** Tells of runs of the product's own functions that failed; of others' functions their actions tell. */
export const warnOfFailedRuns =
  ({ warn }: Pick<Console, 'warn'>): NonNullable<RuntimeOptions['onRun']> =>
  ({ functionName, fault }) => {
    if (fault !== undefined && functionName.startsWith(ownFunctionPrefix))
      warn(`${functionName} failed and is retried: ${fault.errorMessage}`);
  };
