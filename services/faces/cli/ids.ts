import { isClosing } from '../../core/domain/closing.ts';
import { shownKinds } from '../../core/domain/actions/shown-kinds.ts';
import { listExecutions, openExecutions } from '../../core/streams/list-executions.ts';
import { listPlanIds } from '../../core/streams/plan-store.ts';
import { createExecutionReader } from '../../core/streams/read-execution.ts';
import type { IdKind } from './completion.ts';
import { connect } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { readContexts } from './contexts.ts';
import { exitCodes } from './help.ts';
import { isExecutionId } from './named-execution.ts';

type Store = ReturnType<typeof connect>['store'];

/** As many as somebody looks through. */
const shownMax = 50;

const executionIds = async (store: Store): Promise<readonly string[]> => {
  const [open, { executions }] = await Promise.all([
    openExecutions(store),
    listExecutions(store, { limit: shownMax }),
  ]);
  return [...new Set([...open.toReversed(), ...executions].map(({ executionId }) => executionId))];
};

/** The waves of an execution as its plan has them. */
const wavesOf = async (store: Store, executionId = '') => {
  if (!isExecutionId(executionId)) return [];
  const { waves } = await createExecutionReader(store)(executionId);
  return waves.map(({ definition }) => definition).filter(({ waveId }) => !isClosing(waveId));
};

/** Those that people answer: no command names another one. */
const actionIds = async (store: Store, executionId = '', waveId = ''): Promise<readonly string[]> => {
  const waves = await wavesOf(store, executionId);
  return waves
    .filter((wave) => wave.waveId === waveId)
    .flatMap(({ before, after }) => [...before, ...after].flat())
    .filter(({ kind }) => shownKinds[kind].asksPeople)
    .map(({ actionId }) => actionId);
};

const idsOf = async (
  kind: IdKind,
  [first, second]: readonly string[],
  options: ConnectionOptions,
): Promise<readonly string[]> => {
  if (kind === 'contexts') return Object.keys(readContexts().contexts);
  const { store } = connect(options);
  switch (kind) {
    case 'plans':
      return listPlanIds(store);
    case 'executions':
      return executionIds(store);
    case 'waves':
      return (await wavesOf(store, first)).map(({ waveId }) => waveId);
    case 'actions':
      return actionIds(store, first, second);
  }
};

/** The ids that a shell completes, one a line; of waves and actions those that belong to the ids before. */
export const printIds = async (
  kind: IdKind,
  of: readonly string[],
  options: ConnectionOptions,
  console: Console,
): Promise<number> => {
  const ids = await idsOf(kind, of, options);
  if (ids.length > 0) console.print(ids.join('\n'));
  return exitCodes.done;
};
