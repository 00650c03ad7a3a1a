import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Finding } from '../domain/readiness.ts';

/** What speaks against an action of a plan. */
export interface JudgedAction {
  readonly wave: FrozenWave;
  readonly faults: readonly Fault[];
  /** It is told and blocks nothing: what keeps a disaster from being refused. */
  readonly isWarning: boolean;
}

export interface Judgement {
  readonly faults: readonly Fault[];
  readonly findings: readonly Finding[];
}

/** What blocks a start, and what is told as a warning of this name. */
export const judgementOf = (name: string, judged: readonly JudgedAction[]): Judgement => ({
  faults: judged.flatMap(({ faults, isWarning }) => (isWarning ? [] : faults)),
  findings: judged
    .filter(({ isWarning }) => isWarning)
    .flatMap(({ wave, faults }) =>
      faults.map(({ path, message }) => ({
        level: 'warning' as const,
        name,
        waveId: wave.waveId,
        message: `${path}: ${message}`,
      })),
    ),
});
