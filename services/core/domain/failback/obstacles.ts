import { intoFaults, type LaunchInto } from '../launch-into.ts';
import { machineAtHome, type Look, type WayHome } from './way-home.ts';

/** EC2: the machine that was recovered, with what its agent needs. */
export interface AwayMachine {
  readonly state: string;
  readonly instanceProfile?: string;
}

/** What the next launch of the reversed server takes from its launch configuration and its launch template. */
export interface HomeLaunch {
  readonly subnetId?: string;
  readonly securityGroupIds: readonly string[];
  readonly instanceProfile?: string;
  /** The instance that exists and that it goes into. */
  readonly into?: LaunchInto;
}

export interface HomewardFacts {
  /** Undefined where EC2 does not know it. */
  readonly machine: AwayMachine | undefined;
  /** Undefined while there is no reversed server. */
  readonly launch: HomeLaunch | undefined;
  /** The server that DRS names as the reversed one, where that is another, and still there. */
  readonly earlierId: string | undefined;
  /** What of these could not be read, with the reason. */
  readonly unread: readonly string[];
}

/** What is in the way of a server, now or at its next step. */
export interface Obstacle {
  /** error: the next step fails. warning: it may, or a later one will. */
  readonly level: 'error' | 'warning';
  readonly message: string;
}

const error = (message: string): Obstacle => ({ level: 'error', message });
const warning = (message: string): Obstacle => ({ level: 'warning', message });

const policy = 'AWSElasticDisasterRecoveryRecoveryInstancePolicy';

const beforeReversal = (look: Look, { machine, earlierId }: HomewardFacts): readonly Obstacle[] => {
  const [recorded] = look.away.filter(({ isDrill }) => !isDrill);
  const id = recorded?.instanceId ?? look.launchedId;
  const state = machine?.state ?? recorded?.state ?? 'unknown';
  return [
    ...(state === 'RUNNING'
      ? []
      : [error(`${id} is ${state}; its agent replicates only while it runs: start it`)]),
    ...(machine !== undefined && machine.instanceProfile === undefined
      ? [warning(`${id} has no instance profile; its agent needs one with ${policy}`)]
      : []),
    ...(earlierId === undefined
      ? []
      : [
          error(
            `${earlierId} is left from an earlier failback; stop its replication, disconnect and delete it, or bring home what it replicates`,
          ),
        ]),
  ];
};

/** DRS makes a launch template without a network for the reversed server; a launch into a machine needs none. */
const templateObstacles = (id: string, launch: HomeLaunch): readonly Obstacle[] => {
  const missing = [
    ...(launch.subnetId === undefined ? ['subnet'] : []),
    ...(launch.securityGroupIds.length === 0 ? ['security group'] : []),
    ...(launch.instanceProfile === undefined ? ['instance profile'] : []),
  ];
  return missing.length === 0
    ? []
    : [
        warning(
          `the launch template of ${id} has no ${missing.join(', ')}; without them the machine comes up in the default network, if there is one, and cannot be protected again`,
        ),
      ];
};

const beforeLaunch = ({ reversed }: Look, { launch }: HomewardFacts, isDue: boolean): readonly Obstacle[] => {
  if (reversed === undefined || launch === undefined) return [];
  const { sourceServerId: id, platform } = reversed;
  if (launch.into === undefined) return templateObstacles(id, launch);
  return intoFaults(id, launch.into, platform).map(isDue ? error : warning);
};

/** DRS would end the machine with the drill, although it is people's. */
const afterDrill = (look: Look): readonly Obstacle[] => {
  const id = machineAtHome(look)?.instanceId;
  return id !== undefined && look.existedBefore.includes(id)
    ? [
        warning(
          `the drill was launched into ${id}, which was there before: never terminate it; disconnect its recovery instance, delete that record, and restore the machine from its backup`,
        ),
      ]
    : [];
};

/** Everything that is in the way of a server at its stage, with what people can do about it. */
export const obstaclesOf = (
  look: Look,
  { stage, why, isDrill }: WayHome,
  facts: HomewardFacts,
): readonly Obstacle[] => {
  const troubles = [...(why === undefined ? [] : [why]), ...facts.unread].map(warning);
  switch (stage) {
    case 'UNCLEAR':
      return [error(why ?? ''), ...facts.unread.map(warning)];
    case 'AWAY':
      return [...troubles, ...beforeReversal(look, facts)];
    case 'REVERSING':
    case 'SYNCING':
    case 'READY':
      return [...troubles, ...beforeLaunch(look, facts, stage === 'READY')];
    case 'LAUNCHED':
      return [...troubles, ...(isDrill === true ? afterDrill(look) : [])];
    case 'LAUNCHING':
    case 'REPROTECTING':
    case 'PROTECTED':
    case 'RETIRING':
    case 'HOME':
      return troubles;
  }
};
