import type { Sighting } from '../../core/domain/clean-up/sightings.ts';
import type { Obstacle } from '../../core/domain/clean-up/work.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';
import { inParallel } from '../../core/readiness/in-parallel.ts';
import { isLasting } from '../../core/readiness/lasting-error.ts';
import type { Launched } from '../../core/streams/launched.ts';

/** EC2 is asked about each of them, twice. */
const askedMax = 50;
const atOnce = 10;

const withoutProtection = (instanceId: string, region: string): string =>
  `aws ec2 modify-instance-attribute --instance-id ${instanceId} --no-disable-api-termination --region ${region}`;

const protection = async (
  recovery: RecoveryService,
  places: readonly Launched[],
  { instanceId, account, region }: Sighting,
): Promise<Obstacle | undefined> => {
  const place = places.find(({ target }) => target.account === account && target.region === region);
  if (place === undefined) return undefined;
  try {
    const { againstTermination } = await recovery.describeProtection(place.target, instanceId);
    return againstTermination
      ? {
          reason: 'it is protected against termination',
          command: withoutProtection(instanceId, region),
        }
      : undefined;
  } catch (error) {
    // That it may not be asked, or is gone meanwhile, changes nothing about what is told.
    if (isLasting(error) || (error instanceof Error && error.name.startsWith('InvalidInstanceID')))
      return undefined;
    throw error;
  }
};

/** What keeps instances from being ended, with the command that removes it. */
export const obstaclesOf = async (
  recovery: RecoveryService,
  places: readonly Launched[],
  left: readonly Sighting[],
  blocked: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, Obstacle>> => {
  const found = new Map<string, Obstacle>(
    [...blocked].map(([instanceId, reason]) => [instanceId, { reason }]),
  );
  const own = left.filter(({ is }) => is === 'own').slice(0, askedMax);
  await inParallel(own, atOnce, async (sighting) => {
    const obstacle = await protection(recovery, places, sighting);
    if (obstacle !== undefined) found.set(sighting.instanceId, obstacle);
  });
  return found;
};
