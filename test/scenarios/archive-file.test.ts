import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Recorded } from '../../contracts/envelope.ts';
import type { Verdict } from '../../services/core/domain/audit/discrepancy.ts';
import { eventHash } from '../../services/core/kernel/stream.ts';
import { runAuditedDrill, settled, type AuditedDrill } from '../support/audited-drill.ts';
import { openTerminal, runIn } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'archive-'));
const copy = join(folder, 'copy.jsonl');
let drill: AuditedDrill;
/** The archive's lines as the embedded bus has written them. */
let lines: readonly string[];

beforeAll(async () => {
  const state = join(folder, 'state');
  drill = await runAuditedDrill(120, state);
  await settled(drill);
  lines = readFileSync(join(state, 'journals/eventbridge.jsonl'), 'utf8').trimEnd().split('\n');
}, 240_000);
afterAll(async () => {
  await drill.runtime.close();
  rmSync(folder, { recursive: true });
});

interface Envelope {
  readonly 'detail-type': string;
  readonly detail: Pick<Recorded, 'data' | 'metadata'>;
}
const envelopeIn = (line: string): Envelope | undefined => {
  const record = JSON.parse(line) as { kind: string; event: string; archives: readonly string[] };
  return record.kind === 'event' && record.archives.length > 0
    ? (JSON.parse(record.event) as Envelope)
    : undefined;
};
const of = (name: string) => (name === '' ? drill.executionId : `${drill.executionId}/${name}`);
const isOf = (name: string, wanted: (version: number) => boolean) => (line: string) => {
  const metadata = envelopeIn(line)?.detail.metadata;
  return metadata?.stream === of(name) && wanted(metadata.version);
};
const at = (name: string, version: number) => isOf(name, (each) => each === version);
const lengthOf = (name: string) => lines.filter(isOf(name, () => true)).length;
const line = (name: string, version: number) => lines.find(at(name, version))!;
const without = (isGone: (line: string) => boolean) => lines.filter((each) => !isGone(each));

/** The line with its event changed. */
const edited = (text: string, change: (event: Envelope) => Envelope): string => {
  const record = JSON.parse(text) as { event: string };
  return JSON.stringify({ ...record, event: JSON.stringify(change(JSON.parse(record.event) as Envelope)) });
};
const replaced = (name: string, version: number, change: (event: Envelope) => Envelope) =>
  lines.map((each) => (at(name, version)(each) ? edited(each, change) : each));
const saying =
  (more: object) =>
  (event: Envelope): Envelope => ({
    ...event,
    detail: { ...event.detail, data: { ...(event.detail.data as object), ...more } },
  });
const renumbered =
  (version: number) =>
  (event: Envelope): Envelope => {
    const { metadata } = event.detail;
    const eventId = `${metadata.stream}@${version}`;
    return { ...event, detail: { ...event.detail, metadata: { ...metadata, version, eventId } } };
  };
const rehashed = (event: Envelope): Envelope => {
  const { hash: _hash, ...rest } = event.detail.metadata;
  const fact = { type: event['detail-type'], data: event.detail.data };
  return { ...event, detail: { ...event.detail, metadata: { ...rest, hash: eventHash(fact, rest) } } };
};

/** Audits a copy of the archive with these lines through the command line. */
const audit = async (content: readonly string[]) => {
  writeFileSync(copy, `${content.join('\n')}\n`);
  const terminal = openTerminal();
  const where = ['--endpoint', drill.runtime.endpoint, '--json'];
  const code = await runIn(terminal, 'audit', 'file', copy, drill.executionId, ...where);
  const { verdict } = JSON.parse(terminal.out.join('')) as { verdict: Verdict };
  const short = (stream: string) => stream.replace(drill.executionId, 'exec');
  const found = verdict.discrepancies.map(({ kind, stream, version }) => [kind, short(stream), version]);
  return { code, found, verdict };
};

it('the untouched archive verifies, with the cause, actor and decision of each effect', async () => {
  const { code, found, verdict } = await audit(lines);
  expect([code, found]).toEqual([0, []]);
  expect(verdict.effects).toHaveLength(4);
  for (const { cause, actor, decision } of verdict.effects)
    expect([cause, actor, decision].every((each) => each !== '')).toBe(true);
});

it('verifies out of order and doubled', async () => {
  const { code, verdict } = await audit([...lines.toReversed(), ...lines]);
  // The bus may have taken an event twice before anybody doubled anything.
  const once = (await audit(lines)).verdict;
  expect([code, verdict.doubled]).toEqual([0, once.events + once.doubled]);
});

const corruptions: readonly (readonly [string, () => readonly string[], () => readonly unknown[]])[] = [
  [
    'a changed event',
    () => replaced('database', 3, saying({ attempt: 9 })),
    () => [['changed', 'exec/database', 3]],
  ],
  [
    'a changed event with a hash made anew',
    () => replaced('', 1, (event) => rehashed(saying({ requestedBy: 'nobody' })(event))),
    () => [['rewritten', 'exec', 1]],
  ],
  ['a removed line', () => without(at('database', 4)), () => [['removed', 'exec/database', 4]]],
  [
    'a cut tail',
    () => without(isOf('static-web', (version) => version > lengthOf('static-web') - 2)),
    () => [['missing-tail', 'exec/static-web', lengthOf('static-web') - 1]],
  ],
  [
    'a removed stream',
    () => without(isOf('application', () => true)),
    () => [['missing-stream', 'exec/application', 1]],
  ],
  [
    'an inserted event',
    () => {
      const last = line('static-web', lengthOf('static-web'));
      const next = edited(last, (event) => {
        const { metadata } = event.detail;
        const linked = {
          ...event,
          detail: { ...event.detail, metadata: { ...metadata, previousHash: metadata.hash } },
        };
        return rehashed(renumbered(metadata.version + 1)(linked));
      });
      return [...lines, next];
    },
    () => [['inserted', 'exec/static-web', lengthOf('static-web') + 1]],
  ],
  [
    'two events that changed places',
    () => {
      const [a, b] = [line('database', 5), line('database', 6)];
      const others = without((each) => at('database', 5)(each) || at('database', 6)(each));
      return [...others, edited(a, renumbered(6)), edited(b, renumbered(5))];
    },
    () => [
      ['renumbered', 'exec/database', 5],
      ['renumbered', 'exec/database', 6],
    ],
  ],
  [
    'a fork',
    () => [
      ...lines,
      edited(line('database', 2), (event) => rehashed(saying({ reason: 'another history' })(event))),
    ],
    () => [['forked', 'exec/database', 2]],
  ],
  [
    'a doubled event with other content',
    () => [...lines, edited(line('database', 2), saying({ reason: 'I never said so' }))],
    () => [['duplicated', 'exec/database', 2]],
  ],
  [
    'an event of another name',
    () => [...lines, edited(line('', 1), (event) => ({ ...event, 'detail-type': 'ExecutionForgiven' }))],
    () => [['unreadable', 'exec', undefined]],
  ],
  [
    'a line that was cut in two',
    () => lines.map((each) => (at('database', 4)(each) ? each.slice(0, 90) : each)),
    () => [
      ['unreadable', 'file', undefined],
      ['removed', 'exec/database', 4],
    ],
  ],
];

it.each(corruptions)(
  '%s in a copy of the archive is named, with exit code 1',
  async (_name, corrupt, finds) => {
    const { code, found } = await audit(corrupt());
    expect([code, found]).toEqual([1, finds()]);
  },
);
