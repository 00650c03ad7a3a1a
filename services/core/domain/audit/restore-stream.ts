import type { Recorded } from '../../../../contracts/envelope.ts';
import { byText } from '../../kernel/by-text.ts';
import { eventHash } from '../../kernel/stream.ts';
import type { Discrepancy, StoredStream } from './discrepancy.ts';

/** One distinct copy of an event that was found. */
interface Copy {
  readonly event: Recorded;
  /** Where it was said: its version, unless its hash proves another one. */
  readonly version: number;
  /** The hash of its content at that version. */
  readonly hash: string;
  readonly isIntact: boolean;
}

export interface RestoredStream {
  readonly stream: string;
  /** The events that the chain of hashes vouches for, from version 1. */
  readonly events: readonly Recorded[];
  /** Whether that is the whole stream. */
  readonly whole: boolean;
  readonly doubled: number;
  readonly discrepancies: readonly Discrepancy[];
}

/** A damaged event is looked for at so many other places at most, which bounds the work that a forger can cause. */
const placesMax = 2_000;

/** The hash that the event carries, and the one that its content has, at its own version or another one. */
const hashesOf = ({ type, data, metadata }: Recorded, version?: number) => {
  const { hash: stated, ...rest } = metadata;
  const place = version === undefined ? {} : { version, eventId: `${metadata.stream}@${version}` };
  return { stated, computed: eventHash({ type, data }, { ...rest, ...place }) };
};

/** A renumbered event still has the hash that it had at its own place. */
const placeOf = (event: Recorded, top: number): Copy => {
  const { stated, computed } = hashesOf(event);
  if (stated === computed) return { event, version: event.metadata.version, hash: computed, isIntact: true };
  for (let version = 1; version <= Math.min(top, placesMax); version++)
    if (hashesOf(event, version).computed === stated) return { event, version, hash: stated, isIntact: true };
  return { event, version: event.metadata.version, hash: computed, isIntact: false };
};

const isMoved = ({ event, version }: Copy): boolean => event.metadata.version !== version;

const distinct = (copies: readonly Copy[]): readonly Copy[] => {
  const seen = new Map<string, Copy>();
  for (const copy of copies) {
    const { version, hash } = copy.event.metadata;
    const key = `${version} ${hash} ${copy.hash}`;
    seen.set(key, copy);
  }
  return [...seen.values()];
};

/** An order that follows from what the copies are: those that stand where they were said come first. */
const byPlace = (a: Copy, b: Copy): number =>
  Number(isMoved(a)) - Number(isMoved(b)) ||
  a.event.metadata.version - b.event.metadata.version ||
  byText(a.event.metadata.hash, b.event.metadata.hash) ||
  byText(a.hash, b.hash);

const groupByVersion = (copies: readonly Copy[]): ReadonlyMap<number, readonly Copy[]> => {
  const groups = new Map<number, Copy[]>();
  for (const copy of copies) groups.set(copy.version, [...(groups.get(copy.version) ?? []), copy]);
  return groups;
};

/** What a copy is that is not the one that the chain goes through. */
const strayKind = (copy: Copy, chosen: Copy): keyof typeof strayText => {
  if (isMoved(copy)) return 'inserted';
  if (copy.event.metadata.hash === chosen.hash) return 'duplicated';
  return copy.isIntact && copy.event.metadata.previousHash === chosen.event.metadata.previousHash
    ? 'forked'
    : 'inserted';
};

const strayText = {
  inserted: 'has no place in the stream',
  duplicated: 'is a copy with other content under the same hash',
  forked: 'is a second continuation of the event before it',
};

interface Walk {
  readonly stream: string;
  readonly found: Discrepancy[];
  readonly missing: number[];
  readonly events: Recorded[];
}

const describe = ({ event }: Copy): string => `${event.type} (${event.metadata.eventId})`;

interface Link {
  /** The hash that the version before has to have, as far as this one says. */
  readonly previousHash: string;
  /** Whether this one is vouched for itself: a damaged event may name a wrong predecessor. */
  readonly isProven: boolean;
}

/** Judges one version: which copy the chain goes through, if any, and what the others are. */
const walkVersion = (
  walk: Walk,
  version: number,
  copies: readonly Copy[],
  expected: string | undefined,
): Link | undefined => {
  const { stream, found } = walk;
  const match = copies.find((copy) => (expected === undefined ? copy.isIntact : copy.hash === expected));
  const nearest = copies.find((copy) => copy.event.metadata.hash === expected) ?? copies[0];
  const chosen = match ?? nearest;
  if (chosen === undefined) {
    walk.missing.push(version);
    return undefined;
  }
  const stated = chosen.event.metadata.version;
  if (match === undefined)
    found.push(
      chosen.isIntact
        ? {
            kind: 'rewritten',
            stream,
            version,
            message: `${describe(chosen)}, or one before it, was rewritten: the stream goes on from another hash`,
          }
        : {
            kind: 'changed',
            stream,
            version,
            message: `${describe(chosen)} is not what its hash was made of`,
          },
    );
  else if (stated !== version)
    found.push({
      kind: 'renumbered',
      stream,
      version,
      message: `${chosen.event.type} was said as version ${version} and stands as version ${stated}`,
    });
  else {
    // The chain vouches for its content; only the hash that it states was tampered with.
    if (!chosen.isIntact)
      found.push({
        kind: 'changed',
        stream,
        version,
        message: `${describe(chosen)} states a hash that is not its own`,
      });
    walk.events.push(chosen.event);
  }
  for (const copy of copies) {
    if (copy === chosen) continue;
    const kind = strayKind(copy, chosen);
    const at = copy.event.metadata.version;
    found.push({ kind, stream, version: at, message: `${describe(copy)} ${strayText[kind]}` });
  }
  return { previousHash: chosen.event.metadata.previousHash, isProven: match !== undefined };
};

const spans = (versions: readonly number[]): readonly (readonly [number, number])[] => {
  const sorted = [...versions].sort((a, b) => a - b);
  const result: [number, number][] = [];
  for (const version of sorted) {
    const last = result.at(-1);
    if (last?.[1] === version - 1) last[1] = version;
    else result.push([version, version]);
  }
  return result;
};

const missingOf = (stream: string, missing: readonly number[], top: number): readonly Discrepancy[] =>
  spans(missing).map(([from, to]) => {
    const kind = to === top ? (from === 1 ? 'missing-stream' : 'missing-tail') : 'removed';
    const what = from === to ? `version ${from} is` : `versions ${from} to ${to} are`;
    return { kind, stream, version: from, message: `${what} not there; the stream has ${top}` };
  });

/**
 * Puts a stream together from copies of its events in any order. It is walked backwards from the hash
 * in the state table, each event naming the hash of the one before: what the chain does not reach is
 * none of the stream, however well it is made. Without a stored record, intact events are believed.
 */
export const restoreStream = (
  stream: string,
  events: readonly Recorded[],
  stored: StoredStream | undefined,
): RestoredStream => {
  const highest = events.reduce((top, { metadata }) => Math.max(top, metadata.version), 0);
  const placed = events.map((event) => placeOf(event, Math.max(highest, stored?.version ?? 0)));
  const copies = [...distinct(placed)].sort(byPlace);
  const byVersion = groupByVersion(copies);
  const intactTop = copies.reduce((top, copy) => (copy.isIntact ? Math.max(top, copy.version) : top), 0);
  const top = stored?.version ?? (intactTop || highest);
  const walk: Walk = { stream, found: [], missing: [], events: [] };
  let expected = stored?.hash;
  for (let version = top; version >= 1; version--) {
    const link = walkVersion(walk, version, byVersion.get(version) ?? [], expected);
    const isKnown = byVersion.get(version - 1)?.some(({ hash }) => hash === link?.previousHash);
    expected = link?.isProven || isKnown ? link?.previousHash : undefined;
  }
  for (const copy of copies)
    if (copy.version > top)
      walk.found.push({
        kind: 'inserted',
        stream,
        version: copy.event.metadata.version,
        message: `${describe(copy)} follows the end of the stream, which has ${top}`,
      });
  const discrepancies = [...walk.found, ...missingOf(stream, walk.missing, top)];
  const whole = walk.events.length === top;
  return {
    stream,
    events: walk.events.reverse(),
    whole,
    doubled: events.length - copies.length,
    discrepancies: discrepancies.sort((a, b) => (a.version ?? 0) - (b.version ?? 0)),
  };
};
