import { describe, expect, it } from 'vitest';
import { faultText } from '../../../../contracts/fault-text.ts';
import {
  blockingFault,
  unacceptedWarnings,
  withWaysOut,
} from '../../../../services/core/domain/acceptance.ts';
import type { Finding } from '../../../../services/core/domain/readiness.ts';

const finding = (name: string, message: string, level: Finding['level'] = 'error'): Finding => ({
  ...{ level, name, message, waveId: 'web' },
});
const destroyed = 's-1 runs as i-1 since a real recovery; a drill would destroy it';

describe('what a start is refused for', () => {
  it.each([
    [
      'drill-over-recovery',
      destroyed,
      `${destroyed}; to allow it: allowDrillOverRecovery, on the command line --allow-drill-over-recovery`,
    ],
    ['unknown-server', 'DRS knows no source server s-1', 'DRS knows no source server s-1'],
    ['not-recoverable', 's-1 is DISCONNECTED', 's-1 is DISCONNECTED'],
  ])('never calls the danger %s itself valid or expected', (name, message, told) => {
    const fault = blockingFault(finding(name, message));
    expect(fault).toEqual({ path: 'waves.web', message: told });
    expect(faultText(fault)).toBe(`waves.web: ${told}`);
  });

  it('says how a warning is accepted, and does not call it what would be valid', () => {
    const lag = finding('lag', 's-1 lags by 2 h', 'warning');
    const told =
      's-1 lags by 2 h; to accept it: acceptWarnings with lag, on the command line --accept-warning lag';
    expect(unacceptedWarnings([lag], 'DRILL')).toEqual([{ path: 'waves.web', message: told }]);
    expect(unacceptedWarnings([lag], 'DRILL', ['lag'])).toEqual([]);
  });

  it('does not hold a recovery back for what a recovery is started for', () => {
    const lag = finding('lag', 's-1 lags by 2 h', 'warning');
    const again = finding('recovery-over-recovery', 's-1 runs as i-1', 'warning');
    expect(unacceptedWarnings([lag, again], 'RECOVERY').map(({ message }) => message)).toEqual([
      expect.stringContaining('--accept-warning recovery-over-recovery'),
    ]);
  });

  it('is shown to whoever starts the plan with what can be accepted or allowed there', () => {
    const shown = withWaysOut(
      [
        finding('drill-over-recovery', destroyed),
        finding('unknown-server', 'unknown'),
        finding('lag', '2 h', 'warning'),
      ],
      'DRILL',
    );
    expect(shown.map(({ allowedBy, needsAcceptance }) => [allowedBy, needsAcceptance])).toEqual([
      ['allowDrillOverRecovery', undefined],
      [undefined, undefined],
      [undefined, true],
    ]);
  });
});
