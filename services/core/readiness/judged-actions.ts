import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Finding } from '../domain/readiness.ts';
import type { FrozenAction } from './frozen-actions.ts';
import { inParallel } from './in-parallel.ts';

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

/** How what actions need is looked up, and what speaks against an action by what was found. */
export interface Inquiry<Asked, Reading> {
  /** A name of the warnings. */
  readonly about: string;
  /** Actions of one key need the same, and it is read once. */
  readonly keyOf: (asked: Asked) => string;
  readonly read: (asked: Asked) => Promise<Reading>;
  readonly faultsOf: (asked: Asked, reading: Reading) => readonly Fault[];
  /** Whether whoever was asked did not say. */
  readonly isUnknown: (reading: Reading) => boolean;
}

const atOnce = 5;

/**
 * Reads what these actions need and judges each of them. In a recovery it warns and no more where that is not known, or
 * where the action's failure would be passed over all the same.
 */
export const judgeActions = async <
  Asked extends { readonly action: Pick<FrozenAction['action'], 'optional'>; readonly wave: FrozenWave },
  Reading,
>(
  { about, keyOf, read, faultsOf, isUnknown }: Inquiry<Asked, Reading>,
  asked: readonly Asked[],
  mode: Mode,
): Promise<Judgement> => {
  const readings = new Map<string, Reading>();
  const distinct = new Map(asked.map((each) => [keyOf(each), each]));
  await inParallel([...distinct], atOnce, async ([key, each]) => void readings.set(key, await read(each)));
  return judgementOf(
    about,
    asked.flatMap((each): readonly JudgedAction[] => {
      const reading = readings.get(keyOf(each));
      if (reading === undefined) return [];
      const isWarning = mode === 'RECOVERY' && (each.action.optional || isUnknown(reading));
      return [{ wave: each.wave, faults: faultsOf(each, reading), isWarning }];
    }),
  );
};
