import { describe, expect, it } from 'vitest';
import { planSchema } from '../../../../contracts/plan.ts';
import { planFaults } from '../../../../services/core/domain/plan-faults.ts';
import { putPlan, getPlan } from '../../../../services/core/streams/plan-store.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { pagedRecords } from '../../../../services/core/ports/paged-records.ts';
import { serverId } from '../../../support/frozen-wave.ts';

const serversFrom = (first: number) =>
  Array.from({ length: 1_000 }, (_, n) => ({ sourceServerId: serverId(first + n) }));
const runbook = (values: number) => ({
  kind: 'automation',
  actionId: 'fill',
  document: 'Fill-Disks',
  parameters: Object.fromEntries(
    Array.from({ length: values }, (_, n) => [`P${n}`, Array.from({ length: 50 }, () => 'x'.repeat(500))]),
  ),
});

describe('the size of a plan', () => {
  it('of ten waves with 1,000 servers each is good, and is stored in small items', async () => {
    const plan = planSchema.parse({
      planId: 'giant',
      waves: Array.from({ length: 10 }, (_, n) => ({ waveId: `w${n}`, servers: serversFrom(n * 1_000) })),
    });
    expect(planFaults(plan)).toEqual([]);
    const memory = createMemoryRecordStore();
    const sizes: number[] = [];
    const store = pagedRecords({
      ...memory,
      write: (key, body, expected) => {
        sizes.push(Buffer.byteLength(JSON.stringify(body)));
        return memory.write(key, body, expected);
      },
    });
    await putPlan(store, plan, '2026-01-05T00:00:00.000Z');
    expect(Math.max(...sizes)).toBeLessThan(200 * 1_024);
    expect((await getPlan(store, 'giant'))?.plan).toEqual(plan);
  });

  it('is told beforehand where a wave could not be said in an event', () => {
    const plan = planSchema.parse({
      planId: 'p',
      waves: [
        { waveId: 'good', servers: serversFrom(0) },
        { waveId: 'w', servers: serversFrom(1_000), before: [runbook(3)] },
      ],
    });
    const [fault, ...others] = planFaults(plan);
    expect(others).toEqual([]);
    expect(fault).toMatchObject({ path: 'waves[1]', expected: 'at most 65,536 bytes of JSON' });
    expect(fault?.message).toMatch(/^all that wave w says beside its servers takes 7\d,\d{3} bytes/);
  });

  it('is told beforehand where its last actions or the whole of it could not be stored', () => {
    const last = planSchema.parse({
      planId: 'p',
      waves: [{ waveId: 'w', servers: serversFrom(0) }],
      onFailureActions: [runbook(3)],
    });
    expect(planFaults(last).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^all that the plan says beside its waves takes/),
    ]);
    const whole = planSchema.parse({
      planId: 'p',
      waves: Array.from({ length: 80 }, (_, n) => ({ waveId: `w${n}`, servers: serversFrom(n * 1_000) })),
    });
    expect(planFaults(whole).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the plan takes 4,\d{3},\d{3} bytes/),
    ]);
  });
});
