import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OperatedRuntime, operateRuntime, patienceMs } from '../support/operated-runtime.ts';

let operated: OperatedRuntime;
beforeAll(async () => {
  operated = await operateRuntime({ speed: 1_000, verifySignatures: true });
}, patienceMs);
afterAll(() => operated.close());

it(
  'a drill runs to its end where every signature is verified',
  async () => {
    await operated.groundswell('plan', 'put', 'contracts/plans/three-tier.yaml');
    const asked = await operated.groundswell('request', 'three-tier', '--mode', 'drill');
    expect(await operated.said(asked.trim(), 'ExecutionCompleted')).toBeDefined();
  },
  patienceMs,
);
