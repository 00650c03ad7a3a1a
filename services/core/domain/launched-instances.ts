/** An instance that a job launched for a source server, as DRS and EC2 tell of it. */
export interface LaunchedInstance {
  readonly sourceServerId: string;
  readonly instanceId: string;
  readonly state: string;
  /** Known to be a drill's: what cannot be shown to be one counts as a real recovery's. */
  readonly isDrill: boolean;
  /** The state of its failback, once that has begun. */
  readonly failback?: string;
  /** Only where DRS has no record of it any more: what its job was. */
  readonly unrecorded?: 'drill' | 'recovery' | 'unknown';
  /** When EC2 last started it, epoch ms. */
  readonly launchedAt?: number;
}

interface RecordedInstance {
  readonly sourceServerId: string;
  readonly instanceId: string;
  readonly state: string;
  readonly isDrill: boolean;
  readonly failback?: string;
}

interface TaggedMachine {
  readonly instanceId: string;
  readonly state: string;
  readonly launchedAt?: number;
  readonly tags: Readonly<Record<string, string>>;
}

interface LaunchJob {
  readonly jobId: string;
  readonly type: string;
  readonly isDrill: boolean;
  readonly servers: readonly { readonly sourceServerId: string }[];
}

/** DRS and its launch templates name the source server in either of these. */
export const serverTags = [
  'AWSElasticDisasterRecoverySourceServerID',
  'drs.amazonaws.com-source-server',
] as const;
const jobTag = 'drs.amazonaws.com-job';

const gone = new Set(['TERMINATED', 'SHUTTING-DOWN', 'NOT_FOUND']);

/** Whether an instance still exists. */
export const isLive = ({ state }: { readonly state: string }): boolean => !gone.has(state);

/** From a failback that has not ended the machine is in use, whatever launched it. */
const isFailingBack = (failback: string | undefined): boolean =>
  failback !== undefined && failback !== 'FAILBACK_COMPLETED';

/** Whether an instance exists that a drill must not end: it is not a drill's own, or data flow back from it. */
export const isNeeded = (instance: Pick<LaunchedInstance, 'state' | 'isDrill' | 'failback'>): boolean =>
  isLive(instance) && (!instance.isDrill || isFailingBack(instance.failback));

export const jobOf = ({ tags }: Pick<TaggedMachine, 'tags'>): string | undefined => tags[jobTag];

/** What launched a machine that DRS does not list: its job says so, if it still does. */
const originOf = (
  machine: TaggedMachine,
  sourceServerId: string,
  jobs: readonly LaunchJob[],
): NonNullable<LaunchedInstance['unrecorded']> => {
  const job = jobs.find(({ jobId }) => jobId === jobOf(machine));
  const isItsLaunch =
    job?.type === 'LAUNCH' && job.servers.some((server) => server.sourceServerId === sourceServerId);
  if (!isItsLaunch) return 'unknown';
  return job.isDrill ? 'drill' : 'recovery';
};

/**
 * Every instance of these source servers that a launch would end. A launch ends also those whose record was deleted
 * from DRS, as is done with machines that stay in AWS after a recovery: EC2 is the witness of these.
 */
export const launchedInstances = (
  sourceServerIds: readonly string[],
  recorded: readonly RecordedInstance[],
  machines: readonly TaggedMachine[],
  jobs: readonly LaunchJob[],
): readonly LaunchedInstance[] => {
  const machineById = new Map(machines.map((machine) => [machine.instanceId, machine]));
  const known = new Set(recorded.map(({ instanceId }) => instanceId));
  const wanted = new Set(sourceServerIds);
  const listed = recorded.map(
    ({ sourceServerId, instanceId, state, isDrill, failback }): LaunchedInstance => {
      const machine = machineById.get(instanceId);
      return {
        ...{ sourceServerId, instanceId, isDrill },
        // DRS may have lost sight of a machine that EC2 runs.
        state: machine?.state ?? state,
        ...(failback !== undefined && { failback }),
        ...(machine?.launchedAt !== undefined && { launchedAt: machine.launchedAt }),
      };
    },
  );
  const unlisted = machines
    .filter(({ instanceId }) => !known.has(instanceId))
    .flatMap((machine) =>
      [...new Set(serverTags.map((tag) => machine.tags[tag]))]
        .filter((id) => id !== undefined && wanted.has(id))
        .map((sourceServerId = ''): LaunchedInstance => {
          const unrecorded = originOf(machine, sourceServerId, jobs);
          const { instanceId, state, launchedAt } = machine;
          return {
            ...{ sourceServerId, instanceId, state, unrecorded, isDrill: unrecorded === 'drill' },
            ...(launchedAt !== undefined && { launchedAt }),
          };
        }),
    );
  return [...listed, ...unlisted];
};

/** The jobs by which machines that DRS does not list can be told apart. */
export const jobsToAskFor = (
  recorded: readonly RecordedInstance[],
  machines: readonly TaggedMachine[],
): readonly string[] => {
  const known = new Set(recorded.map(({ instanceId }) => instanceId));
  const jobs = machines.filter(({ instanceId }) => !known.has(instanceId)).map(jobOf);
  return [...new Set(jobs.filter((job) => job !== undefined))];
};
