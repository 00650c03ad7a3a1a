import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { Mode } from '../../contracts/identifiers.ts';

/** What DRS says of one account and Region, as far as readiness needs it. */
export interface TargetFacts {
  readonly servers: ReadonlyMap<
    string,
    { readonly replicationState: string; readonly lagSeconds?: number; readonly volumesMissing: boolean }
  >;
  readonly instances: readonly {
    readonly sourceServerId: string;
    readonly instanceId: string;
    readonly state: string;
    readonly isDrill: boolean;
  }[];
  /** Source servers that take part in a job that has not ended, with the job. */
  readonly busy: ReadonlyMap<string, string>;
  readonly withoutLaunchConfiguration: ReadonlySet<string>;
  readonly activeJobs: number;
  readonly jobsMax: number;
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
  if (facts.activeJobs < facts.jobsMax) return findings;
  return [
    ...findings,
    {
      level: 'warning',
      name: 'quota',
      waveId: wave.waveId,
      message: `${facts.activeJobs} of ${facts.jobsMax} DRS jobs are in progress; the wave will wait its turn`,
    },
  ];
};

type ServerFinding = Pick<Finding, 'level' | 'name' | 'message'>;

const serverFindings = (
  id: string,
  facts: TargetFacts,
  question: ReadinessQuestion,
): readonly ServerFinding[] => {
  const server = facts.servers.get(id);
  if (server === undefined)
    return [{ level: 'error', name: 'unknown-server', message: `DRS knows no source server ${id}` }];
  return [
    ...replicationFindings(id, server, question),
    ...jobFindings(id, facts),
    ...instanceFindings(id, facts, question),
  ];
};

const replicationFindings = (
  id: string,
  server: { replicationState: string; lagSeconds?: number; volumesMissing: boolean },
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
  if (rpoMinutes !== undefined && (server.lagSeconds ?? 0) > rpoMinutes * 60)
    findings.push({
      level: 'warning',
      name: 'lag',
      message: `${id} lags ${Math.round((server.lagSeconds ?? 0) / 60)} minutes behind; the plan allows ${rpoMinutes}`,
    });
  return findings;
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
  const live = facts.instances.filter(
    (instance) => instance.sourceServerId === id && !gone.has(instance.state),
  );
  const real = live.find((instance) => !instance.isDrill);
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
