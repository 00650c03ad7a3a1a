import * as z from 'zod';
import type { Operation } from '../protocols/operation.ts';
import { busNameOf } from './arn.ts';
import { validated } from './constraint.ts';
import type { Core } from './core.ts';
import type { DeliveryHost } from './delivery-target.ts';
import { validation } from './errors.ts';
import { createEvent } from './event.ts';
import { isJsonObject, type JsonObject, parseJson } from './json.ts';
import type { Router } from './router.ts';
import { placeOfArn } from './target-arn.ts';

const sizeMax = 1_048_576;
const entriesMax = 10;
const detailTypeMax = 128;
const nestingMax = 1_000;

const entrySchema = z.object({
  Time: z.number().optional(),
  Source: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().min(1).max(1_600).optional(),
  TraceHeader: z.string().min(1).max(500).optional(),
});

type Entry = z.output<typeof entrySchema>;

type EntryResult =
  { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** "Calculating PutEvents event entry size", EventBridge user guide. */
const sizeOf = ({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: Entry): number =>
  (Time === undefined ? 0 : 14) +
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);

/** Whether brackets nest deeper than AWS takes, found without recursion. */
const isTooDeep = (json: string): boolean => {
  let [depth, inText] = [0, false];
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (inText) {
      if (character === '\\') index++;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '{' || character === '[') {
      if (++depth > nestingMax) return true;
    } else if (character === '}' || character === ']') depth--;
  }
  return false;
};

const detailOf = (text: string): JsonObject | undefined => {
  const detail = isTooDeep(text) ? undefined : parseJson(text)?.value;
  return isJsonObject(detail) ? detail : undefined;
};

const invalidArgument = (name: string, reason: string): EntryResult => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}`,
});

const missing = (name: string): EntryResult => invalidArgument(name, `${name} is a required argument.`);

/** A call is answered by its own Region, for buses of that Region alone; rules lead to those of others. */
const isElsewhere = (bus: string, region: string): boolean =>
  bus.startsWith('arn:') && placeOfArn(bus).region !== region;

const putEntry = (
  core: Core,
  router: Pick<Router, 'dispatch'>,
  toBus: DeliveryHost['toBus'],
  entry: Entry,
): EntryResult => {
  const { Source, DetailType, Detail, Resources, Time } = entry;
  if (!Source) return missing('Source');
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  if (DetailType.length > detailTypeMax)
    return invalidArgument('DetailType', `DetailType is longer than ${detailTypeMax} characters.`);
  if (Source.startsWith('aws.'))
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  const detail = detailOf(Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const content = {
    source: Source,
    detailType: DetailType,
    detail,
    resources: Resources ?? [],
    ...(Time === undefined ? {} : { timeMs: Time * 1_000 }),
  };
  const bus = busNameOf(entry.EventBusName, core.arns);
  if (isElsewhere(bus, core.region))
    return invalidArgument('EventBusName', `${bus} is not in ${core.region}.`);
  const event = createEvent(content, core, core.clock.now());
  if (!bus.startsWith('arn:')) router.dispatch(event, bus);
  else toBus?.(bus, JSON.stringify(event), 'put');
  return { EventId: event.id };
};

/** Each entry is taken or refused by itself; only the request's size and count concern it as a whole. */
export const putEventsOperation = (
  core: Core,
  router: Pick<Router, 'dispatch'>,
  toBus?: DeliveryHost['toBus'],
): Operation => {
  const schema = z.object({ Entries: z.array(entrySchema).min(1).max(entriesMax) });
  return (input) => {
    const { Entries } = validated(schema, input);
    if (Entries.reduce((sum, entry) => sum + sizeOf(entry), 0) >= sizeMax)
      throw validation('Total size of the entries in the request is over the limit.');
    const results = Entries.map((entry) => putEntry(core, router, toBus, entry));
    return {
      FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length,
      Entries: results,
    };
  };
};
