import type { Fault } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Finding } from './readiness.ts';

/**
 * Warnings that hold a start back until whoever asks accepts them by name; all others only inform. A drill has
 * the time to be put right first. In a recovery a source that lags or has gone silent is the very reason to
 * recover, and must not refuse it; what destroys machines that run is asked about all the same.
 */
const toAccept: Readonly<Record<Mode, ReadonlySet<string>>> = {
  DRILL: new Set(['lag', 'recovery-point-age']),
  RECOVERY: new Set([
    'recovery-over-recovery',
    'recovery-over-unrecorded',
    'recovery-over-failback',
    // Nobody knows what else the launch ends, and a person decides.
    'unwitnessed',
  ]),
};

/** Whether a start in this mode is refused until somebody accepts the warning by name. */
export const needsAcceptance = ({ level, name }: Pick<Finding, 'level' | 'name'>, mode: Mode): boolean =>
  level === 'warning' && toAccept[mode].has(name);

/** The warnings that a start in this mode would still be refused for, each as a fault that says how to accept it. */
export const unacceptedWarnings = (
  findings: readonly Finding[],
  mode: Mode,
  accepted: readonly string[] = [],
): readonly Fault[] =>
  findings
    .filter((finding) => needsAcceptance(finding, mode) && !accepted.includes(finding.name))
    .map(({ waveId, message, name }) => ({
      path: `waves.${waveId}`,
      message: `${message}; to accept it: acceptWarnings with ${name}, on the command line --accept-warning ${name}`,
    }));

/** By what a person allows a drill what it is refused for. */
const waysOut: Readonly<Record<string, { readonly field: Finding['allowedBy']; readonly text: string }>> = {
  'drill-over-recovery': {
    field: 'allowDrillOverRecovery',
    text: 'allowDrillOverRecovery, on the command line --allow-drill-over-recovery',
  },
  'drill-over-failback': {
    field: 'allowDrillOverRecovery',
    text: 'allowDrillOverRecovery, on the command line --allow-drill-over-recovery',
  },
  'drill-over-unrecorded': {
    field: 'allowReplacing',
    text: 'allowReplacing with its id, on the command line --allow-replacing',
  },
  'drill-into-instance': {
    field: 'allowReplacing',
    text: "its id in the wave's drillsInto, or allowReplacing with it, on the command line --allow-replacing",
  },
};

/** What blocks a start, with what a person can do to allow it all the same, where there is such a thing. */
export const blockingFault = ({ waveId, message, name }: Finding): Fault => {
  const way = waysOut[name];
  return {
    path: `waves.${waveId}`,
    message: way === undefined ? message : `${message}; to allow it: ${way.text}`,
  };
};

/** The findings as whoever starts the plan is shown them: with what has to be accepted, and what can be allowed. */
export const withWaysOut = (findings: readonly Finding[], mode: Mode): readonly Finding[] =>
  findings.map((finding) => {
    const field = finding.level === 'error' ? waysOut[finding.name]?.field : undefined;
    return {
      ...finding,
      ...(needsAcceptance(finding, mode) && { needsAcceptance: true as const }),
      ...(field !== undefined && { allowedBy: field }),
    };
  });
