import type { Plan, PlanWave } from '../../contracts/plan.ts';
import { planSchema } from '../../contracts/plan.ts';
import { courseOf, usualTimings } from '../memory/job-course.ts';
import { emptyModel, type RecoveryModel } from '../memory/recovery-service.ts';
import type { SourceServer } from '../../services/core/ports/recovery-service.ts';
import { serverId } from './frozen-wave.ts';

/** A plan of so many waves that share so many servers evenly, each depending on what `dependsOn` gives. */
export const widePlan = (
  waveCount: number,
  serverCount: number,
  dependsOn: (wave: number) => readonly number[] = () => [],
  more: (wave: number) => Partial<PlanWave> = () => ({}),
): Plan =>
  planSchema.parse({
    planId: 'wide',
    waves: Array.from({ length: waveCount }, (_, wave) => ({
      waveId: `w${wave}`,
      dependsOn: dependsOn(wave).map((other) => `w${other}`),
      servers: Array.from({ length: serverCount }, (_server, n) => n)
        .filter((n) => n % waveCount === wave)
        .map((n) => ({ sourceServerId: serverId(n + 1) })),
      ...more(wave),
    })),
  });

const server = (n: number): SourceServer => ({
  sourceServerId: serverId(n),
  name: `server-${n}`,
  tags: { Name: `server-${n}`, Application: 'shop' },
  replicationState: 'CONTINUOUS',
  lagSeconds: 1,
  volumesMissing: false,
});

/** DRS with so many servers under default quotas; `slower` stretches the nth job. */
export const wideModel = (serverCount: number, slower: (nth: number) => number = () => 1): RecoveryModel => {
  const servers = Array.from({ length: serverCount }, (_, index) => server(index + 1));
  return {
    ...emptyModel,
    serversOf: () => servers,
    courseOf: (_target, request, nth) => {
      const factor = slower(nth);
      const { snapshotMs, conversionMs, launchMs } = usualTimings;
      const timings = {
        ...usualTimings,
        snapshotMs: snapshotMs * factor,
        conversionMs: conversionMs * factor,
        launchMs: launchMs * factor,
      };
      return courseOf(
        timings,
        request.servers.map(({ sourceServerId }) => sourceServerId),
      );
    },
  };
};
