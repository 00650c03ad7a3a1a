import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { Mode } from '../../contracts/identifiers.ts';

export interface ServerFacts {
  readonly replicationState: string;
  readonly lagSeconds?: number;
  readonly volumesMissing: boolean;
  /** Why DRS cannot reach the source server that this one is extended from. */
  readonly extensionError?: string;
}

/** What DRS says of one account and Region, as far as readiness needs it. */
export interface TargetFacts {
  readonly servers: ReadonlyMap<string, ServerFacts>;
  readonly instances: readonly {
    readonly sourceServerId: string;
    readonly instanceId: string;
    readonly state: string;
    readonly isDrill: boolean;
  }[];
  /** Source servers that take part in a job that has not ended, with the job. */
  readonly busy: ReadonlyMap<string, string>;
  readonly withoutLaunchConfiguration: ReadonlySet<string>;
  /** The newest recovery point of servers that are launched from one, epoch ms; undefined where there is none. */
  readonly recoveryPoints: ReadonlyMap<string, number | undefined>;
  readonly activeJobs: number;
  readonly jobsMax: number;
  /** Servers in all jobs. */
  readonly serversMax: number;
  readonly now: number;
}

export interface Finding {
  readonly level: 'error' | 'warning';
  /** By this a warning is accepted. */
  readonly name: string;
  readonly sourceServerId?: string;
  readonly waveId: string;
  readonly message: string;
}

export interface ReadinessQuestion {
  readonly mode: Mode;
  readonly rpoMinutes?: number;
  readonly allowDrillOverRecovery: boolean;
}

/** States from which DRS cannot launch at all: there is no consistent point in time, or replication has been given up. */
const unrecoverable = new Set(['STOPPED', 'INITIATING', 'INITIAL_SYNC', 'DISCONNECTED']);
const gone = new Set(['TERMINATED', 'SHUTTING-DOWN', 'NOT_FOUND']);

/** Whether an instance still exists. */
export const isLive = ({ state }: { readonly state: string }) => !gone.has(state);

/** Whether an instance came of a real recovery and still exists. */
export const isLiveRecovery = ({ state, isDrill }: { readonly state: string; readonly isDrill: boolean }) =>
  !isDrill && isLive({ state });

/** Everything that speaks against starting this wave now, errors and warnings apart; an unknown fact is an error. */
export const waveFindings = (
  wave: FrozenWave,
  facts: TargetFacts,
  question: ReadinessQuestion,
): readonly Finding[] => {
  const findings = wave.servers.flatMap(({ sourceServerId }) =>
    serverFindings(sourceServerId, facts, question).map((finding) => ({
      ...finding,
      sourceServerId,
      waveId: wave.waveId,
    })),
  );
  return [...findings, ...quotaFindings(wave, facts)];
};

/** Whether a wave's jobs fit the quotas of DRS, ever and now. */
export const quotaFindings = (
  { waveId, servers }: { readonly waveId: string; readonly servers: readonly unknown[] },
  facts: Pick<TargetFacts, 'activeJobs' | 'jobsMax' | 'serversMax'>,
): readonly Finding[] => {
  // A job holds at most a hundred servers, so that a larger wave takes its turn job by job.
  const perJob = Math.min(servers.length, 100);
  if (perJob > facts.serversMax)
    return [
      {
        level: 'error',
        name: 'quota',
        waveId,
        message: `a job of ${perJob} servers never fits the quota of ${facts.serversMax} servers in all jobs`,
      },
    ];
  if (facts.activeJobs < facts.jobsMax) return [];
  return [
    {
      level: 'warning',
      name: 'quota',
      waveId,
      message: `${facts.activeJobs} of ${facts.jobsMax} DRS jobs are in progress; the wave will wait its turn`,
    },
  ];
};

export type ServerFinding = Pick<Finding, 'level' | 'name' | 'message'>;

/** What speaks against launching one server now. */
export const serverFindings = (
  id: string,
  facts: TargetFacts,
  question: ReadinessQuestion,
): readonly ServerFinding[] => {
  const server = facts.servers.get(id);
  if (server === undefined)
    return [{ level: 'error', name: 'unknown-server', message: `DRS knows no source server ${id}` }];
  return [
    ...extensionFindings(id, server),
    ...replicationFindings(id, server, question),
    ...pointFindings(id, facts, question),
    ...jobFindings(id, facts),
    ...instanceFindings(id, facts, question),
  ];
};

/** The data of an extended server lie in its staging account, and are shared from there at each launch. */
const extensionFindings = (id: string, { extensionError }: ServerFacts): readonly ServerFinding[] =>
  extensionError === undefined
    ? []
    : [
        {
          level: 'error',
          name: 'extension',
          message: `DRS cannot reach the source server that ${id} is extended from: ${extensionError}`,
        },
      ];

const replicationFindings = (
  id: string,
  server: ServerFacts,
  { rpoMinutes }: ReadinessQuestion,
): readonly ServerFinding[] => {
  const findings: ServerFinding[] = [];
  if (unrecoverable.has(server.replicationState))
    findings.push({
      level: 'error',
      name: 'not-recoverable',
      message: `${id} is ${server.replicationState}: it has no point in time to launch from`,
    });
  else if (server.replicationState !== 'CONTINUOUS')
    findings.push({
      level: 'warning',
      name: 'replication',
      message: `${id} is ${server.replicationState}: an older point in time may be used`,
    });
  if (server.volumesMissing)
    findings.push({
      level: 'error',
      name: 'volume-attributes',
      message: `${id} has disks whose attributes DRS does not know`,
    });
  const { lagSeconds } = server;
  if (rpoMinutes !== undefined && (lagSeconds === undefined || lagSeconds > rpoMinutes * 60))
    findings.push({
      level: 'warning',
      name: 'lag',
      message:
        lagSeconds === undefined
          ? `DRS does not say how far ${id} lags behind; the plan allows ${rpoMinutes} minutes`
          : `${id} lags ${Math.round(lagSeconds / 60)} minutes behind; the plan allows ${rpoMinutes}`,
    });
  return findings;
};

/** A recovery point older than this is told of where the plan has no objective. */
const oldMinutes = 24 * 60;

/** Of a server that is launched from a recovery point: whether there is one, and how old it is. */
const pointFindings = (
  id: string,
  { recoveryPoints, now }: TargetFacts,
  { rpoMinutes }: ReadinessQuestion,
): readonly ServerFinding[] => {
  if (!recoveryPoints.has(id)) return [];
  const takenAt = recoveryPoints.get(id);
  if (takenAt === undefined)
    return [{ level: 'error', name: 'no-recovery-point', message: `DRS keeps no recovery point of ${id}` }];
  const ageMinutes = Math.round((now - takenAt) / 60_000);
  if (ageMinutes <= (rpoMinutes ?? oldMinutes)) return [];
  const allowed = rpoMinutes === undefined ? '' : `; the plan allows ${rpoMinutes}`;
  return [
    {
      level: 'warning',
      name: 'recovery-point-age',
      message: `the newest recovery point of ${id} is ${ageMinutes} minutes old${allowed}`,
    },
  ];
};

const jobFindings = (id: string, facts: TargetFacts): readonly ServerFinding[] => {
  const job = facts.busy.get(id);
  return [
    ...(job === undefined
      ? []
      : [
          {
            level: 'warning' as const,
            name: 'busy',
            message: `${id} takes part in job ${job}; its wave will wait for the end of it`,
          },
        ]),
    ...(facts.withoutLaunchConfiguration.has(id)
      ? [
          {
            level: 'error' as const,
            name: 'launch-configuration',
            message: `${id} has no launch configuration`,
          },
        ]
      : []),
  ];
};

/** A launch cleans up the server's earlier recovery instances: a drill must not destroy what a recovery brought up. */
const instanceFindings = (
  id: string,
  facts: TargetFacts,
  question: ReadinessQuestion,
): readonly ServerFinding[] => {
  const real = facts.instances.find((instance) => instance.sourceServerId === id && isLiveRecovery(instance));
  if (real !== undefined && question.mode === 'DRILL') {
    const message = `${id} runs as ${real.instanceId} since a real recovery; a drill would destroy it`;
    return [
      { level: question.allowDrillOverRecovery ? 'warning' : 'error', name: 'drill-over-recovery', message },
    ];
  }
  if (real !== undefined)
    return [
      {
        level: 'warning',
        name: 'recovery-over-recovery',
        message: `${id} runs as ${real.instanceId}; this recovery replaces it`,
      },
    ];
  return [];
};
