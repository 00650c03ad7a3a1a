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

/** The warnings that a start in this mode would still be refused for, each as a fault that says how to accept it. */
export const unacceptedWarnings = (
  findings: readonly Finding[],
  mode: Mode,
  accepted: readonly string[] = [],
): readonly Fault[] =>
  findings
    .filter(({ level, name }) => level === 'warning' && toAccept[mode].has(name) && !accepted.includes(name))
    .map(({ waveId, message, name }) => ({
      path: `waves.${waveId}`,
      message,
      expected: `acceptWarnings with ${name}, on the command line --accept-warning ${name}`,
    }));
