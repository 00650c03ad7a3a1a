import { setTimeout as sleep } from 'node:timers/promises';
import type { Console } from './console.ts';
import { errorText } from './errors.ts';

export interface PatienceOptions {
  /** Called once when answers stop, and once when they resume. */
  readonly say: (text: string) => void;
  /** How long to go without an answer, in milliseconds. Default: a minute, enough to restart a runtime. */
  readonly patienceMs?: number;
  readonly pauseMs?: number;
}

/**
 * Asks again where somebody has answered before: an endpoint that is away for a while is no end of an execution.
 * What never answered fails at once, since it may be the wrong address.
 */
export const createPatience = ({ say, patienceMs = 60_000, pauseMs = 1_000 }: PatienceOptions) => {
  let hasAnswered = false;
  return async <T>(ask: () => Promise<T>): Promise<T> => {
    let lostAt: number | undefined;
    for (;;) {
      try {
        const answer = await ask();
        hasAnswered = true;
        if (lostAt !== undefined) say('Reconnected.');
        return answer;
      } catch (error) {
        if (!hasAnswered || (lostAt !== undefined && Date.now() - lostAt >= patienceMs)) throw error;
        if (lostAt === undefined)
          say(`Connection lost: ${errorText(error)}\nRetrying for ${Math.round(patienceMs / 1_000)} s.`);
        lostAt ??= Date.now();
        await sleep(pauseMs);
      }
    }
  };
};

/** Says something beside a picture, which is then drawn again below. */
export const aside =
  ({ screen, warn }: Console) =>
  (text: string): void => {
    screen?.close();
    warn(text);
  };
