import type { Journal } from '../journal.ts';
import { openScope } from '../scope.ts';
import { createJsonService } from '../protocols/json-protocol.ts';
import type { Operation, Operations } from '../protocols/operation.ts';
import type { LocalService } from '../wire.ts';
import type { AnnounceDeps } from './announce.ts';
import type { FindService } from './aws-api.ts';
import { type Automation, createAutomation } from './automation.ts';
import { automationOperations } from './automation-operations.ts';
import { createCalendarChanges } from './calendar-changes.ts';
import { calendarOperations, calendarsOf } from './calendar-operations.ts';
import { documentOperations } from './document-operations.ts';
import { documentsOf } from './documents.ts';
import { parameterOperations } from './parameter-operations.ts';
import type { AutomationPermissions } from './runner.ts';
import { createSsmStore, type SsmRecord, type SsmStore } from './store.ts';
import { createThrottle } from './throttle.ts';

export interface LocalSsmOptions extends AnnounceDeps {
  readonly journal: Journal<SsmRecord>;
  /** The services that runbooks call. Default: none but SSM itself. */
  readonly find?: FindService;
  /** Default: automations may do everything. */
  readonly permissions?: AutomationPermissions | undefined;
}

export interface LocalSsm {
  readonly service: LocalService;
  /** What the operations do, without the wire and without throttling. */
  readonly automation: Automation;
  /** Stops all timers, and writes nothing more. The journal stays open. */
  close(): void;
}

const throttled = (operations: Operations, check: (operation: string) => void): Operations =>
  Object.fromEntries(
    Object.entries(operations).map(([name, run]): readonly [string, Operation] => [
      name,
      (input, request) => {
        check(name);
        return run(input, request);
      },
    ]),
  );

/** SSM of one account and Region: Automation, its documents, and as much of Parameter Store as keeps settings. */
export const createLocalSsm = (options: LocalSsmOptions): LocalSsm => {
  const { account, scenario } = options;
  const { clock, journal, close } = openScope(options.clock, options.journal);
  const now = (): number => clock.now();
  const kept = createSsmStore(journal, documentsOf(scenario), now(), calendarsOf(scenario));
  const lookAt = createCalendarChanges({ ...options, clock }, kept.calendars);
  const store: SsmStore = {
    ...kept,
    write(record) {
      kept.write(record);
      if (record.kind === 'calendar') lookAt(record.calendar.name);
    },
  };
  const find: FindService = (name) => (name === 'ssm' ? service : options.find?.(name));
  const automation = createAutomation({ ...options, clock, store, find });
  const operations: Operations = {
    ...automationOperations(automation, account),
    ...documentOperations(store, scenario, now),
    ...calendarOperations(store, now),
    ...parameterOperations(store, options, now, find),
  };
  const service: LocalService = createJsonService({
    signingName: 'ssm',
    targetPrefix: 'AmazonSSM',
    version: '1.1',
    operations: scenario.throttling ? throttled(operations, createThrottle(now)) : operations,
  });
  return { automation, close, service };
};
