import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Notice } from '../../contracts/notice.ts';
import { defaultScenario, scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { deployment } from '../support/enforced-deployment.ts';
import { type OperatedRuntime, operateRuntime } from '../support/operated-runtime.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

/** Everything comes twice that EventBridge may deliver twice. */
const scenario = {
  ...defaultScenario,
  ...scenarioSchema.pick({ bus: true }).parse({ bus: { duplicateProbability: 1 } }),
};
const planOf = (planId: string, Tier: string) => ({
  ...{ planId, provenWithinDays: 1 },
  waves: [{ waveId: 'only', servers: { tags: { Tier }, minimum: 1 } }],
});
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Overdue {
  readonly planId: string;
  readonly overdueSince: string;
  readonly lastProof?: { readonly executionId: string; readonly endedAt: string };
}
const stateDir = mkdtempSync(join(tmpdir(), 'overdue-'));
let operated: OperatedRuntime;
let receiver: Receiver;
/** By the ids that the bus gave them: an event that is delivered twice is one. */
const events = new Map<string, Overdue>();
const overdueOf = (plan: string) => [...events.values()].filter(({ planId }) => planId === plan);
const noticesOf = (plan: string) =>
  receiver.taken
    .map(({ text }) => JSON.parse(text) as Notice)
    .filter(({ event, planId }) => event === 'ProofOverdue' && planId === plan);

/** The deployment at this instant, with all that it had stored before. */
const startAt = async (instant: number): Promise<void> => {
  await (operated as OperatedRuntime | undefined)?.close();
  writeFileSync(join(stateDir, 'clock'), String(instant));
  operated = await operateRuntime(
    { speed: 500, scenario, stateDir, iam: { deployment: deployment() } },
    (event) => {
      if (event['detail-type'] === 'ProofOverdue')
        events.set(event.id, (event.detail as { readonly data: Overdue }).data);
    },
  );
};
const pass = (simulatedMs: number): Promise<void> =>
  new Promise((resolve) => void operated.runtime.after(simulatedMs, resolve));
/** Waits until each plan has had so many notices, and then for an hour of sweeps, one every ten minutes. */
const told = async (times: Readonly<Record<string, number>>): Promise<void> => {
  const counted = (of: (plan: string) => readonly unknown[]) =>
    Object.fromEntries(Object.keys(times).map((plan) => [plan, of(plan).length]));
  await vi.waitFor(() => void expect(counted(noticesOf)).toEqual(times), { timeout: 100_000, interval: 50 });
  await pass(hourMs);
  expect([counted(overdueOf), counted(noticesOf)]).toEqual([times, times]);
};

beforeAll(async () => {
  receiver = await startReceiver();
  // The command line says when a plan is stored, by the clock on the wall.
  await startAt(Date.now());
  const { endpoint, region } = operated.runtime;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const ssm = new SSMClient({ endpoint, region, credentials });
  const put = (Name: string, Value: string) =>
    ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true }));
  await put('/groundswell/hook', receiver.address);
  const channels = { hook: { kind: 'webhook', url: 'ssm:/groundswell/hook' } };
  const rules = [{ channels: ['hook'], events: ['ProofOverdue'], severity: 'warning' }];
  await put('/groundswell/notify', JSON.stringify({ channels, rules }));
});
afterAll(async () => {
  await operated.close();
  await receiver.close();
  rmSync(stateDir, { recursive: true });
});

it('a proof that becomes too old causes one notice, and one more when the next one does', async () => {
  await operated.store(planOf('never', 'application'));
  const first = await operated.drill(planOf('shop', 'web'));
  const { endedAt } = await operated.said(first, 'ExecutionCompleted');
  await told({ shop: 0, never: 0 });

  await startAt(Date.parse(endedAt) + dayMs + 1_000);
  await told({ shop: 1, never: 1 });
  const overdueSince = new Date(Date.parse(endedAt) + dayMs).toISOString();
  expect(overdueOf('shop')).toMatchObject([{ overdueSince, lastProof: { executionId: first, endedAt } }]);
  expect(overdueOf('never')[0]).not.toHaveProperty('lastProof');
  expect(noticesOf('shop')[0]?.meaning).toContain(first);

  await startAt(Date.parse(endedAt) + 9 * dayMs);
  const second = await operated.groundswell('request', 'shop', '--mode', 'drill', '--request-id', 'again');
  const again = await operated.said(second, 'ExecutionCompleted');
  await told({ shop: 1, never: 1 });

  await startAt(Date.parse(again.endedAt) + dayMs + 1_000);
  await told({ shop: 2, never: 1 });
  expect(overdueOf('shop')[1]).toMatchObject({ lastProof: { executionId: second, endedAt: again.endedAt } });
});
