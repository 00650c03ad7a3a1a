import { parseInput } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { jsonAnswer, jsonBody, type Route } from '../protocols/rest-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { WireRequest, WireResponse } from '../wire.ts';
import type { Agenda } from './agenda.ts';
import { keyOf, occurrencesOf, type Schedule, scheduleInput, type ScheduleInput } from './schedule.ts';
import type { SchedulerStore } from './store.ts';

export interface RouteDeps {
  readonly store: SchedulerStore;
  readonly agenda: Agenda;
  readonly arnOf: (schedule: Schedule) => string;
  readonly now: () => number;
  readonly groups: readonly string[];
}

const namePattern = /^[0-9a-zA-Z-_.]{1,64}$/;

const read = (deps: RouteDeps, name: string, request: WireRequest): ScheduleInput => {
  if (!namePattern.test(name)) throw new ServiceError('ValidationException', 'Invalid schedule name.');
  const input = parseInput(scheduleInput, jsonBody(request));
  occurrencesOf(input);
  if (!deps.groups.includes(input.GroupName))
    throw new ServiceError(
      'ResourceNotFoundException',
      `Schedule group ${input.GroupName} does not exist.`,
      404,
    );
  return input;
};

const named = ({ store }: RouteDeps, group: string | undefined, name: string): Schedule => {
  const schedule = store.schedules.get(keyOf(group ?? 'default', name));
  if (schedule === undefined)
    throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  return schedule;
};

const save = (deps: RouteDeps, schedule: Schedule): WireResponse => {
  deps.store.write({ kind: 'schedule', schedule });
  deps.agenda.changed(keyOf(schedule.input.GroupName, schedule.name));
  return jsonAnswer({ ScheduleArn: deps.arnOf(schedule) });
};

/** A name is taken once; the same client token again is the same call again. */
const create = (deps: RouteDeps, name: string, request: WireRequest): WireResponse => {
  const input = read(deps, name, request);
  const known = deps.store.schedules.get(keyOf(input.GroupName, name));
  if (known === undefined) return save(deps, { name, input, createdAt: deps.now(), modifiedAt: deps.now() });
  if (input.ClientToken !== undefined && known.input.ClientToken === input.ClientToken)
    return jsonAnswer({ ScheduleArn: deps.arnOf(known) });
  throw new ServiceError('ConflictException', `Schedule ${name} already exists.`, 409);
};

const update = (deps: RouteDeps, name: string, request: WireRequest): WireResponse => {
  const input = read(deps, name, request);
  const { createdAt } = named(deps, input.GroupName, name);
  return save(deps, { name, input, createdAt, modifiedAt: deps.now() });
};

const summary = (deps: RouteDeps, schedule: Schedule): Readonly<Record<string, unknown>> => ({
  Arn: deps.arnOf(schedule),
  Name: schedule.name,
  GroupName: schedule.input.GroupName,
  State: schedule.input.State,
  CreationDate: schedule.createdAt / 1000,
  LastModificationDate: schedule.modifiedAt / 1000,
});

/** The client token is the creator's own, and not part of what others see. */
const describe = (deps: RouteDeps, schedule: Schedule): WireResponse =>
  jsonAnswer({ ...schedule.input, ClientToken: undefined, ...summary(deps, schedule) });

const remove = (deps: RouteDeps, group: string | undefined, name: string): WireResponse => {
  const key = keyOf(group ?? 'default', named(deps, group, name).name);
  deps.store.write({ kind: 'deleted', key });
  deps.agenda.changed(key);
  return jsonAnswer({});
};

const list = (deps: RouteDeps, { query }: WireRequest): WireResponse => {
  const { ScheduleGroup, NamePrefix = '', State, NextToken, MaxResults = '100' } = query;
  const found = [...deps.store.schedules.values()].filter(
    ({ name, input }) =>
      name.startsWith(NamePrefix) &&
      (ScheduleGroup === undefined || input.GroupName === ScheduleGroup) &&
      (State === undefined || input.State === State),
  );
  const { items, nextToken } = pageOf(found, Number(MaxResults), NextToken);
  const Schedules = items.map((schedule) => ({
    ...summary(deps, schedule),
    Target: { Arn: schedule.input.Target.Arn },
  }));
  return jsonAnswer({ Schedules, NextToken: nextToken });
};

const one = /^\/schedules\/(?<name>[^/]+)$/;

/** The operations on schedules, over the wire. */
export const schedulerRoutes = (deps: RouteDeps): readonly Route[] => [
  { method: 'POST', path: one, run: ({ name = '' }, request) => create(deps, name, request) },
  { method: 'PUT', path: one, run: ({ name = '' }, request) => update(deps, name, request) },
  {
    method: 'GET',
    path: one,
    run: ({ name = '' }, { query }) => describe(deps, named(deps, query['groupName'], name)),
  },
  { method: 'DELETE', path: one, run: ({ name = '' }, { query }) => remove(deps, query['groupName'], name) },
  { method: 'GET', path: /^\/schedules$/, run: (_, request) => list(deps, request) },
];
