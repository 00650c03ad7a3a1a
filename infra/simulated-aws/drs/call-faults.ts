import type { DrsError } from './errors.ts';
import { accessDeniedError, busyError, internalError, throttlingError } from './errors.ts';
import type { OperationName } from './operation-names.ts';
import type { CallFault } from './scenario-faults.ts';
import type { World } from './world.ts';
import { sinceOpened, within } from './world.ts';

/** Why a call is refused before anyone looks at it, if it is. The call itself is already counted. */
export const doorRefusal = (world: World, operation: OperationName): DrsError | undefined => {
  const { outages, callsPerSecond = Infinity } = world.setting.scenario;
  const seconds = sinceOpened(world, world.now);
  if (outages.some((outage) => outage.of === 'API' && within(seconds, outage))) return internalError(5);
  const recent = world.state.recentCalls[operation] ?? [];
  return recent.length > callsPerSecond ? throttlingError(1) : undefined;
};

/** The wrong answer that the scenario has for this call, if any. */
export const callFaultOf = (world: World, operation: OperationName): CallFault | undefined => {
  const nth = world.state.calls[operation] ?? 0;
  return world.setting.scenario.callFaults.find(
    (fault) =>
      (fault.operation === undefined || fault.operation === operation) &&
      (fault.calls === undefined || fault.calls.includes(nth)) &&
      (fault.rate >= 1 || world.random() < fault.rate),
  );
};

/** The error that a faulty call answers, or undefined if it answers nothing at all. */
export const faultError = (fault: CallFault, operation: OperationName): DrsError | undefined => {
  switch (fault.answer) {
    case 'THROTTLED':
      return throttlingError(fault.retryAfterSeconds);
    case 'INTERNAL_ERROR':
      return internalError(fault.retryAfterSeconds);
    case 'CONFLICT':
      return busyError('');
    case 'ACCESS_DENIED':
      return accessDeniedError(operation);
    case 'TIMEOUT':
      return undefined;
  }
};
