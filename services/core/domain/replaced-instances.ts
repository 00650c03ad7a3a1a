import type { FrozenWave } from '../../../contracts/execution-events.ts';
import { isLive, type LaunchedInstance } from './launched-instances.ts';
import type { TargetFacts } from './readiness.ts';

export const obstacles = [
  'record-deleted',
  'failback',
  'termination-protection',
  'stop-protection',
  'not-stopped',
] as const;
export type Obstacle = (typeof obstacles)[number];

/** An instance that the launch of a server ends, or whose volumes it replaces. */
export interface ReplacedInstance {
  readonly waveId: string;
  readonly sourceServerId: string;
  readonly instanceId: string;
  /** `existing`: no job launched it, the launch goes into it. */
  readonly origin: 'drill' | 'recovery' | 'unknown' | 'existing';
  readonly fate: 'ended' | 'overwritten';
  readonly state: string;
  /** When EC2 last started it, ISO 8601. */
  readonly since?: string;
  /** What gets in the way of it, or speaks against it. */
  readonly obstacles: readonly Obstacle[];
}

const originOf = ({ unrecorded, isDrill }: LaunchedInstance): ReplacedInstance['origin'] =>
  unrecorded ?? (isDrill ? 'drill' : 'recovery');

const obstaclesOf = ({ unrecorded, failback }: LaunchedInstance): readonly Obstacle[] => [
  ...(unrecorded === undefined ? [] : (['record-deleted'] as const)),
  ...(failback === undefined || failback === 'FAILBACK_COMPLETED' ? [] : (['failback'] as const)),
];

/** What the launches of a wave end or overwrite, in the order of its servers. */
export const replacedBy = (
  { waveId, servers }: Pick<FrozenWave, 'waveId' | 'servers'>,
  { instances, launchInto }: Pick<TargetFacts, 'instances' | 'launchInto'>,
): readonly ReplacedInstance[] =>
  servers.flatMap(({ sourceServerId }) => {
    const into = launchInto.get(sourceServerId);
    const own = instances.filter((each) => each.sourceServerId === sourceServerId && isLive(each));
    const earlier = own.map((instance): ReplacedInstance => {
      const { instanceId, state, launchedAt } = instance;
      const isOverwritten = instanceId === into?.instanceId;
      return {
        ...{ waveId, sourceServerId, instanceId, state },
        origin: originOf(instance),
        fate: isOverwritten ? 'overwritten' : 'ended',
        ...(launchedAt !== undefined && { since: new Date(launchedAt).toISOString() }),
        obstacles: [
          ...obstaclesOf(instance),
          ...(isOverwritten && state !== 'STOPPED' ? (['not-stopped'] as const) : []),
        ],
      };
    });
    if (into?.machine === undefined || own.some(({ instanceId }) => instanceId === into.instanceId))
      return earlier;
    const { state, launchedAt } = into.machine;
    const existing: ReplacedInstance = {
      ...{ waveId, sourceServerId, instanceId: into.instanceId, state },
      origin: 'existing',
      fate: 'overwritten',
      ...(launchedAt !== undefined && { since: new Date(launchedAt).toISOString() }),
      obstacles: state === 'STOPPED' ? [] : ['not-stopped'],
    };
    return [...earlier, existing];
  });
