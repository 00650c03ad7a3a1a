import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EventBridgeEnvelope } from '../../../../contracts/foreign-events.ts';
import { verify } from '../../../../services/core/domain/audit/verify.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { createRecordAudit } from '../../../../services/functions/record-audit/service.ts';
import { readRun } from '../../../../services/core/streams/audit-trail.ts';
import { archiveOf } from '../../../support/archive-of.ts';

const { events, stored } = archiveOf(2);
const envelopes = events.map(({ type, detail }, index): EventBridgeEnvelope => ({
  ...{ version: '0', id: `event-${index}`, source: 'groundswell', 'detail-type': type, detail },
  ...{ account: '111122223333', region: 'eu-west-1', time: '2026-11-23T09:00:00Z', resources: [] },
  'replay-name': 'audit',
}));

/** Every event at least once, as a queue hands them over: in no order, and some again. */
const deliveries = fc
  .tuple(fc.shuffledSubarray(envelopes, { minLength: envelopes.length }), fc.subarray(envelopes))
  .chain(([all, again]) => fc.shuffledSubarray([...all, ...again], { minLength: all.length + again.length }));

it('comes to the same records and the same verdict, in whatever order and however often events come', async () => {
  await fc.assert(
    fc.asyncProperty(deliveries, async (order) => {
      const store = createMemoryRecordStore();
      const record = createRecordAudit({ store });
      for (const envelope of order) await record(envelope);
      expect(await store.list('audit', '')).toHaveLength(envelopes.length);
      const verdict = verify({ events: await readRun(store, 'audit'), stored });
      expect(verdict).toMatchObject({ sound: true, events: envelopes.length, discrepancies: [] });
    }),
    { numRuns: 20 },
  );
});
