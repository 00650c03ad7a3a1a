import { runOf, type Design } from './design.ts';
import { createSteps, type Steps } from './steps.ts';
import { jobMsOf } from './workload.ts';

const finderMs = 60_000;

/** Goes to the next tick of a schedule of this phase. */
const toNextTick = (steps: Steps, phaseMs: number, everyMs: number): void => {
  const ticks = Math.ceil((steps.now() - phaseMs) / everyMs);
  steps.until(phaseMs + ticks * everyMs);
};

/**
 * The analysed system: a finder every 60 s invokes a poller for each execution, which asks DRS every `pollMs` and
 * starts the next wave when it sees that the last one has ended. The phases of both are the luck of the moment;
 * `untilFinderMs` fixes the first, as a known run does.
 */
export const polling = (pollMs: number, untilFinderMs?: number): Design => ({
  name: `polling, ${pollMs / 1_000} s`,
  run: ({ seed, workload, keep }) => {
    const steps = createSteps(seed, keep);
    const finderPhaseMs = untilFinderMs ?? steps.prng.int(finderMs);
    const { waves } = workload.plan;
    let startedAt = 0;
    const startNext = (): void => {
      startedAt = steps.start();
      steps.write();
    };
    steps.run('api', steps.write);
    toNextTick(steps, finderPhaseMs, finderMs);
    steps.run('finder', steps.read);
    const pollPhaseMs = pollMs === finderMs ? finderPhaseMs : steps.now() + steps.prng.int(pollMs);
    steps.run('poller', startNext);
    waves.forEach(({ waveId }, index) => {
      const endsAt = startedAt + jobMsOf(workload, waveId);
      let isOver: boolean;
      do {
        steps.wait(1);
        toNextTick(steps, pollPhaseMs, pollMs);
        isOver = steps.run('poller', () => {
          steps.read();
          steps.drs();
          const seen = steps.now() >= endsAt;
          steps.write();
          if (seen && index < waves.length - 1) startNext();
          return seen;
        });
      } while (!isOver);
    });
    return runOf(steps);
  },
});
