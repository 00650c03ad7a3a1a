import { jobOf, serverTags } from '../launched-instances.ts';
import type { RecoveryInstance } from '../recovery-job.ts';

/** An instance of a server of a drill, as DRS and EC2 show it now, and what a clean-up may do with it. */
export interface Sighting {
  readonly instanceId: string;
  readonly sourceServerId: string;
  readonly account: string;
  readonly region: string;
  /** going: one of DRS and EC2 says that it ends or has ended, and the other does not yet. */
  readonly state: 'running' | 'going' | 'gone';
  /**
   * own: launched by this drill, and nothing speaks against ending it. kept: a person keeps it. stuck: launched by
   * this drill, and somebody has to look at it. foreign: not this drill's to end.
   */
  readonly is: 'own' | 'kept' | 'stuck' | 'foreign';
  /** Why it is not ended; empty for its own. */
  readonly reason: string;
  readonly jobId: string;
  /** When EC2 last started it, epoch ms. */
  readonly launchedAt?: number;
  /** It is foreign for that alone: a launch of the drill went into it. */
  readonly existed?: true;
}

interface Machine {
  readonly instanceId: string;
  readonly state: string;
  readonly launchedAt?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is known of the servers of a drill in one account and Region. */
export interface DrillPlace {
  readonly account: string;
  readonly region: string;
  readonly servers: ReadonlySet<string>;
  /** The jobs that this drill claimed and that DRS confirmed. */
  readonly jobIds: ReadonlySet<string>;
  /** Machines that existed before: launches went into them, and their ids live on. */
  readonly existedBefore: ReadonlySet<string>;
  /** Who keeps single instances. */
  readonly kept: Readonly<Record<string, string>>;
  /** Who keeps all of them. */
  readonly keptBy?: string;
  readonly recorded: readonly RecoveryInstance[];
  readonly machines: readonly Machine[];
}

/** DRS launches into a machine that exists only where it carries this tag. User guide: "Launch into source instance". */
const launchIntoTag = 'AWSDRS';
/** Whoever tags an instance so keeps it, whatever the product is told. */
const keepTag = 'groundswell:keep';

const ended = new Set(['TERMINATED', 'NOT_FOUND']);

const stateOf = (recorded: string | undefined, machine: string | undefined): Sighting['state'] => {
  const isGone = [recorded, machine].map((state) => state === undefined || ended.has(state));
  if (isGone.every(Boolean)) return 'gone';
  return isGone.some(Boolean) || [recorded, machine].includes('SHUTTING-DOWN') ? 'going' : 'running';
};

type Verdict = Pick<Sighting, 'is' | 'reason' | 'existed'>;

const foreign = (reason: string): Verdict => ({ is: 'foreign', reason });
const existedBefore: Verdict = {
  ...foreign('it existed before the drill, which launched into it'),
  existed: true,
};
const stuck = (reason: string): Verdict => ({ is: 'stuck', reason });

const isOtherServers = ({ tags }: Machine, sourceServerId: string): boolean =>
  serverTags.some((tag) => tags[tag] !== undefined && tags[tag] !== sourceServerId);

/** First whether it is the drill's at all, then what speaks against ending it. */
const verdictOf = (place: DrillPlace, instance: RecoveryInstance, machine: Machine | undefined): Verdict => {
  const { instanceId, sourceServerId, jobId, isDrill, failback, replication } = instance;
  if (!isDrill) return foreign('it is not a drill’s: a real recovery launched it');
  if (!place.jobIds.has(jobId))
    return foreign(`${jobId === '' ? 'no known job' : jobId} launched it, which is none of this drill’s`);
  if (place.existedBefore.has(instanceId) || machine?.tags[launchIntoTag] !== undefined) return existedBefore;
  if (machine === undefined) return stuck('DRS lists it, and EC2 does not show it');
  const tagged = jobOf(machine);
  if (tagged !== undefined && tagged !== jobId)
    return stuck(`DRS says that ${jobId} launched it, and its tag in EC2 says ${tagged}`);
  if (isOtherServers(machine, sourceServerId))
    return stuck(`DRS says that it is of ${sourceServerId}, and its tags in EC2 name another source server`);
  if (failback !== undefined) return stuck(`its failback has begun: ${failback}`);
  if (replication !== undefined) return stuck(`it replicates, or did: ${replication}`);
  const keeper =
    place.keptBy ??
    place.kept[instanceId] ??
    (machine.tags[keepTag] === undefined ? undefined : `the tag ${keepTag} ${machine.tags[keepTag]}`.trim());
  return keeper === undefined ? { is: 'own', reason: '' } : { is: 'kept', reason: `${keeper} keeps it` };
};

/** What EC2 runs for these servers and DRS has no record of. */
const unrecorded = (place: DrillPlace, machine: Machine): Verdict => {
  const jobId = jobOf(machine);
  if (place.existedBefore.has(machine.instanceId) || machine.tags[launchIntoTag] !== undefined)
    return existedBefore;
  return jobId !== undefined && place.jobIds.has(jobId)
    ? stuck('its record in DRS was deleted, as is done with machines that are to stay')
    : foreign('DRS has no record of it, and its tags name no job of this drill');
};

const at = (machine: Machine | undefined) =>
  machine?.launchedAt !== undefined && { launchedAt: machine.launchedAt };

/** Every instance of the servers of a drill in a place, each once. */
export const sightingsIn = (place: DrillPlace): readonly Sighting[] => {
  const { account, region, servers, recorded, machines } = place;
  const machineById = new Map(machines.map((machine) => [machine.instanceId, machine]));
  const listed = recorded.filter(({ sourceServerId }) => servers.has(sourceServerId));
  const known = new Set(listed.map(({ instanceId }) => instanceId));
  return [
    ...listed.map((instance): Sighting => {
      const { instanceId, sourceServerId, jobId } = instance;
      const machine = machineById.get(instanceId);
      const state = stateOf(instance.state, machine?.state);
      return {
        ...{ instanceId, sourceServerId, account, region, jobId, state },
        ...verdictOf(place, instance, machine),
        ...at(machine),
      };
    }),
    ...machines
      .filter(({ instanceId }) => !known.has(instanceId))
      .flatMap((machine): readonly Sighting[] => {
        const sourceServerId = serverTags.map((tag) => machine.tags[tag]).find((id) => id !== undefined);
        if (sourceServerId === undefined || !servers.has(sourceServerId)) return [];
        const { instanceId } = machine;
        const [jobId, state] = [jobOf(machine) ?? '', stateOf(undefined, machine.state)];
        return [
          {
            ...{ instanceId, sourceServerId, account, region, jobId },
            // DRS forgets what it has ended before EC2 does.
            state: state === 'going' && machine.state !== 'SHUTTING-DOWN' ? 'running' : state,
            ...unrecorded(place, machine),
            ...at(machine),
          },
        ];
      }),
  ];
};
