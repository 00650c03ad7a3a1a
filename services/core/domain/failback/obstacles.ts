import { intoFaults, type LaunchInto } from '../launch-into.ts';
import { machineAtHome, type Look, type WayHome, type WayHomeStage } from './way-home.ts';

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
  const recorded = look.away.find(({ isDrill }) => !isDrill);
  if (recorded === undefined) return [];
  const { instanceId: id } = recorded;
  const { state } = machine ?? recorded;
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

type Judge = (look: Look, facts: HomewardFacts, way: WayHome) => readonly Obstacle[];

const nothing: Judge = () => [];
const ofLaunch: Judge = (look, facts, { stage }) => beforeLaunch(look, facts, stage === 'READY');

const judges: Readonly<Record<WayHomeStage, Judge>> = {
  AWAY: beforeReversal,
  REVERSING: ofLaunch,
  SYNCING: ofLaunch,
  READY: ofLaunch,
  LAUNCHING: nothing,
  LAUNCHED: (look, _facts, { isDrill }) => (isDrill === true ? afterDrill(look) : []),
  REPROTECTING: nothing,
  PROTECTED: nothing,
  RETIRING: nothing,
  HOME: nothing,
  UNCLEAR: nothing,
};

/** Everything that is in the way of a server at its stage, with what people can do about it. */
export const obstaclesOf = (look: Look, way: WayHome, facts: HomewardFacts): readonly Obstacle[] => {
  const { stage, why } = way;
  const level = stage === 'UNCLEAR' ? 'error' : 'warning';
  return [
    ...(why === undefined ? [] : [{ level, message: why } as const]),
    ...facts.unread.map(warning),
    ...judges[stage](look, facts, way),
  ];
};
