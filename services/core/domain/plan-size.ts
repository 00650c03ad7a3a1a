import type { Fault } from '../../../contracts/execution-events.ts';
import type { Plan } from '../../../contracts/plan.ts';

/**
 * In bytes of JSON. What a wave says beside its servers stands whole in its start's event, and what a plan says
 * beside its waves in one item.
 */
const restMax = 64 * 1_024;
/** A request to the API and an answer of it take 6 MB ("Lambda quotas"). */
const planMax = 4_000_000;

/** As in a browser too, where plans are judged while they are written. */
const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;
const grouped = (bytes: number): string => bytes.toLocaleString('en');

const tooLarge = (path: string, what: string, bytes: number, bytesMax: number): readonly Fault[] =>
  bytes <= bytesMax
    ? []
    : [
        {
          path,
          message: `${what} takes ${grouped(bytes)} bytes, and could not be stored`,
          expected: `at most ${grouped(bytesMax)} bytes of JSON`,
        },
      ];

/** What of a plan could not be stored, or not be said in an event, once it runs: told before anything starts. */
export const sizeFaults = (plan: Plan): readonly Fault[] => {
  const { waves, ...rest } = plan;
  return [
    ...tooLarge('', 'the plan', bytesOf(plan), planMax),
    ...tooLarge('', 'all that the plan says beside its waves', bytesOf(rest), restMax),
    ...waves.flatMap(({ servers, ...wave }, index) =>
      tooLarge(
        `waves[${index}]`,
        `all that wave ${wave.waveId} says beside its servers`,
        bytesOf({ ...wave, ...(!Array.isArray(servers) && { servers }) }),
        restMax,
      ),
    ),
  ];
};
