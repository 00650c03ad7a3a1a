import * as z from 'zod';
import { eventSource } from '../../../../contracts/envelope.ts';
import {
  alarmStateSchema,
  calendarStateSchema,
  drsLaunchResultSchema,
  durableExecutionStatusSchema,
  ec2InstanceStateSchema,
  type EventBridgeEnvelope,
  ssmAutomationStatusSchema,
} from '../../../../contracts/foreign-events.ts';
import { executionIdSchema } from '../../../../contracts/identifiers.ts';
import { alarmWatchKey, calendarWatchKey, watchersOf } from '../alarm-watch.ts';
import type { RecordKey, RecordStore } from '../record-store.ts';
import type { WokenService } from '../../../../contracts/services.ts';
import type { Wake } from '../timers.ts';

/** An event that no repetition can make handleable; it is parked with this reason and not retried. */
export class UnprocessableEvent extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UnprocessableEvent';
  }
}

export interface Caused {
  readonly wake: Wake;
  readonly causationId: string;
}

const ownDetailSchema = z.object({
  metadata: z.object({
    eventId: z.string().min(1),
    executionId: executionIdSchema,
    // What a newer version means by its events is not guessed at.
    schemaVersion: z.literal(1).exactOptional(),
  }),
  data: z.object({ waveId: z.string().exactOptional() }),
});

/** A record `job`, `automation`, `task` or `instance`: whose it is. An instance is ended by its drill, and not by a wave. */
const ownerSchema = z.object({ executionId: executionIdSchema, waveId: z.string().exactOptional() });

export const parseAs = <S extends z.ZodType>(schema: S, value: unknown): z.output<S> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new UnprocessableEvent(z.prettifyError(parsed.error));
  return parsed.data;
};

/** The record under which the subject of AWS's event is known here, if it is an event of a known kind. */
const subjectOf = (envelope: EventBridgeEnvelope): RecordKey | undefined => {
  if (envelope.source === 'aws.drs')
    return { kind: 'job', id: parseAs(drsLaunchResultSchema, envelope).detail['job-id'] };
  if (envelope.source === 'aws.ssm')
    return { kind: 'automation', id: parseAs(ssmAutomationStatusSchema, envelope).detail.ExecutionId };
  // A durable execution has the name of its try, which is that of a worker's task too.
  if (envelope.source === 'aws.lambda')
    return { kind: 'task', id: parseAs(durableExecutionStatusSchema, envelope).detail.durableExecutionName };
  if (envelope.source === 'aws.ec2')
    return { kind: 'instance', id: parseAs(ec2InstanceStateSchema, envelope).detail['instance-id'] };
  return undefined;
};

/** Under what those are on record who wait for the alarm or the calendar that has changed its state. */
const watchedIn = (envelope: EventBridgeEnvelope): RecordKey | undefined => {
  if (envelope.source === 'aws.cloudwatch') {
    const { detail, ...place } = parseAs(alarmStateSchema, envelope);
    return alarmWatchKey(place, detail.alarmName);
  }
  return envelope['detail-type'] === 'Calendar State Change'
    ? calendarWatchKey(parseAs(calendarStateSchema, envelope).resources[0])
    : undefined;
};

/**
 * Which executions or waves an event says to look at. None for a hint about somebody else's job, automation, alarm,
 * calendar or instance: every tool in the account causes hints. `now`: epoch ms. Throws UnprocessableEvent for what is malformed.
 */
export const wakesOfEvent = async (
  store: RecordStore,
  service: WokenService,
  envelope: EventBridgeEnvelope,
  now: number,
): Promise<readonly Caused[]> => {
  if (envelope.source === eventSource) {
    const { metadata, data } = parseAs(ownDetailSchema, envelope.detail);
    return [
      {
        wake: { service, executionId: metadata.executionId, ...data },
        causationId: metadata.eventId,
      },
    ];
  }
  const watched = watchedIn(envelope);
  if (watched !== undefined)
    return (await watchersOf(store, watched, now)).map(({ until: _, ...waiting }) => ({
      wake: { service, ...waiting },
      causationId: envelope.id,
    }));
  const subject = subjectOf(envelope);
  if (subject === undefined) throw new UnprocessableEvent(`Nothing is known of source ${envelope.source}.`);
  const owner = await store.read(subject);
  if (owner === undefined) return [];
  return [{ wake: { service, ...parseAs(ownerSchema, owner.body) }, causationId: envelope.id }];
};
