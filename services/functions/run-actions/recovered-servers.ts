import type { RecoveredServer } from '../../core/domain/parameter-reference.ts';
import type { Wave } from '../../core/domain/wave/wave.ts';
import { onReversed } from '../../core/readiness/on-reversed.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';

type Launched = Pick<RecoveredServer, 'sourceServerId' | 'name' | 'tags'> & {
  readonly jobId: string | undefined;
  readonly instanceId: string | undefined;
};

/** Of which instances somebody was told. */
export type LaunchedServer = Pick<RecoveredServer, 'sourceServerId' | 'instanceId'>;

const launchedAs = ({ definition }: Wave, told: readonly LaunchedServer[]): readonly Launched[] =>
  told.flatMap(({ sourceServerId, instanceId }) => {
    const server = definition.servers.find((each) => each.sourceServerId === sourceServerId);
    if (server === undefined) return [];
    return [{ sourceServerId, name: server.name, tags: server.tags ?? {}, jobId: undefined, instanceId }];
  });

const launchedIn = ({ definition, state }: Wave): readonly Launched[] =>
  definition.servers.flatMap(({ sourceServerId, name, tags = {} }) => {
    const result = state.results[sourceServerId];
    if (result?.launchResult !== 'LAUNCHED') return [];
    const { jobId, instanceId } = result;
    return [{ sourceServerId, name, tags, jobId, instanceId }];
  });

/** The log of a job may be behind its end, so that a server's result does not name its instance: DRS knows it elsewhere. */
const withInstances = async (
  recovery: RecoveryService,
  wave: Wave,
  launched: readonly Launched[],
): Promise<readonly Launched[]> => {
  const { definition } = wave;
  const unnamed = launched.filter(({ instanceId }) => instanceId === undefined);
  if (unnamed.length === 0) return launched;
  const ids = unnamed.map(({ sourceServerId }) => sourceServerId);
  const shown = await onReversed(recovery, wave).describeRecoveryInstances(definition.target, ids);
  return launched.map((server) => {
    const own = shown.find(
      ({ sourceServerId, jobId }) => sourceServerId === server.sourceServerId && jobId === server.jobId,
    );
    return { ...server, instanceId: server.instanceId ?? own?.instanceId };
  });
};

/**
 * The servers that a wave has launched, or those `told`, with what DRS and EC2 say of their instances now: they may show
 * one a moment late.
 */
export const recoveredServers = async (
  recovery: RecoveryService,
  wave: Wave,
  told?: readonly LaunchedServer[],
): Promise<readonly RecoveredServer[]> => {
  const launched =
    told === undefined ? await withInstances(recovery, wave, launchedIn(wave)) : launchedAs(wave, told);
  const ids = launched.flatMap(({ instanceId }) => instanceId ?? []);
  const instances = ids.length === 0 ? [] : await recovery.describeInstances(wave.definition.target, ids);
  return launched.map(({ sourceServerId, name, tags, instanceId }) => ({
    ...{ sourceServerId, name, tags },
    ...(instanceId !== undefined && { instanceId }),
    ...instances.find((instance) => instance.instanceId === instanceId),
  }));
};
