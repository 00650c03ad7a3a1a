import type { Agenda } from '../agenda.ts';
import type { Prng } from '../prng.ts';
import { drawPause, type FailbackFault } from './faults.ts';

/** Lambda ends a run after so long. */
const lifeMs = 30_000;

/** One invocation, which may die between two of its calls. What it waits for then never comes. */
export interface Run {
  /** Who it works for. */
  readonly executionId: string;
  readonly call: <T>(effect: () => T | Promise<T>) => Promise<T>;
  readonly end: () => void;
  readonly isDead: () => boolean;
}

export interface RunDeps {
  readonly agenda: Agenda;
  readonly prng: Prng;
  readonly strikes: (fault: FailbackFault) => boolean;
  readonly count: (what: string) => void;
}

export const createRun = (
  { agenda, prng, strikes, count }: RunDeps,
  executionId: string,
  onDeath: () => void,
): Run => {
  let isDead = false;
  const hasDied = (): boolean => isDead;
  const die = (): void => {
    if (isDead) return;
    isDead = true;
    onDeath();
  };
  const forget = agenda.after(lifeMs, die);
  const answering = async <T>(
    effect: () => T | Promise<T>,
    resolve: (answer: T) => void,
    reject: (error: unknown) => void,
  ): Promise<void> => {
    try {
      const answer = await effect();
      if (hasDied()) return;
      if (strikes('crash')) {
        count('failback: run died after its call');
        die();
      } else resolve(answer);
    } catch (error) {
      if (!hasDied()) reject(error);
    }
  };
  return {
    executionId,
    call: (effect) =>
      new Promise((resolve, reject) => {
        const pauseMs = strikes('pause') ? drawPause(prng) : 0;
        agenda.after(5 + prng.int(120) + pauseMs, () => {
          if (hasDied()) return;
          if (strikes('crash')) die();
          else void answering(effect, resolve, reject);
        });
      }),
    end: () => {
      isDead = true;
      forget();
    },
    isDead: hasDied,
  };
};
