import { sha256 } from '../kernel/canonical.ts';
import type { RecordKey, RecordStore, StoredRecord } from './record-store.ts';

/**
 * The members of a record that grow with the number of servers, waves or unpublished events, in the order in
 * which they leave it once it is large. All else decides, and stays.
 */
const collections: Readonly<Partial<Record<RecordKey['kind'], readonly (readonly string[])[]>>> = {
  stream: [['outbox'], ['state', 'results'], ['state', 'jobs'], ['state', 'jobIds'], ['state', 'decisions']],
  capacity: [['waiting']],
  frozen: [['servers']],
  plan: [['plan', 'waves']],
};

/**
 * A record up to this length stands in one item, and costs no call more than its own. In characters of JSON, which are
 * counted faster than bytes: one is three bytes at most, so that no item reaches half of what DynamoDB takes.
 */
const inlineMax = 64 * 1_024;
const pageMax = 48 * 1_024;
/** About 6 MB at most: pages never change, so that whoever has read or written one need not do so again. */
const keptMax = 128;

/** Where a member's entries stand: names of pages, in order. */
interface PagedMember {
  readonly path: readonly string[];
  readonly as: 'list' | 'map';
  readonly pages: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

/** A page's entries; those of a list have no names. */
type Page = { readonly list: readonly unknown[] } | { readonly map: Members };

export interface Divided {
  readonly head: unknown;
  /** By name. */
  readonly pages: ReadonlyMap<string, Page>;
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const memberAt = (body: unknown, [name, ...rest]: readonly string[]): unknown => {
  if (name === undefined) return body;
  return isMembers(body) ? memberAt(body[name], rest) : undefined;
};

const withMember = (body: unknown, [name, ...rest]: readonly string[], value: unknown): unknown =>
  name === undefined || !isMembers(body) ? value : { ...body, [name]: withMember(body[name], rest, value) };

const nameLength = 32;

interface Run {
  readonly entries: (readonly [string, unknown])[];
  readonly texts: string[];
}

/** Runs of entries that fit a page each, with their JSON; one that is larger than a page stands alone. */
const runsOf = (member: object): { readonly runs: readonly Run[]; readonly length: number } => {
  const runs: Run[] = [];
  let inRun = 0;
  let length = 0;
  for (const entry of Object.entries(member)) {
    const text = JSON.stringify(entry);
    let last = runs.at(-1);
    if (last === undefined || inRun + text.length > pageMax) {
      runs.push((last = { entries: [], texts: [] }));
      inRun = 0;
    }
    last.entries.push(entry);
    last.texts.push(text);
    inRun += text.length;
    length += text.length;
  }
  return { runs, length };
};

/**
 * What of a large body stands in pages, and what is left; undefined for a body that fits as it is. A page is named
 * by its content: writing it again writes the same, and what has not changed is not written again.
 */
export const divide = (kind: RecordKey['kind'], body: unknown): Divided | undefined => {
  const paths = collections[kind];
  if (paths === undefined) return undefined;
  let left = JSON.stringify(body).length;
  if (left <= inlineMax) return undefined;
  const pages = new Map<string, Page>();
  const pagedMembers: PagedMember[] = [];
  let head = body;
  for (const path of paths) {
    const member = memberAt(head, path);
    const isList = Array.isArray(member);
    if ((!isList && !isMembers(member)) || left <= inlineMax) continue;
    const { runs, length } = runsOf(member);
    if (runs.length === 0) continue;
    const names = runs.map(({ entries, texts }) => {
      const page: Page = isList
        ? { list: entries.map(([, entry]) => entry) }
        : { map: Object.fromEntries(entries) };
      const name = sha256(texts.join()).slice(0, nameLength);
      pages.set(name, page);
      return name;
    });
    pagedMembers.push({ path, as: isList ? 'list' : 'map', pages: names });
    head = withMember(head, path, isList ? [] : {});
    left -= length;
  }
  return { head: isMembers(head) ? { ...head, pagedMembers } : head, pages };
};

/** The names of the pages that a stored body needs. */
export const pagesOf = (head: unknown): readonly string[] =>
  pagedMembersOf(head).flatMap(({ pages }) => pages);

const pagedMembersOf = (head: unknown): readonly PagedMember[] => {
  const members = isMembers(head) ? head['pagedMembers'] : undefined;
  // Only `divide` writes this member.
  return Array.isArray(members) ? (members as readonly PagedMember[]) : [];
};

/** The body that was divided, put together from its head and its pages. */
export const join = (head: unknown, pageNamed: (name: string) => unknown): unknown => {
  const members = pagedMembersOf(head);
  if (members.length === 0 || !isMembers(head)) return head;
  const { pagedMembers: _paged, ...rest } = head;
  return members.reduce<unknown>((body, { path, as, pages }) => {
    const read = pages.map((name) => pageNamed(name) as Partial<{ list: readonly unknown[]; map: Members }>);
    const whole =
      as === 'list'
        ? read.flatMap(({ list = [] }) => list)
        : Object.fromEntries(read.flatMap(({ map = {} }) => Object.entries(map)));
    return withMember(body, path, whole);
  }, rest);
};

export const pageKey = ({ kind, id }: RecordKey, name: string) => ({
  kind: 'page' as const,
  id: `${kind}/${id}/${name}`,
});

const createKept = () => {
  const kept = new Map<string, unknown>();
  return {
    has: (id: string): boolean => kept.has(id),
    get: (id: string): unknown => kept.get(id),
    add: (id: string, page: unknown): void => {
      kept.delete(id);
      kept.set(id, page);
      const oldest = kept.keys().next().value;
      if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
    },
  };
};

/**
 * Keeps every item small, whatever a record holds: what grows stands in pages, which are written before the record
 * that names them. The record's own conditional write decides as before; a crash before it leaves pages that
 * nobody names. Pages are never changed and never removed, so that a reader finds all that its record names.
 */
export const pagedRecords = (store: RecordStore): RecordStore => {
  const kept = createKept();
  const readPage = async (key: RecordKey, name: string): Promise<readonly [string, unknown]> => {
    const at = pageKey(key, name);
    if (kept.has(at.id)) return [name, kept.get(at.id)];
    const stored = await store.read(at);
    if (stored === undefined) throw new Error(`page ${name} of ${key.kind}#${key.id} is not stored`);
    kept.add(at.id, stored.body);
    return [name, stored.body];
  };
  const writePage = async (key: RecordKey, name: string, page: Page): Promise<void> => {
    const at = pageKey(key, name);
    if (kept.has(at.id)) return;
    await store.write(at, page, 0);
    kept.add(at.id, page);
  };
  return {
    ...store,
    async read<Body>(key: RecordKey): Promise<StoredRecord<Body> | undefined> {
      const stored = await store.read<Body>(key);
      const names = pagesOf(stored?.body);
      if (stored === undefined || names.length === 0) return stored;
      const pages = new Map(await Promise.all([...new Set(names)].map((name) => readPage(key, name))));
      // It is what `write` was handed, put together again.
      return { ...stored, body: join(stored.body, (name) => pages.get(name)) as Body };
    },
    async write(key, body, expected, index) {
      const divided = divide(key.kind, body);
      if (divided === undefined) return store.write(key, body, expected, index);
      await Promise.all([...divided.pages].map(([name, page]) => writePage(key, name, page)));
      return store.write(key, divided.head, expected, index);
    },
  };
};
