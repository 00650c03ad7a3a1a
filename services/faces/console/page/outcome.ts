import { get } from './api.ts';

/** What a report says of a run, as far as runs are compared. */
export interface Outcome {
  readonly launched: number;
  readonly serverCount: number;
  readonly rto: { readonly achievedMinutes?: number; readonly targetMinutes?: number };
  readonly rpo: { readonly achievedMinutes?: number };
  readonly waves: readonly { readonly waveId: string; readonly durationMs: number }[];
}

export const readOutcome = (executionId: string): Promise<Outcome> =>
  get<Outcome>(`/executions/${executionId}/report?format=json`);

export const minutesOf = (minutes: number | undefined): string =>
  minutes === undefined ? '–' : `${Number(minutes.toFixed(1))} min`;
