import type { Target } from '../../../contracts/plan.ts';

/** An alarm of CloudWatch, metric or composite, as it is now. */
export interface AlarmFact {
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  /** Since when it has been in this state, epoch ms, by CloudWatch's clock. */
  readonly since: number;
}

/** Alarms of one account and Region, as seen through a target's role. */
export interface AlarmReader {
  /** Those of these alarms, 100 at most, that exist. Throws when CloudWatch does not answer or may not be asked. */
  read(target: Target, names: readonly string[]): Promise<readonly AlarmFact[]>;
}
