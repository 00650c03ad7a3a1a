import type { ReplacedInstance } from '../domain/replaced-instances.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';
import { inParallel } from './in-parallel.ts';
import { isLasting } from './lasting-error.ts';
import { withServerNames } from './named-findings.ts';
import type { Prepared } from './prepare.ts';

/** EC2 is asked twice for each instance, so that a very large plan is not asked about in full. */
const askedMax = 300;
const atOnce = 20;

/**
 * Adds which of the instances that launches end are protected, for a check: whether a launch ends a protected
 * instance is not documented, so that it is a warning. What EC2 may not be asked stays unknown.
 */
export const withProtection = async (recovery: RecoveryService, prepared: Prepared): Promise<Prepared> => {
  const targets = new Map(prepared.waves.map(({ waveId, target }) => [waveId, target]));
  const asked = prepared.replaced.filter(({ fate }) => fate === 'ended').slice(0, askedMax);
  const found = new Map(
    await inParallel(asked, atOnce, async ({ waveId, instanceId }) => {
      const target = targets.get(waveId);
      try {
        const answer = target && (await recovery.describeProtection(target, instanceId));
        return [instanceId, answer] as const;
      } catch (error) {
        // It was listed a moment ago and may be gone by now.
        if (isLasting(error) || (error instanceof Error && error.name === 'InvalidInstanceID.NotFound'))
          return [instanceId, undefined] as const;
        throw error;
      }
    }),
  );
  const replaced = prepared.replaced.map((instance): ReplacedInstance => {
    const protection = found.get(instance.instanceId);
    return {
      ...instance,
      obstacles: [
        ...instance.obstacles,
        ...(protection?.againstTermination === true ? (['termination-protection'] as const) : []),
        ...(protection?.againstStop === true ? (['stop-protection'] as const) : []),
      ],
    };
  });
  const findings = replaced
    .filter(({ obstacles }) => obstacles.includes('termination-protection'))
    .map(({ waveId, sourceServerId, instanceId }) => ({
      ...{ level: 'warning' as const, name: 'termination-protection', waveId, sourceServerId },
      message: `${instanceId} of ${sourceServerId} is protected against termination: the launch may leave it running; switch that off if it is to go`,
    }));
  const servers = prepared.waves.flatMap((wave) => wave.servers);
  return { ...prepared, replaced, findings: [...prepared.findings, ...withServerNames(findings, servers)] };
};
