import { fileURLToPath } from 'node:url';
import { verify } from '../../services/core/domain/audit/verify.ts';
import { type Archive, archiveOf } from '../support/archive-of.ts';
import { cpuSeconds } from './model/cpu-seconds.ts';
import { replayArchive } from './model/replayed-archive.ts';
import { timedRow } from './model/timed-row.ts';
import { tableText } from './print.ts';
import type { Bench, Row } from './table.ts';

const executions = 10_000;
const verifications = 3;

const warmUp = archiveOf(100);

/** After a warm-up: an audit that matters is long enough for the compiler to have done its work. */
const verificationRates = (archive: Archive): readonly number[] => {
  for (let run = 0; run < 5; run++) verify(warmUp);
  return Array.from({ length: verifications }, () => {
    const from = cpuSeconds();
    if (!verify(archive).sound) throw new Error('The archive does not verify.');
    return archive.events.length / (cpuSeconds() - from);
  });
};

const counted = (subject: string, figure: number, unit: string, more: Partial<Row> = {}): Row => ({
  ...{ subject, figure, unit, kind: 'counted' },
  ...more,
});

export const bench: Bench = {
  name: 'replay',
  about:
    'An archive of 10,000 executions of three waves is replayed over the embedded bus towards the audit rule, every rule of the product being there, and verified.',
  async run({ quick }) {
    const archive = archiveOf(quick ? executions / 100 : executions);
    const { events } = archive;
    const { seconds, audited, written, acted } = await replayArchive(events, { filtered: true });
    return [
      counted('events replayed', events.length, 'events', { better: 'more' }),
      counted('events recorded by the audit', audited, 'events', { better: 'more' }),
      counted('deliveries to functions that act', acted, 'deliveries', { target: { atMost: 0 } }),
      counted('records of another kind', written, 'records', { target: { atMost: 0 } }),
      timedRow('replay through the bus', [events.length / seconds], 'events/s', { better: 'more' }),
      timedRow('pure verification, per core', verificationRates(archive), 'events/s', {
        target: { atLeast: 20_000 },
      }),
    ];
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url))
  console.log(tableText(await bench.run({ quick: process.argv.includes('--quick') })));
