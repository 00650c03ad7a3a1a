import * as z from 'zod';
import type { LocalClock } from '../clock.ts';
import type { Random } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { parseInput } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { createRestService, jsonAnswer, jsonBody, type Route } from '../protocols/rest-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalService } from '../wire.ts';
import { parseExpression } from './expression.ts';
import { createInvoker, type InvokerDeps } from './invoker.ts';
import { keyOf, type Schedule, scheduleInput, type SchedulerRecord } from './schedule.ts';
import { createSchedulerStore, type SchedulerStore } from './store.ts';

export interface LocalSchedulerOptions extends Pick<InvokerDeps, 'invoke' | 'bury' | 'duplicateProbability'> {
  readonly account: string;
  readonly region: string;
  readonly clock: LocalClock;
  readonly random: Random;
  readonly journal: Journal<SchedulerRecord>;
}

export interface LocalScheduler {
  readonly service: LocalService;
  /** Stops all timers. What is due stays in the journal. */
  close(): void;
}

const inGroup = z.object({ groupName: z.string().default('default') });
const listQuery = z.object({
  ScheduleGroup: z.string().optional(),
  NamePrefix: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  MaxResults: z.coerce.number().int().min(1).max(100).default(100),
  NextToken: z.string().optional(),
});

const notThere = (what: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `${what} does not exist.`, 404);

const found = (store: SchedulerStore, group: string, name: string): Schedule => {
  const schedule = store.schedules.get(keyOf(group, name));
  if (schedule === undefined) throw notThere(`Schedule ${name}`);
  return schedule;
};

type ArnOf = InvokerDeps['arnOf'];

const listed = ({ input, createdAt, modifiedAt }: Schedule, arnOf: ArnOf) => ({
  Arn: arnOf(input.GroupName, input.Name),
  ...{ Name: input.Name, GroupName: input.GroupName, State: input.State },
  ...{ CreationDate: createdAt / 1_000, LastModificationDate: modifiedAt / 1_000 },
  Target: { Arn: input.Target.Arn },
});

const described = (schedule: Schedule, arnOf: ArnOf) => {
  const { ClientToken: _token, ...input } = schedule.input;
  return { ...input, ...listed(schedule, arnOf), Target: input.Target };
};

const readInput = (Name: string, body: unknown) => {
  const input = parseInput(scheduleInput, { ...(body as object), Name });
  if (parseExpression(input.ScheduleExpression, input.ScheduleExpressionTimezone) === undefined)
    throw new ServiceError('ValidationException', `Invalid Schedule Expression ${input.ScheduleExpression}.`);
  if (/:event-bus\//.test(input.Target.Arn) && input.Target.EventBridgeParameters === undefined)
    throw new ServiceError('ValidationException', 'EventBridgeParameters is required for this target.');
  return input;
};

const named = (path: string): RegExp => new RegExp(`^/${path}/(?<name>[^/]+)$`);

/** What a repeat of CreateSchedule under the same token answers instead of a conflict. */
const isSameCall = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a === b;

const groupRoutes = (
  { account, region, clock }: LocalSchedulerOptions,
  store: SchedulerStore,
  changed: (group: string, name: string) => void,
): readonly Route[] => {
  const arnOf = (name: string): string => `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`;
  return [
    {
      method: 'POST',
      path: named('schedule-groups'),
      run({ name = '' }) {
        if (store.groups.has(name))
          throw new ServiceError('ConflictException', `Schedule group ${name} already exists.`, 409);
        store.write({ kind: 'group', name, at: clock.now() });
        return jsonAnswer({ ScheduleGroupArn: arnOf(name) });
      },
    },
    {
      method: 'GET',
      path: named('schedule-groups'),
      run({ name = '' }) {
        const at = store.groups.get(name);
        if (at === undefined) throw notThere(`Schedule group ${name}`);
        return jsonAnswer({ Arn: arnOf(name), Name: name, State: 'ACTIVE', CreationDate: at / 1_000 });
      },
    },
    {
      method: 'DELETE',
      path: named('schedule-groups'),
      run({ name = '' }) {
        if (!store.groups.has(name)) throw notThere(`Schedule group ${name}`);
        const gone = [...store.schedules.values()].filter(({ input }) => input.GroupName === name);
        store.write({ kind: 'group-deleted', name });
        for (const { input } of gone) changed(name, input.Name);
        return jsonAnswer({});
      },
    },
  ];
};

const listRoute = (store: SchedulerStore, arnOf: ArnOf): Route => ({
  method: 'GET',
  path: /^\/schedules$/,
  run(_parts, { query }) {
    const { ScheduleGroup, NamePrefix = '', State, MaxResults, NextToken } = parseInput(listQuery, query);
    const all = [...store.schedules.values()]
      .filter(({ input }) => ScheduleGroup === undefined || input.GroupName === ScheduleGroup)
      .filter(({ input }) => input.Name.startsWith(NamePrefix))
      .filter(({ input }) => State === undefined || input.State === State)
      .sort((a, b) =>
        arnOf(a.input.GroupName, a.input.Name) < arnOf(b.input.GroupName, b.input.Name) ? -1 : 1,
      );
    const { items, nextToken } = pageOf(all, MaxResults, NextToken);
    return jsonAnswer({
      Schedules: items.map((each) => listed(each, arnOf)),
      ...(nextToken !== undefined && { NextToken: nextToken }),
    });
  },
});

const scheduleRoutes = (
  { clock }: LocalSchedulerOptions,
  store: SchedulerStore,
  arnOf: ArnOf,
  changed: (group: string, name: string) => void,
): readonly Route[] => {
  const save = (schedule: Schedule) => {
    const { GroupName, Name } = schedule.input;
    store.write({ kind: 'schedule', schedule });
    changed(GroupName, Name);
    return jsonAnswer({ ScheduleArn: arnOf(GroupName, Name) });
  };
  return [
    {
      method: 'POST',
      path: named('schedules'),
      run({ name = '' }, request) {
        const input = readInput(name, jsonBody(request));
        if (!store.groups.has(input.GroupName)) throw notThere(`Schedule group ${input.GroupName}`);
        const known = store.schedules.get(keyOf(input.GroupName, name));
        if (known !== undefined && !isSameCall(known.input.ClientToken, input.ClientToken))
          throw new ServiceError('ConflictException', `Schedule ${name} already exists.`, 409);
        const now = clock.now();
        return save({ input, createdAt: known?.createdAt ?? now, modifiedAt: now });
      },
    },
    {
      method: 'PUT',
      path: named('schedules'),
      run({ name = '' }, request) {
        const input = readInput(name, jsonBody(request));
        const { createdAt } = found(store, input.GroupName, name);
        return save({ input, createdAt, modifiedAt: clock.now() });
      },
    },
    {
      method: 'GET',
      path: named('schedules'),
      run({ name = '' }, { query }) {
        const { groupName } = parseInput(inGroup, query);
        return jsonAnswer(described(found(store, groupName, name), arnOf));
      },
    },
    {
      method: 'DELETE',
      path: named('schedules'),
      run({ name = '' }, { query }) {
        const { groupName } = parseInput(inGroup, query);
        found(store, groupName, name);
        store.write({ kind: 'schedule-deleted', key: keyOf(groupName, name) });
        changed(groupName, name);
        return jsonAnswer({});
      },
    },
    listRoute(store, arnOf),
  ];
};

const operations = [
  ...['CreateSchedule', 'UpdateSchedule', 'GetSchedule', 'DeleteSchedule', 'ListSchedules'],
  ...['CreateScheduleGroup', 'GetScheduleGroup', 'DeleteScheduleGroup'],
];

/** EventBridge Scheduler of one account and Region: schedules in time zones, with windows, retries and dead letters. */
export const createLocalScheduler = (options: LocalSchedulerOptions): LocalScheduler => {
  const { account, region } = options;
  const store = createSchedulerStore(options.journal);
  const arnOf: ArnOf = (group, name) => `arn:aws:scheduler:${region}:${account}:schedule/${group}/${name}`;
  const invoker = createInvoker({ ...options, store, arnOf });
  invoker.resume();
  return {
    service: {
      ...createRestService('scheduler', [
        ...scheduleRoutes(options, store, arnOf, (group, name) => invoker.changed(group, name)),
        ...groupRoutes(options, store, (group, name) => invoker.changed(group, name)),
      ]),
      operations,
    },
    close: () => invoker.close(),
  };
};
