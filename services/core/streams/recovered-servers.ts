import type { Target } from '../../../contracts/plan.ts';
import type { RecoveredServer } from '../domain/failback/recovered-server.ts';
import type { ReadExecution } from './read-execution.ts';

/** Of a failback what it brings home: the machines that its plan was frozen with. */
const broughtHome = ({ definition }: ReadExecution['waves'][number]): readonly RecoveredServer[] =>
  definition.homeward?.phase !== 'reverse'
    ? []
    : definition.servers.flatMap(({ sourceServerId, name, machineId: instanceId }) =>
        instanceId === undefined
          ? []
          : [{ waveId: definition.waveId, target: definition.target, sourceServerId, name, instanceId }],
      );

/**
 * What an execution has recovered, or brings home, by its own records: each server once, in the order of the plan.
 */
export const recoveredServers = ({ waves }: Pick<ReadExecution, 'waves'>): readonly RecoveredServer[] =>
  waves.some(({ definition }) => definition.homeward !== undefined)
    ? waves.flatMap(broughtHome)
    : recoveredIn(waves);

const recoveredIn = (waves: ReadExecution['waves']): readonly RecoveredServer[] =>
  waves.flatMap(({ definition, state }) =>
    definition.servers.flatMap(({ sourceServerId, name }) => {
      const instanceId = state.results[sourceServerId]?.instanceId;
      return instanceId === undefined
        ? []
        : [{ waveId: definition.waveId, target: definition.target, sourceServerId, name, instanceId }];
    }),
  );

/** The accounts and Regions that the execution reached, with the roles by which it did. */
export const reachedTargets = ({ waves }: Pick<ReadExecution, 'waves'>): readonly Target[] =>
  waves.flatMap(({ definition: { target, targets = {} } }) => [target, ...Object.values(targets)]);
