import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { RuntimeOptions } from '../../infra/local/runtime.ts';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import { externalId, type hub, targetRole } from './enforced-deployment.ts';
import type { OperatedRuntime, WrittenPlan } from './operated-runtime.ts';

const folder = join(import.meta.dirname, '../../contracts/plans');
export const readSample = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));
export const scenarioOf = (plan: string): Pick<RuntimeOptions, 'scenario'> => ({
  scenario: scenarioSchema.parse(readSample(`${plan}.scenario.yaml`)),
});

/** A sample plan, whose target has the deployed role. */
export const samplePlan = (name: string): WrittenPlan => {
  const plan = readSample(`${name}.yaml`) as WrittenPlan;
  const targets = Object.entries(plan.targets ?? {}).map(
    ([id, each]) => [id, { ...each, role: targetRole, externalId }] as const,
  );
  return { ...plan, ...(targets.length > 0 && { targets: Object.fromEntries(targets) }) };
};

export const clientIn = ({ runtime }: OperatedRuntime, { account, region }: typeof hub) => ({
  ...{ endpoint: runtime.endpoint, region },
  credentials: { accessKeyId: accessKeyFor(account, () => 0), secretAccessKey: 'local' },
});

/** Waits for the end of an execution, whatever it is. */
export const expectEnd = async (
  operated: OperatedRuntime,
  id: string,
  end: object,
  expected: readonly string[] = [],
): Promise<void> => {
  const found = () =>
    operated
      .heard(id)
      .find(
        (event) =>
          /^Execution(Completed|Failed|Cancelled|Rejected)$/.test(event.type) && operated.isWhole(event),
      );
  await expect.poll(found, { timeout: 150_000 }).toBeDefined();
  const failures = operated.all(id, 'ActionFailed').map(({ data }) => data.message);
  expect({ ...found(), failures }).toMatchObject({ failures: expected, ...end });
};

export const completed = (outcome: string) => ({ type: 'ExecutionCompleted', data: { outcome } });
