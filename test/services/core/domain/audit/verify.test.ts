import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '../../../../../contracts/envelope.ts';
import type { Discrepancy } from '../../../../../services/core/domain/audit/discrepancy.ts';
import type { ArchivedEvent } from '../../../../../services/core/domain/audit/read-archived.ts';
import { verify } from '../../../../../services/core/domain/audit/verify.ts';
import { eventHash } from '../../../../../services/core/kernel/stream.ts';
import { runEventfulDrill } from '../../../../support/eventful-drill.ts';

const drill = await runEventfulDrill();
const { events: archive, stored } = drill;

const asArchived = ({ type, data, metadata }: Recorded): ArchivedEvent => ({
  type,
  detail: { metadata, data },
});

const of = (name: string) => `${drill.executionId}/${name}`;
const judge = (events: readonly Recorded[], state = stored) =>
  verify({ events: events.map(asArchived), stored: state });
const named = ({ kind, stream, version }: Discrepancy) => [
  kind,
  stream.replace(drill.executionId, 'exec'),
  version,
];
const at = (stream: string, version: number): Recorded =>
  archive.find(({ metadata }) => metadata.stream === stream && metadata.version === version)!;
const placeOf = (eventId: string): [string, number] => {
  const [stream = '', version] = eventId.split('@');
  return [stream, Number(version)];
};
const without = (...gone: readonly Recorded[]) => archive.filter((event) => !gone.includes(event));
const rehashed = (event: Recorded): Recorded => {
  const { hash: _hash, ...rest } = event.metadata;
  return { ...event, metadata: { ...rest, hash: eventHash(event, rest) } };
};
const renumbered = (event: Recorded, version: number): Recorded => ({
  ...event,
  metadata: { ...event.metadata, version, eventId: `${event.metadata.stream}@${version}` },
});
const withData = (event: Recorded, change: object): Recorded => ({
  ...event,
  data: { ...(event.data as object), ...change },
});
const streamOf = (stream: string) =>
  archive
    .filter(({ metadata }) => metadata.stream === stream)
    .sort((a, b) => a.metadata.version - b.metadata.version);
/** The whole stream forged anew, so that its hashes are right in themselves. */
const forged = (events: readonly Recorded[]): readonly Recorded[] => {
  let previousHash = '';
  return events.map((event, index) => {
    const { stream } = event.metadata;
    const version = index + 1;
    const next = rehashed({
      ...event,
      metadata: { ...event.metadata, version, eventId: `${stream}@${version}`, previousHash },
    });
    previousHash = next.metadata.hash;
    return next;
  });
};

describe('a drill with a failure and an approval', () => {
  it('verifies as it was archived', () => {
    const verdict = judge(archive);
    expect(verdict).toMatchObject({ sound: true, streams: 7, doubled: 0, discrepancies: [], unfolded: [] });
    expect(verdict.events).toBe(stored.reduce((sum, { version }) => sum + version, 0));
  });

  it('verifies in any order and doubled', () => {
    const verdict = judge([...archive.toReversed(), ...archive]);
    expect(verdict).toMatchObject({ sound: true, doubled: archive.length, discrepancies: [] });
  });

  it('explains each effect with its cause, actor and decision', () => {
    const { effects } = judge(archive);
    expect(effects.map(({ what, actor }) => `${actor}: ${what.replace(/drsjob-\w{17}/, 'a job')}`)).toEqual([
      'test: a job for 2 servers of wave application',
      'ann: a job for 1 server of wave application',
      'test: a job for 1 server of wave cache',
      'test: approval go-ahead of wave database',
      'test: a job for 2 servers of wave database',
      'test: automation check of wave database',
      'test: automation check of wave database',
      'test: approval postmaster of wave mail',
      'test: a job for 2 servers of wave search',
      'test: wait warm-up of wave web',
      'test: a job for 2 servers of wave web',
      'test: automation smoke of wave web',
    ]);
    const instants = new Map(archive.map(({ metadata }) => [metadata.eventId, metadata.emittedAt]));
    for (const effect of effects) {
      expect(at(drill.executionId, Number(effect.decision.split('@')[1])).type).toBe('WaveStarted');
      expect(effect.at).toBe(instants.get(effect.eventId));
      expect(effect.cause).toBe(at(...placeOf(effect.eventId)).metadata.causationId);
    }
  });
});

describe('what the state table does not say', () => {
  it('leaves the events to be verified in themselves, where there is none', () => {
    const verdict = verify({ events: archive.map(asArchived) });
    expect(verdict).toEqual(judge(archive));
  });

  it('makes no difference by its order', () => {
    expect(judge(archive, stored.toReversed())).toEqual(judge(archive));
  });

  it('makes a stream one that was inserted', () => {
    const others = stored.filter(({ stream }) => stream !== of('web'));
    expect(judge(archive, others).discrepancies).toEqual([
      { kind: 'inserted', stream: of('web'), message: 'nothing is stored of this stream' },
    ]);
  });
});

describe('an archive without its execution', () => {
  it('names that alone, and folds no wave of it', () => {
    const verdict = judge(without(...streamOf(drill.executionId)));
    expect(verdict.discrepancies.map(named)).toEqual([['missing-stream', 'exec', 1]]);
    expect(verdict.unfolded).toEqual(stored.map(({ stream }) => stream).sort());
  });

  it('names every event and every effect of a wave that it never started', () => {
    const { executionId } = drill;
    const isStart = ({ type, data }: Recorded) =>
      type === 'WaveStarted' && (data as { readonly waveId: string }).waveId === 'search';
    const stream = streamOf(executionId);
    const startless = forged(stream.filter((event) => !isStart(event)));
    const records = stored.map((each) =>
      each.stream === executionId
        ? { ...each, version: startless.length, hash: startless.at(-1)!.metadata.hash }
        : each,
    );
    const { discrepancies } = judge([...without(...stream), ...startless], records);
    const ofSearch = discrepancies.filter((each) => each.stream === of('search'));
    const events = streamOf(of('search'));
    expect(
      ofSearch.filter(({ kind }) => kind === 'illegal-transition').map(({ message }) => message),
    ).toEqual(events.map(({ type }) => `${type}: the execution never started attempt 1 of the wave`));
    expect(
      ofSearch.filter(({ message }) => message.endsWith('of wave search: no event decided it')),
    ).toHaveLength(1);
  });
});

describe('a corrupted archive is found out, and the corruption named', () => {
  type Finds = readonly (readonly [string, string, number | undefined])[];
  /** How many events a stream has depends on how many steps of a job the watcher happens to see. */
  const lengthOf = (name: string): number => streamOf(of(name)).length;
  const corruptions: readonly (readonly [
    name: string,
    corrupt: () => readonly Recorded[],
    finds: Finds | (() => Finds),
  ])[] = [
    [
      'a changed event',
      () => {
        const event = at(of('database'), 3);
        return [...without(event), withData(event, { attempt: 9 })];
      },
      [['changed', 'exec/database', 3]],
    ],
    [
      'a changed event with a hash made anew',
      () => {
        const event = at(drill.executionId, 1);
        return [...without(event), rehashed(withData(event, { requestedBy: 'nobody' }))];
      },
      [['rewritten', 'exec', 1]],
    ],
    [
      'an event whose hash was overwritten',
      () => {
        const event = at(of('database'), 3);
        return [...without(event), { ...event, metadata: { ...event.metadata, hash: 'f'.repeat(64) } }];
      },
      [['changed', 'exec/database', 3]],
    ],
    ['a removed event', () => without(at(of('database'), 4)), [['removed', 'exec/database', 4]]],
    [
      'a cut tail',
      () => without(...streamOf(of('web')).slice(-2)),
      () => [['missing-tail', 'exec/web', lengthOf('web') - 1]],
    ],
    [
      'a removed stream',
      () => without(...streamOf(of('application'))),
      [['missing-stream', 'exec/application', 1]],
    ],
    [
      'an inserted event at the end',
      () => {
        const last = streamOf(of('web')).at(-1)!;
        const { version, hash } = last.metadata;
        const next = renumbered(last, version + 1);
        return [...archive, rehashed({ ...next, metadata: { ...next.metadata, previousHash: hash } })];
      },
      () => [['inserted', 'exec/web', lengthOf('web') + 1]],
    ],
    [
      'two events that changed places',
      () => {
        const [a, b] = [at(of('database'), 5), at(of('database'), 6)];
        return [...without(a, b), renumbered(a, 6), renumbered(b, 5)];
      },
      [
        ['renumbered', 'exec/database', 5],
        ['renumbered', 'exec/database', 6],
      ],
    ],
    [
      'a fork',
      () => [...archive, rehashed(withData(at(of('database'), 2), { reason: 'another history' }))],
      [['forked', 'exec/database', 2]],
    ],
    [
      'a doubled event with other content',
      () => [...archive, withData(at(of('database'), 2), { reason: 'I never said so' })],
      [['duplicated', 'exec/database', 2]],
    ],
    [
      'an event inserted in the middle, and the rest renumbered',
      () => {
        const stream = streamOf(of('web'));
        const [third, ...later] = stream
          .slice(2)
          .map((event) => renumbered(event, event.metadata.version + 1));
        const foreign = rehashed(withData(stream[2]!, { attempt: 2 }));
        return [...without(...stream.slice(2)), third!, ...later, foreign];
      },
      () => [
        ['renumbered', 'exec/web', 3],
        ['forked', 'exec/web', 3],
        ...streamOf(of('web'))
          .slice(3)
          .map(({ metadata }) => ['renumbered', 'exec/web', metadata.version] as const),
      ],
    ],
    [
      'an event of another name',
      () => [...archive, { ...at(drill.executionId, 1), type: 'ExecutionForgiven' }],
      [['unreadable', 'exec', undefined]],
    ],
    [
      'a stream forged from one event to its end',
      () => {
        const stream = streamOf(of('web'));
        const lie = stream.map((event, index) => (index === 2 ? withData(event, { attempt: 7 }) : event));
        return [...without(...stream), ...forged(lie)];
      },
      () => [['rewritten', 'exec/web', lengthOf('web')]],
    ],
  ];

  it.each(corruptions)('%s', (_name, corrupt, finds) => {
    const verdict = judge(corrupt());
    expect(verdict.sound).toBe(false);
    expect(verdict.discrepancies.map(named)).toEqual(typeof finds === 'function' ? finds() : finds);
    expect(verdict.discrepancies.map(({ message }) => message)).toMatchSnapshot();
  });

  it('a changed record in the state table', () => {
    const changed = stored.map((each) =>
      each.stream === drill.executionId
        ? { ...each, state: { ...(each.state as object), requestedBy: 'nobody' } }
        : each,
    );
    expect(judge(archive, changed).discrepancies).toEqual([
      {
        kind: 'state-differs',
        stream: drill.executionId,
        message: 'the stored state differs from the events in requestedBy',
      },
    ]);
  });

  it('a stream and its record forged together, by what no state machine would say', () => {
    const stream = streamOf(of('database'));
    const claimed = stream.findIndex(({ type }) => type === 'DRSJobClaimed');
    const unclaimed = forged(stream.filter((_, index) => index !== claimed));
    const records = stored.map((each) =>
      each.stream === of('database')
        ? { ...each, version: unclaimed.length, hash: unclaimed.at(-1)!.metadata.hash }
        : each,
    );
    const { discrepancies } = judge([...without(...stream), ...unclaimed], records);
    expect(discrepancies[0]).toMatchObject({
      kind: 'illegal-transition',
      stream: of('database'),
      version: claimed + 1,
      message: 'DRSJobStarted: job 1 was not claimed in try 1',
    });
  });

  it('an effect whose cause is nowhere', () => {
    const stream = streamOf(of('application'));
    const causeless = forged(
      stream.map((event) =>
        event.type === 'DRSJobStarted'
          ? { ...event, metadata: { ...event.metadata, causationId: `${drill.executionId}@99` } }
          : event,
      ),
    );
    const records = stored.map((each) =>
      each.stream === of('application') ? { ...each, hash: causeless.at(-1)!.metadata.hash } : each,
    );
    const starts = stream.filter(({ type }) => type === 'DRSJobStarted');
    expect(starts).toHaveLength(2);
    expect(judge([...without(...stream), ...causeless], records).discrepancies.map(named)).toEqual(
      starts.map(({ metadata }) => ['unexplained-effect', 'exec/application', metadata.version]),
    );
  });
});

describe('whatever is done to an archive', () => {
  const anEvent = fc.constantFrom(...archive);
  const isIn = (event: Recorded) => (found: Discrepancy) => found.stream === event.metadata.stream;

  it('copies in any order and number change nothing', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...archive]), fc.array(anEvent), (some, others) => {
        const copies = [...others, ...archive.filter((event) => !some.includes(event)), ...some];
        expect(judge(copies)).toMatchObject({ sound: true, doubled: others.length });
      }),
      { numRuns: 20 },
    );
  });

  it('whichever events are taken away, exactly those are missing', () => {
    fc.assert(
      fc.property(fc.subarray([...archive], { minLength: 1, maxLength: 12 }), (gone) => {
        const { discrepancies } = judge(without(...gone));
        const missing = discrepancies.flatMap(({ kind, stream, version = 0, message }) => {
          if (!['removed', 'missing-tail', 'missing-stream'].includes(kind)) return [];
          const to = Number(/versions \d+ to (\d+) are/.exec(message)?.[1] ?? version);
          return Array.from({ length: to - version + 1 }, (_, index) => `${stream}@${version + index}`);
        });
        expect(missing.sort()).toEqual(gone.map(({ metadata }) => metadata.eventId).sort());
      }),
      { numRuns: 40 },
    );
  });

  it('no member of an event can be changed unseen', () => {
    const members = [
      'causationId',
      'emittedAt',
      'executionId',
      'previousHash',
      'hash',
      'schemaVersion',
    ] as const;
    fc.assert(
      fc.property(anEvent, fc.constantFrom(...members), (event, member) => {
        const old = event.metadata[member];
        const lie =
          member === 'emittedAt' ? '2026-01-01T00:00:00.000Z' : typeof old === 'number' ? old + 1 : `${old}0`;
        const changed = { ...event, metadata: { ...event.metadata, [member]: lie } };
        const { sound, discrepancies } = judge([...without(event), changed]);
        expect(sound).toBe(false);
        expect(
          discrepancies.some(isIn(event)) || discrepancies.some(({ kind }) => kind === 'unreadable'),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('two events of a stream cannot change places unseen', () => {
    fc.assert(
      fc.property(anEvent, fc.nat(), (one, pick) => {
        const others = streamOf(one.metadata.stream).filter((event) => event !== one);
        const other = others[pick % others.length]!;
        const swapped = [renumbered(one, other.metadata.version), renumbered(other, one.metadata.version)];
        const { discrepancies } = judge([...without(one, other), ...swapped]);
        expect(
          discrepancies.filter(({ kind }) => kind === 'renumbered').map(({ version }) => version),
        ).toEqual([one.metadata.version, other.metadata.version].sort((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });
});
