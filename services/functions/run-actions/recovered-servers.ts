import type { RecoveredServer } from '../../core/domain/parameter-reference.ts';
import type { Wave } from '../../core/domain/wave/wave.ts';
import { onReversed } from '../../core/readiness/on-reversed.ts';
import type { RecoveryService } from '../../core/ports/recovery-service.ts';

type Launched = Pick<RecoveredServer, 'sourceServerId' | 'name' | 'tags'> & {
  readonly jobId: string | undefined;
  readonly instanceId: string | undefined;
};

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

/** The servers that a wave has launched, with what DRS and EC2 say of their instances now: they may show one a moment late. */
export const recoveredServers = async (
  recovery: RecoveryService,
  wave: Wave,
): Promise<readonly RecoveredServer[]> => {
  const launched = await withInstances(recovery, wave, launchedIn(wave));
  const ids = launched.flatMap(({ instanceId }) => instanceId ?? []);
  const instances = ids.length === 0 ? [] : await recovery.describeInstances(wave.definition.target, ids);
  return launched.map(({ sourceServerId, name, tags, instanceId }) => ({
    ...{ sourceServerId, name, tags },
    ...(instanceId !== undefined && { instanceId }),
    ...instances.find((instance) => instance.instanceId === instanceId),
  }));
};
