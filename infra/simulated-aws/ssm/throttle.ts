import { ServiceError } from '../protocols/service-error.ts';

/** Requests per second ("AWS Systems Manager endpoints and quotas"); other operations are not limited here. */
const limits: Readonly<Record<string, number>> = {
  StartAutomationExecution: 1,
  StopAutomationExecution: 1,
  GetAutomationExecution: 3,
  DescribeAutomationExecutions: 3,
  DescribeAutomationStepExecutions: 3,
  SendAutomationSignal: 3,
  GetCalendarState: 10,
};

/** Refuses a call when its operation has been called as often as allowed within the last second. */
export const createThrottle = (now: () => number): ((operation: string) => void) => {
  const calls = new Map<string, readonly number[]>();
  return (operation) => {
    const limit = limits[operation];
    if (limit === undefined) return;
    const at = now();
    const recent = (calls.get(operation) ?? []).filter((time) => time > at - 1000);
    // The exception is not in the service model, yet it is what SSM answers in practice.
    if (recent.length >= limit) throw new ServiceError('ThrottlingException', 'Rate exceeded');
    calls.set(operation, [...recent, at]);
  };
};
