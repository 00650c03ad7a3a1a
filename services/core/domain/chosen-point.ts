import type { Fault } from '../../../contracts/execution-events.ts';
import type { ChosenPoint, Plan, PointInTime } from '../../../contracts/plan.ts';
import { hashOf } from '../kernel/canonical.ts';

/** The plan with every server launched from the point that was chosen; where none was, from its own points. */
export const withPoint = (plan: Plan, chosen: ChosenPoint | undefined): Plan =>
  chosen === undefined
    ? plan
    : {
        ...plan,
        waves: plan.waves.map((wave) => ({
          ...wave,
          pointInTime: chosen,
          servers: Array.isArray(wave.servers)
            ? wave.servers.map(({ pointInTime: _own, ...server }) => server)
            : wave.servers,
        })),
      };

/** What a second person names: the version of the plan and, where the request chose one, the point in time with it. */
export const approvalHash = (planHash: string, chosen: ChosenPoint | undefined): string =>
  chosen === undefined ? planHash : hashOf({ planHash, pointInTime: chosen });

/** An instant to come would mean the newest snapshot, and whoever gave it meant another one. */
export const futureFaults = (chosen: ChosenPoint | undefined, now: number): readonly Fault[] =>
  chosen === undefined || chosen === 'latest' || Date.parse(chosen.newestBefore) <= now
    ? []
    : [
        {
          path: 'pointInTime.newestBefore',
          message: `${chosen.newestBefore} is still to come`,
          expected: 'an instant that is over, or latest',
        },
      ];

/** Of a server that has no snapshot for its point in time. */
export const missingPointFault = (
  sourceServerId: string,
  path: string,
  chosen: PointInTime | undefined,
): Fault =>
  typeof chosen === 'object' && 'newestBefore' in chosen
    ? {
        path: 'pointInTime.newestBefore',
        message: `${sourceServerId} has no snapshot of ${chosen.newestBefore} or before`,
        expected: 'an instant from which DRS keeps a snapshot of each server',
      }
    : {
        path: `${path}.servers`,
        message: `${sourceServerId} has no such point in time`,
        expected: 'a snapshot that DRS still keeps',
      };
