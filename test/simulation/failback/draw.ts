import { planSchema, type Plan, type Target } from '../../../contracts/plan.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Prng } from '../prng.ts';

const minute = 60_000;
const hour = 60 * minute;
const account = '111122223333';
export const away: Target = { account, region: 'eu-west-1' };

/** A plan of the other direction that wants the same servers: it is asked for before the failback, or amid it. */
export interface ForwardRequest {
  readonly plan: Plan;
  readonly mode: Mode;
  readonly isFirst: boolean;
  /** From the start, ms. */
  readonly atMs: number;
}

export interface Drawn {
  readonly plan: Plan;
  readonly isDrill: boolean;
  readonly home: Target;
  readonly serverIds: readonly string[];
  readonly forward?: ForwardRequest;
  /** How long after a drill has ended the failback is asked for in earnest, ms. */
  readonly realAfterMs?: number;
  /** When somebody cancels the failback, ms from the start. */
  readonly cancelAtMs?: number;
}

const drawForward = (prng: Prng, serverIds: readonly string[]): ForwardRequest | undefined => {
  const when = prng.float();
  if (when >= 0.45) return undefined;
  const isFirst = when < 0.15;
  const plan = planSchema.parse({
    planId: 'outward',
    waves: [{ waveId: 'all', servers: serverIds.map((sourceServerId) => ({ sourceServerId })) }],
  });
  const mode = isFirst || prng.chance(0.7) ? 'RECOVERY' : 'DRILL';
  return { plan, mode, isFirst, atMs: isFirst ? 0 : prng.pick([prng.int(minute), prng.int(12 * hour)]) };
};

export const drawFailback = (prng: Prng): Drawn => {
  // A failback between Availability Zones has both directions in one place.
  const region = prng.chance(0.2) ? away.region : 'us-east-1';
  const home: Target = { account, region };
  const waveCount = prng.between(1, 3);
  let made = 0;
  const waves = Array.from({ length: waveCount }, (_, at) => ({
    waveId: `w${at}`,
    dependsOn: at > 0 && prng.chance(0.7) ? [`w${prng.int(at)}`] : [],
    servers: Array.from({ length: prng.between(1, 3) }, () => ({
      sourceServerId: `s-${String(++made).padStart(17, '8')}`,
    })),
    ...(prng.chance(0.2) && { success: { atLeast: 1 } }),
  }));
  const phase = () => ({ begins: prng.chance(0.5) ? 'by-itself' : 'after-approval' });
  const plan = planSchema.parse({
    ...{ planId: 'homeward', direction: 'failback', home: 'home', targets: { home }, waves },
    phases: { reverse: phase(), launch: phase(), protect: phase(), retire: phase() },
    cleanUp: { policy: 'auto', afterMinutes: prng.int(prng.pick([8, 30])), afterFailure: 'auto' },
  });
  const serverIds = waves.flatMap(({ servers }) => servers.map(({ sourceServerId }) => sourceServerId));
  const isDrill = prng.chance(0.35);
  const forward = drawForward(prng.fork(), serverIds);
  return {
    ...{ plan, isDrill, home, serverIds },
    ...(forward && { forward }),
    ...(prng.chance(0.12) && { cancelAtMs: prng.int(8 * hour) }),
    ...(isDrill &&
      forward === undefined &&
      prng.chance(0.5) && { realAfterMs: prng.int(prng.pick([12, 45]) * minute) }),
  };
};
