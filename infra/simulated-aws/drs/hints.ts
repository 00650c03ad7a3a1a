import { createHash } from 'node:crypto';
import type { Random } from '../identifiers.ts';
import { hexFrom, uuidFrom } from '../identifiers.ts';
import type { Hint, Job } from './job.ts';
import type { DrsScenario } from './scenario.ts';
import type { Place } from './source-server.ts';
import { eventTimeOf } from './timestamp.ts';

type HintSettings = DrsScenario['hints'];

/** An event as the default bus carries it. */
export interface DrsEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: 'aws.drs';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, string>>;
}

/** What an event says, whenever it comes. */
export type HintContent = Omit<Hint, 'sentMs' | 'atMs'>;

export const eventOf = (place: Place, hint: HintContent, sentAt: number): DrsEvent => ({
  version: '0',
  id: hint.id,
  'detail-type': hint.detailType,
  source: 'aws.drs',
  account: place.account,
  time: eventTimeOf(sentAt),
  region: place.region,
  resources: [hint.resource],
  detail: hint.detail,
});

/** An id of a version 4 UUID's form that follows from a text, for an event that comes the same at every start. */
export const stableId = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
};

const chance = (random: Random, rate: number): boolean => rate > 0 && random() < rate;

const between = (random: Random, min: number, max: number): number => 1000 * (min + (max - min) * random());

/** What best-effort delivery makes of one event: nothing, one or two of it, late or double. */
export const delivered = (
  random: Random,
  settings: HintSettings,
  hint: Omit<Hint, 'atMs'>,
): readonly Hint[] => {
  const atMs = hint.sentMs + between(random, settings.delaySecondsMin, settings.delaySecondsMax);
  if (chance(random, settings.lossRate)) return [];
  const once = { ...hint, atMs };
  if (!chance(random, settings.duplicateRate)) return [once];
  return [once, { ...once, atMs: atMs + between(random, 0, settings.duplicateSecondsMax) }];
};

const launchResult = (random: Random, resource: string, job: Job, jobID: string, outcome: string) => ({
  id: uuidFrom(random),
  detailType: 'DRS Source Server Launch Result',
  resource,
  detail: {
    state: outcome === 'LAUNCHED' ? 'RECOVERY_LAUNCH_SUCCEEDED' : 'RECOVERY_LAUNCH_FAILED',
    'job-id': jobID,
    'is-drill': job.initiatedBy === 'START_DRILL' ? 'TRUE' : 'FALSE',
  },
});

/** The launch results that a LAUNCH job will send, one per server but for what goes wrong with them. */
export const drawLaunchHints = (
  random: Random,
  settings: HintSettings,
  job: Job,
  arnOf: (sourceServerID: string) => string,
): readonly Hint[] =>
  job.courses.flatMap(({ sourceServerID, settleMs, outcome }) => {
    const onTimeMs = settings.at === 'JOB_END' ? job.endLoggedMs : settleMs;
    if (onTimeMs === undefined) return [];
    const earlyMs = chance(random, settings.earlyRate) ? between(random, 0, settings.earlySecondsMax) : 0;
    const sentMs = Math.max(0, onTimeMs - earlyMs);
    const resource = arnOf(sourceServerID);
    const own = { ...launchResult(random, resource, job, job.jobID, outcome), sentMs };
    if (!chance(random, settings.foreignRate)) return delivered(random, settings, own);
    const foreignID = `drsjob-${hexFrom(random, 17)}`;
    const foreignMs = sentMs * random();
    const foreign = {
      ...launchResult(random, resource, job, foreignID, outcome),
      sentMs: foreignMs,
      atMs: foreignMs,
    };
    return [foreign, ...delivered(random, settings, own)];
  });
