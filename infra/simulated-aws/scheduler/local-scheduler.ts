import type { LocalClock } from '../clock.ts';
import type { DeliveryHost } from '../eventbridge/delivery-target.ts';
import type { Random } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { createRestService } from '../protocols/rest-protocol.ts';
import { openScope } from '../scope.ts';
import type { LocalService } from '../wire.ts';
import { createAgenda } from './agenda.ts';
import { schedulerRoutes } from './routes.ts';
import type { Schedule } from './schedule.ts';
import { createSchedulerStore, type SchedulerRecord } from './store.ts';

export interface LocalSchedulerOptions extends DeliveryHost {
  readonly clock: LocalClock;
  readonly journal: Journal<SchedulerRecord>;
  readonly account: string;
  readonly region: string;
  readonly random: Random;
  /** Schedule groups that exist beside `default`. */
  readonly groups?: readonly string[];
}

export interface LocalScheduler {
  readonly service: LocalService;
  /** Stops all timers, and writes nothing more. The journal stays open. */
  close(): void;
}

/** EventBridge Scheduler of one account and Region. Its host is the one that EventBridge delivers through. */
export const createLocalScheduler = (options: LocalSchedulerOptions): LocalScheduler => {
  const { account, region, groups = [] } = options;
  const { clock, journal, close } = openScope(options.clock, options.journal);
  const store = createSchedulerStore(journal);
  const arnOf = ({ name, input }: Schedule): string =>
    `arn:aws:scheduler:${region}:${account}:schedule/${input.GroupName}/${name}`;
  const agenda = createAgenda({ ...options, clock, store, arnOf });
  const routes = schedulerRoutes({
    store,
    agenda,
    arnOf,
    now: () => clock.now(),
    groups: ['default', ...groups],
  });
  return { close, service: createRestService('scheduler', routes) };
};
