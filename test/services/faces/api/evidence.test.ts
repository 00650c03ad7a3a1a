import { beforeEach, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../../contracts/api.ts';
import {
  evidenceOverviewSchema,
  planProofSchema,
  programmeSchema,
  proofPageSchema,
} from '../../../../contracts/evidence.ts';
import { planSchema } from '../../../../contracts/plan.ts';
import { hashOf } from '../../../../services/core/kernel/canonical.ts';
import type { RecordStore } from '../../../../services/core/ports/record-store.ts';
import { getPlan, putPlan } from '../../../../services/core/streams/plan-store.ts';
import { createApp, type App } from '../../../../services/faces/api/app.ts';
import { localCaller } from '../../../../services/faces/api/caller.ts';
import type { ApiPorts } from '../../../../services/faces/api/route.ts';
import { readScope } from '../../../../services/faces/evidence/scope.ts';
import { readProgramme } from '../../../../services/faces/evidence/read-programme.ts';
import { programmeHtml } from '../../../../services/faces/report/programme-html.ts';
import { createMemoryRecordStore } from '../../../memory/record-store.ts';
import { archiveOf } from '../../../support/archive-of.ts';

const { events, stored } = archiveOf(1);
const executionId = stored[0]?.stream.split('/')[0] ?? expect.fail('the archive has a stream');
const requestedAt = '2026-11-23T09:00:00.000Z';
const now = Date.parse('2026-11-24T09:00:00.000Z');
/** Those that the archive's drill has launched. */
const servers = ['s-11', 's-12'].map((id) => ({ sourceServerId: id.padEnd(19, '0') }));

let store: RecordStore;
let app: App;

/** A drill of `shop` that recovered everything, with its record. */
const held = async (): Promise<void> => {
  for (const [at, body] of events.entries())
    await store.write({ kind: 'audit', id: `live/${executionId}/${at}` }, body, 0);
  for (const body of stored) {
    const isWhole = body.stream === executionId;
    const index = {
      executionId,
      planId: 'shop',
      status: 'COMPLETED',
      startedAt: requestedAt,
      open: false,
    };
    await store.write({ kind: 'stream', id: body.stream }, body, 0, isWhole ? index : undefined);
  }
};

beforeEach(async () => {
  store = createMemoryRecordStore();
  const ports = {
    store,
    recovery: { describeSourceServers: async () => [] },
    clock: { now: () => now },
    home: { account: '111122223333', region: 'eu-west-1' },
  } as unknown as ApiPorts;
  app = createApp({
    base: '/api',
    callerOf: () => localCaller,
    portsOf: () => ports,
    onFailure: (error) => expect.fail(String(error)),
  });
  const written = { planId: 'shop', provenWithinDays: 30, waves: [{ waveId: 'web', servers }] };
  await putPlan(store, planSchema.parse(written), '2026-01-01T08:00:00.000Z');
  await putPlan(store, planSchema.parse({ ...written, planId: 'bare' }), '2026-01-01T08:00:00.000Z');
});

const ask = (path: string, accept?: string) =>
  app.fetch(
    new Request(`http://localhost/api${path}`, { headers: accept === undefined ? {} : { accept } }),
    {},
  );
const json = async (path: string): Promise<unknown> => {
  const answer = await ask(path);
  expect(answer.status).toBe(200);
  return answer.json();
};

describe('the evidence over HTTP', () => {
  it('is JSON as the command line writes it, a page, or a table', async () => {
    await held();
    const body = await json('/evidence');
    const { sha256, ...told } = programmeSchema.parse(body);
    expect(told.runs.map(({ report }) => [report.executionId, report.verdict?.sound])).toEqual([
      [executionId, true],
    ]);
    const serversOf = async () => ({
      servers: servers.map((each) => ({ ...each, name: each.sourceServerId })),
      unread: [],
    });
    const plans = await Promise.all(['bare', 'shop'].map(async (id) => getPlan(store, id)));
    const chosen = plans.flatMap((each) => each ?? []);
    const home = { account: '111122223333', region: 'eu-west-1' };
    const scope = await readScope({ describeSourceServers: async () => [] }, home, chosen, chosen);
    const asked = { plans: chosen, scope, from: now - 92 * 86_400_000, to: now, now };
    const whole = await readProgramme({ store, serversOf }, asked, { executionsMax: 9, eventsMax: 9_999 });
    if ('faults' in whole) return expect.fail('it is within its bounds');
    expect(sha256).toBe(hashOf(whole));
    expect(await (await ask('/evidence?format=html')).text()).toBe(programmeHtml(whole, sha256));
    const typeOf = async (query: string, accept?: string) =>
      (await ask(`/evidence${query}`, accept)).headers.get('content-type')?.split(';')[0];
    expect(await typeOf('', 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8')).toBe('text/html');
    expect(await typeOf('', 'text/csv')).toBe('text/csv');
    expect(await typeOf('?format=csv', 'text/html')).toBe('text/csv');
    expect((await ask('/evidence', 'application/pdf')).status).toBe(406);
    expect((await ask('/evidence?format=pdf')).status).toBe(400);
  });

  it('has an overview in a line for each execution, which proves what the proofs of plans say', async () => {
    await held();
    const told = evidenceOverviewSchema.parse(await json('/evidence/overview'));
    expect(told.runs).toMatchObject([{ executionId, status: 'COMPLETED', recordVerifies: true }]);
    const strip = (plan: (typeof told.plans)[number]) =>
      planProofSchema.parse({ ...plan, schedules: undefined });
    const { proofs } = proofPageSchema.parse(await json('/proofs'));
    expect(proofs).toEqual(told.plans.map(strip));
    expect(planProofSchema.parse(await json('/plans/shop/proof'))).toEqual(proofs[1]);
    expect(proofs).toMatchObject([
      { planId: 'bare', isOverdue: true },
      { planId: 'shop', isOverdue: false, proof: { executionId } },
    ]);
    expect(proofs[1]?.servers.every(({ isProven }) => isProven)).toBe(true);
    expect((await ask('/plans/nothing/proof')).status).toBe(404);
  });

  it('gives proofs page by page', async () => {
    const first = proofPageSchema.parse(await json('/proofs?limit=1'));
    expect(first).toMatchObject({ proofs: [{ planId: 'bare' }], next: 'bare' });
    const second = proofPageSchema.parse(await json('/proofs?limit=1&after=bare'));
    expect(second.proofs.map(({ planId }) => planId)).toEqual(['shop']);
    expect(second).not.toHaveProperty('next');
  });

  it('takes a record that does not verify for no proof', async () => {
    await held();
    const id = (await store.list('audit', `live/${executionId}`))[0] ?? '';
    await store.remove({ kind: 'audit', id }, (await store.read({ kind: 'audit', id }))?.revision ?? 0);
    expect(planProofSchema.parse(await json('/plans/shop/proof'))).not.toHaveProperty('proof');
    const told = evidenceOverviewSchema.parse(await json('/evidence/overview'));
    expect(told.runs).toMatchObject([{ executionId, recordVerifies: false }]);
    expect(told.summary).toContain(`NOT VERIFIED: ${executionId}.`);
  });

  it('refuses with every fault at once, and says what would be valid', async () => {
    const at = '2026-11-01T00:00:00Z';
    const answer = await ask(`/evidence?plan=bare,web,mail&from=${at}&to=${at}`);
    expect(answer.status).toBe(422);
    const { faults } = problemSchema.parse(await answer.json());
    expect(faults).toEqual([
      { path: 'query.plan', message: 'there is no plan web', expected: 'some of bare, shop' },
      { path: 'query.plan', message: 'there is no plan mail', expected: 'some of bare, shop' },
      {
        path: 'query.from',
        message: '2026-11-01T00:00:00.000Z is not before the end',
        expected: 'an instant before 2026-11-01T00:00:00.000Z',
      },
    ]);
  });

  it('refuses more executions than a function verifies in its time', async () => {
    for (let index = 0; index < 251; index += 1) {
      const id = `exec-${String(index).padStart(20, '0')}`;
      const indexed = {
        executionId: id,
        planId: 'bare',
        status: 'COMPLETED',
        startedAt: requestedAt,
        open: false,
      };
      await store.write({ kind: 'stream', id: `of/${id}` }, {}, 0, indexed);
    }
    const answer = await ask('/evidence/overview');
    expect(answer.status).toBe(422);
    const { faults } = problemSchema.parse(await answer.json());
    expect(faults).toMatchObject([{ message: expect.stringContaining('after 250 executions') as string }]);
    expect(faults?.[0]?.expected).toContain('a shorter period or fewer plans');
    await json('/evidence/overview?plan=shop');
    await json('/evidence/overview?to=2026-11-23T08:59:00Z');
  });

  it('looks before the period only as far as there is something to be learned', async () => {
    await held();
    const told = programmeSchema.parse(await json('/evidence?from=2026-11-24T00:00:00Z&plan=shop'));
    expect(told).toMatchObject({ runs: [], plans: [{ proof: { executionId } }] });
  });
});
