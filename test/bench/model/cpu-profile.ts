import { Session } from 'node:inspector/promises';

/** Where code comes from, by the first of these that its address holds. */
const origins = [
  [
    'database',
    /node_modules\/(dynalite|level|.*leveldown|memdown|abstract-level|classic-level|lazy|big\.js)/,
  ],
  ['AWS SDK', /node_modules\/(@aws-sdk|@smithy|@aws-crypto|@aws-lambda-powertools)/],
  ['simulated AWS', /\/infra\/local\//],
  ['product', /\/(services|contracts)\//],
  ['validation', /node_modules\/zod/],
] as const;

const originOf = (functionName: string, url: string): string => {
  if (functionName === '(idle)') return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  return origins.find(([, pattern]) => pattern.test(url))?.[0] ?? 'Node: HTTP, streams, crypto';
};

/** Starts to sample this thread. The answer stops it, and gives the share of each origin in the time not idle. */
export const sampleCpu = async (): Promise<() => Promise<ReadonlyMap<string, number>>> => {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    const samples = new Map<string, number>();
    for (const { callFrame, hitCount = 0 } of profile.nodes) {
      const origin = originOf(callFrame.functionName, callFrame.url);
      samples.set(origin, (samples.get(origin) ?? 0) + hitCount);
    }
    samples.delete('idle');
    const total = [...samples.values()].reduce((sum, count) => sum + count, 0);
    return new Map([...samples].map(([origin, count]) => [origin, count / total]));
  };
};
