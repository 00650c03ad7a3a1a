import { listExecutions, openExecutions } from '../../core/streams/list-executions.ts';
import { listPlanIds } from '../../core/streams/plan-store.ts';
import type { IdKind } from './completion.ts';
import { connect } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { exitCodes } from './help.ts';

/** As many as somebody looks through. */
const shownMax = 50;

const executionIds = async (store: ReturnType<typeof connect>['store']): Promise<readonly string[]> => {
  const [open, { executions }] = await Promise.all([
    openExecutions(store),
    listExecutions(store, { limit: shownMax }),
  ]);
  return [...new Set([...open.toReversed(), ...executions].map(({ executionId }) => executionId))];
};

/** The ids that a shell completes, one a line. */
export const printIds = async (
  kind: IdKind,
  options: ConnectionOptions,
  console: Console,
): Promise<number> => {
  const { store } = connect(options);
  const ids = await (kind === 'plans' ? listPlanIds(store) : executionIds(store));
  if (ids.length > 0) console.print(ids.join('\n'));
  return exitCodes.done;
};
