import { timeOut } from '../../core/view/execution-view.ts';
import type { HeldRun, Programme } from './programme-model.ts';

/** Who did something in the period, how often, and whether each time a token that the API checked said so. */
export interface RoleHolder {
  readonly role: string;
  readonly name: string;
  readonly times: number;
  readonly isAuthenticated: boolean;
}

interface Deed {
  readonly role: string;
  readonly name: string;
  readonly isAuthenticated: boolean;
}

const requestRole = ({ mode, direction }: HeldRun['report']): string => {
  if (direction !== undefined)
    return mode === 'DRILL' ? 'requested a failback drill' : 'requested a failback';
  return mode === 'DRILL' ? 'requested a drill' : 'requested a real recovery';
};

const requests = ({ report, occurrence }: HeldRun): readonly Deed[] =>
  occurrence === undefined
    ? [
        {
          role: requestRole(report),
          name: report.requestedBy || 'an unknown requester',
          isAuthenticated: report.isRequesterAuthenticated === true,
        },
      ]
    : [];

/** A decision comes over the bus, which does not say who put it there: its name is as it was stated. */
const decisions = ({ report }: HeldRun): readonly Deed[] =>
  report.decisions
    .filter(({ by }) => by !== timeOut)
    .map(({ by, what }) => ({
      ...{ name: by, isAuthenticated: false },
      role: /^(approved|declined)/.test(what) ? 'approved or declined' : 'decided',
    }));

const notes = ({ report: { notes: said = [] } }: HeldRun): readonly Deed[] =>
  said.flatMap(({ by, to }) => [
    { role: to === undefined ? 'noted' : 'handed over', name: by, isAuthenticated: false },
    ...(to === undefined ? [] : [{ role: 'took over', name: to, isAuthenticated: false }]),
  ]);

const roles = [
  ...['requested a drill', 'requested a real recovery', 'approved or declined', 'decided'],
  ...['handed over', 'took over', 'noted'],
];

/** Who did what in the period, by role and then by name. */
export const roleHolders = ({ runs }: Programme): readonly RoleHolder[] => {
  const deeds = runs.flatMap((run) => [...requests(run), ...decisions(run), ...notes(run)]);
  return roles.flatMap((role) => {
    const own = deeds.filter((deed) => deed.role === role);
    return [...new Set(own.map(({ name }) => name))].sort().map((name) => {
      const theirs = own.filter((deed) => deed.name === name);
      return {
        ...{ role, name, times: theirs.length },
        isAuthenticated: theirs.every(({ isAuthenticated }) => isAuthenticated),
      };
    });
  });
};

/** Who answers for what a run found: who was in charge at its end, or else who requested it. */
export const ownerOf = ({ report, occurrence }: HeldRun): string => {
  if (report.inCharge !== undefined) return report.inCharge;
  return occurrence === undefined ? report.requestedBy : `schedule ${occurrence.scheduleId}`;
};
