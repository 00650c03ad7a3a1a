import type { Fault } from '../../../../contracts/execution-events.ts';

/** So that the reports of one try can be counted: what is said of it is bounded, however long it lasts. */
const heartbeatsMax = 100;

/** A heartbeat that does not fit its action's time-out. */
export const heartbeatFaults = (
  {
    heartbeatMinutes,
    timeoutMinutes,
  }: { readonly heartbeatMinutes?: number | undefined; readonly timeoutMinutes: number },
  at: string,
): readonly Fault[] => {
  if (heartbeatMinutes === undefined) return [];
  const least = Math.ceil(timeoutMinutes / heartbeatsMax);
  return heartbeatMinutes >= least && heartbeatMinutes <= timeoutMinutes
    ? []
    : [
        {
          path: `${at}.heartbeatMinutes`,
          message: `a time-out of ${timeoutMinutes} minutes cannot go with a heartbeat each ${heartbeatMinutes}`,
          expected: `${least} to ${timeoutMinutes}`,
        },
      ];
};
