import type { Target } from '../../../contracts/plan.ts';
import { noPace, putOffTurn, takeTurn, type Pace, type Turn } from '../../core/domain/pace.ts';
import { backoffMs } from '../../core/kernel/backoff.ts';
import { changeRecord } from '../../core/kernel/until-written.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';

export interface PaceKnobs {
  /**
   * SSM: StartAutomationExecution is answered once a second in an account and Region. Functions start at the same pace:
   * Lambda would take a burst of hundreds from concurrency that the recovered servers need, and a new account has little.
   */
  readonly everyMs: number;
  readonly backoff: { readonly firstMs: number; readonly factor: number; readonly maxMs: number };
}

export const paceKnobs: PaceKnobs = {
  everyMs: 1_000,
  backoff: { firstMs: 2_000, factor: 2, maxMs: 60_000 },
};

const change = (
  store: RecordStore,
  { account, region }: Target,
  next: (pace: Pace) => { readonly pace: Pace; readonly turn: Turn },
): Promise<Turn> =>
  changeRecord(
    store,
    { kind: 'pace', id: `${account}/${region}` },
    `the pace of ${account}/${region}`,
    noPace,
    (before) => {
      const { pace, turn } = next(before);
      return { body: pace, answer: turn };
    },
  );

/** Turns of functions stand beside those of runbooks, and do not wait for them. */
export const paceOfFunctions = ({ account, region }: Target): Target => ({
  account,
  region: `${region}/lambda`,
});

/** Service quotas of Route 53 count an account's calls, whatever the Region. */
export const paceOfTraffic = ({ account }: Target): Target => ({ account, region: 'route53' });

/** How long whoever holds the token has to wait before it may ask for a start, in ms; 0: now. */
export const awaitTurn = async (
  store: RecordStore,
  target: Target,
  token: string,
  now: number,
  { everyMs }: PaceKnobs,
): Promise<number> => {
  const { at } = await change(store, target, (pace) => takeTurn(pace, token, now, everyMs));
  return Math.max(0, at - now);
};

/** The service was too busy all the same: how long until the next try, in ms. */
export const putOff = async (
  store: RecordStore,
  target: Target,
  token: string,
  now: number,
  { backoff }: PaceKnobs,
): Promise<number> => {
  const { at } = await change(store, target, (pace) =>
    putOffTurn(pace, token, (times) => now + backoffMs(backoff, times)),
  );
  return at - now;
};
