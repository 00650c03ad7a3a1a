import type { FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import { intoFaults, type LaunchInto } from './launch-into.ts';
import { isNeeded, type LaunchedInstance } from './launched-instances.ts';

export interface ServerFacts {
  readonly replicationState: string;
  readonly lagSeconds?: number;
  readonly volumesMissing: boolean;
  /** Why DRS cannot reach the source server that this one is extended from. */
  readonly extensionError?: string;
  /** It replicates back to where it came from. */
  readonly direction?: 'FAILBACK';
  readonly platform?: 'windows' | 'linux';
}

/** What DRS and EC2 say of one account and Region, as far as readiness needs it. */
export interface TargetFacts {
  readonly servers: ReadonlyMap<string, ServerFacts>;
  /** Those that launches would end, also where DRS has no record of them any more. */
  readonly instances: readonly LaunchedInstance[];
  /** Why EC2 cannot be asked: then nobody knows what runs beside what DRS lists. */
  readonly unwitnessed?: string;
  /** Of servers whose launches go into an instance that exists. */
  readonly launchInto: ReadonlyMap<string, LaunchInto>;
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
  /** Of a warning: a start is refused until somebody accepts it by name. */
  readonly needsAcceptance?: true;
  /** Of an error: by which field of the request a person allows it all the same. */
  readonly allowedBy?: 'allowDrillOverRecovery' | 'allowReplacing';
}

export interface ReadinessQuestion {
  readonly mode: Mode;
  readonly rpoMinutes?: number;
  readonly allowDrillOverRecovery: boolean;
  /** Instances that whoever asks allows a drill to end or to overwrite, by name. */
  readonly allowReplacing?: readonly string[];
}

/** States from which DRS cannot launch at all: there is no consistent point in time, or replication has been given up. */
const unrecoverable = new Set(['STOPPED', 'INITIATING', 'INITIAL_SYNC', 'DISCONNECTED']);

/** Everything that speaks against starting this wave now, errors and warnings apart; an unknown fact is an error. */
export const waveFindings = (
  wave: FrozenWave,
  facts: TargetFacts,
  question: ReadinessQuestion,
): readonly Finding[] => {
  const { waveId, drillsInto = [] } = wave;
  const findings = wave.servers.flatMap(({ sourceServerId }) =>
    serverFindings(sourceServerId, facts, question, drillsInto).map((finding) => ({
      ...finding,
      sourceServerId,
      waveId,
    })),
  );
  return [...findings, ...witnessFindings(wave, facts, question), ...quotaFindings(wave, facts)];
};

/**
 * A launch ends machines that DRS does not list any more. While EC2 cannot be asked, no drill may risk that; a real
 * recovery may, if somebody says so.
 */
const witnessFindings = (
  { waveId, target: { account, region } }: FrozenWave,
  { unwitnessed }: TargetFacts,
  { mode }: ReadinessQuestion,
): readonly Finding[] =>
  unwitnessed === undefined
    ? []
    : [
        {
          level: mode === 'DRILL' ? 'error' : 'warning',
          name: 'unwitnessed',
          waveId,
          message: `EC2 in ${account}/${region} cannot be asked which machines the launch would end: ${unwitnessed}; allow ec2:DescribeInstances`,
        },
      ];

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
  drillsInto: readonly string[] = [],
): readonly ServerFinding[] => {
  const server = facts.servers.get(id);
  if (server === undefined)
    return [{ level: 'error', name: 'unknown-server', message: `DRS knows no source server ${id}` }];
  return [
    ...directionFindings(id, server),
    ...extensionFindings(id, server),
    ...replicationFindings(id, server, question),
    ...pointFindings(id, facts, question),
    ...jobFindings(id, facts),
    ...instanceFindings(id, facts, question),
    ...intoFindings(id, facts, question, drillsInto),
  ];
};

/** After a reversal a second source server stands for the recovered machine: launching it would be a failback. */
const directionFindings = (id: string, { direction }: ServerFacts): readonly ServerFinding[] =>
  direction === undefined
    ? []
    : [
        {
          level: 'error',
          name: 'direction',
          message: `${id} replicates back (${direction}); name the source server of the direction FAILOVER`,
        },
      ];

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

/** A recovery point older than this is reported where the plan has no objective. */
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

/** A launch ends the server's earlier instances: a drill must not destroy what people need. */
export const instanceFindings = (
  id: string,
  { instances }: Pick<TargetFacts, 'instances'>,
  question: ReadinessQuestion,
): readonly ServerFinding[] =>
  instances
    .filter((instance) => instance.sourceServerId === id && isNeeded(instance))
    .map((instance) => (question.mode === 'DRILL' ? drillOver(instance, question) : recoveryOver(instance)));

const byName = (instanceId: string): string => `end it yourself, or allow it by name: ${instanceId}`;

const drillOver = (
  instance: LaunchedInstance,
  { allowDrillOverRecovery, allowReplacing = [] }: ReadinessQuestion,
): ServerFinding => {
  const { sourceServerId: id, instanceId, isDrill, failback, unrecorded } = instance;
  const isNamed = allowReplacing.includes(instanceId);
  if (unrecorded !== undefined) {
    const what =
      unrecorded === 'recovery'
        ? 'since a real recovery, and DRS has no record of it any more'
        : 'by its tags in EC2, DRS has no record of it, and no job shows that a drill launched it';
    return {
      level: isNamed ? 'warning' : 'error',
      name: 'drill-over-unrecorded',
      message: `${id} runs as ${instanceId} ${what}; a drill would destroy it; ${byName(instanceId)}`,
    };
  }
  const level = isNamed || allowDrillOverRecovery ? 'warning' : 'error';
  if (isDrill)
    return {
      level,
      name: 'drill-over-failback',
      message: `${id} runs as ${instanceId}, from which it fails back (${failback}); a drill would destroy it`,
    };
  return {
    level,
    name: 'drill-over-recovery',
    message: `${id} runs as ${instanceId} since a real recovery; a drill would destroy it`,
  };
};

const recoveryOver = ({
  sourceServerId: id,
  instanceId,
  isDrill,
  failback,
  unrecorded,
}: LaunchedInstance): ServerFinding => {
  if (unrecorded !== undefined)
    return {
      level: 'warning',
      name: 'recovery-over-unrecorded',
      message: `${id} runs as ${instanceId} by its tags in EC2, and DRS has no record of it; this recovery ends it`,
    };
  return isDrill
    ? {
        level: 'warning',
        name: 'recovery-over-failback',
        message: `${id} runs as ${instanceId}, from which it fails back (${failback}); this recovery ends it`,
      }
    : {
        level: 'warning',
        name: 'recovery-over-recovery',
        message: `${id} runs as ${instanceId}; this recovery replaces it`,
      };
};

/** A launch into an instance that exists replaces its volumes: a drill may do that only where that is wanted. */
export const intoFindings = (
  id: string,
  { servers, launchInto }: Pick<TargetFacts, 'servers' | 'launchInto'>,
  { mode, allowReplacing = [] }: ReadinessQuestion,
  drillsInto: readonly string[],
): readonly ServerFinding[] => {
  const into = launchInto.get(id);
  if (into === undefined) return [];
  const { instanceId } = into;
  const isAllowed = [...drillsInto, ...allowReplacing].includes(instanceId);
  return [
    ...intoFaults(id, into, servers.get(id)?.platform).map((message) => ({
      level: 'error' as const,
      name: 'launch-into',
      message,
    })),
    mode === 'DRILL' && !isAllowed
      ? {
          level: 'error',
          name: 'drill-into-instance',
          message: `a drill of ${id} would overwrite ${instanceId}, into which it is launched; allow it in the wave's drillsInto`,
        }
      : {
          level: 'warning',
          name: 'overwrites-instance',
          message: `${id} is launched into ${instanceId}, which this overwrites`,
        },
  ];
};
