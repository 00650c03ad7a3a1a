import * as z from 'zod';
import type { Operations } from '../protocols/operation.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { Archive } from './archive.ts';
import type { ArchiveStore } from './archive-store.ts';
import { resourceNameOf } from './arn.ts';
import { arnText, description, pageMembers, resourceName } from './constraint.ts';
import { type Core, requireBus, toSeconds } from './core.ts';
import { alreadyExists, invalidParameter, limitExceeded, notFound } from './errors.ts';
import { operation } from './operation.ts';
import { pageOf } from './page.ts';
import { isUnfinished, type Replay } from './replay.ts';
import type { ReplayRunner } from './replay-runner.ts';

const concurrentMax = 10;
const keptMs = 90 * 86_400_000;

const startReplay = z.object({
  ReplayName: resourceName(),
  Description: description,
  EventSourceArn: arnText,
  EventStartTime: z.number(),
  EventEndTime: z.number(),
  Destination: z.object({ Arn: arnText, FilterArns: z.array(arnText).optional() }),
});

const listReplays = z.object({
  NamePrefix: resourceName().optional(),
  State: z.enum(['STARTING', 'RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED']).optional(),
  EventSourceArn: arnText.optional(),
  ...pageMembers,
});

const archiveAt = (core: Core, arn: string): Archive => {
  const name = resourceNameOf(arn);
  const archive = core.tables.archive.get(name);
  if (archive === undefined) throw invalidParameter('EventSourceArn', `Archive ${name} does not exist.`);
  return archive;
};

const replayFrom = (core: Core, input: z.output<typeof startReplay>): Replay => {
  const { ReplayName: name, Destination, EventStartTime, EventEndTime } = input;
  const bus = requireBus(core, resourceNameOf(Destination.Arn)).name;
  const archive = archiveAt(core, input.EventSourceArn);
  if (archive.bus !== bus)
    throw invalidParameter('Destination.Arn', 'Cross event bus replay is not permitted.');
  if (EventStartTime >= EventEndTime)
    throw invalidParameter('EventEndTime', 'EventStartTime must be before EventEndTime.');
  if (core.tables.replay.get(name) !== undefined) throw alreadyExists(`Replay ${name}`);
  if ([...core.tables.replay.values()].filter(isUnfinished).length >= concurrentMax) throw limitExceeded();
  const fromMs = EventStartTime * 1_000;
  return {
    name,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    archive: archive.name,
    bus,
    ...(Destination.FilterArns === undefined ? {} : { filterArns: Destination.FilterArns }),
    fromMs,
    toMs: EventEndTime * 1_000,
    state: 'STARTING',
    startedAt: core.clock.now(),
    cursor: { minute: fromMs, done: 0 },
  };
};

const summaryOf = (core: Core, replay: Replay) => ({
  ReplayName: replay.name,
  EventSourceArn: core.arns.archive(replay.archive),
  State: replay.state,
  StateReason: replay.stateReason,
  EventStartTime: toSeconds(replay.fromMs),
  EventEndTime: toSeconds(replay.toMs),
  EventLastReplayedTime: replay.lastReplayedMs === undefined ? undefined : toSeconds(replay.lastReplayedMs),
  ReplayStartTime: toSeconds(replay.startedAt),
  ReplayEndTime: replay.endedAt === undefined ? undefined : toSeconds(replay.endedAt),
});

const requireReplay = (core: Core, name: string): Replay => {
  const replay = core.tables.replay.get(name);
  if (replay === undefined) throw notFound(`Replay ${name} does not exist.`);
  return replay;
};

/** AWS forgets a replay 90 days after it ended; its name is free again then. */
const forgetOld = (core: Core): void => {
  for (const { name, endedAt } of [...core.tables.replay.values()])
    if (endedAt !== undefined && core.clock.now() - endedAt > keptMs) core.tables.replay.delete(name);
};

export const replayOperations = (core: Core, store: ArchiveStore, runner: ReplayRunner): Operations => ({
  StartReplay: operation(startReplay, (input) => {
    forgetOld(core);
    const replay = replayFrom(core, input);
    store.expire(replay.archive);
    core.tables.replay.set(replay.name, replay);
    runner.start(replay.name);
    return {
      ReplayArn: core.arns.replay(replay.name),
      State: replay.state,
      ReplayStartTime: toSeconds(replay.startedAt),
    };
  }),
  DescribeReplay: operation(z.object({ ReplayName: resourceName() }), ({ ReplayName }) => {
    forgetOld(core);
    const replay = requireReplay(core, ReplayName);
    return {
      ReplayArn: core.arns.replay(replay.name),
      Description: replay.description,
      Destination: { Arn: core.arns.bus(replay.bus), FilterArns: replay.filterArns },
      ...summaryOf(core, replay),
    };
  }),
  ListReplays: operation(listReplays, (input) => {
    forgetOld(core);
    const { NamePrefix = '', State, EventSourceArn } = input;
    const replays = [...core.tables.replay.values()].filter(
      (replay) =>
        replay.name.startsWith(NamePrefix) &&
        (State === undefined || replay.state === State) &&
        (EventSourceArn === undefined || core.arns.archive(replay.archive) === EventSourceArn),
    );
    const { items, ...next } = pageOf(replays, (replay) => replay.name, input);
    return { Replays: items.map((replay) => summaryOf(core, replay)), ...next };
  }),
  CancelReplay: operation(z.object({ ReplayName: resourceName() }), ({ ReplayName }) => {
    const replay = requireReplay(core, ReplayName);
    if (replay.state !== 'STARTING' && replay.state !== 'RUNNING')
      throw new ServiceError(
        'IllegalStatusException',
        `Replay ${ReplayName} is not in a valid state for this operation.`,
      );
    core.tables.replay.set(ReplayName, { ...replay, state: 'CANCELLING' });
    runner.hasten(ReplayName);
    return { ReplayArn: core.arns.replay(ReplayName), State: 'CANCELLING' };
  }),
});
