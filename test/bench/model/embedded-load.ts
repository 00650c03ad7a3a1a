import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { planSchema, type Plan } from '../../../contracts/plan.ts';
import { startRuntime } from '../../../infra/local/runtime.ts';
import { scenarioSchema } from '../../../infra/simulated-aws/scenario.ts';
import { executionIdOf } from '../../../services/core/kernel/canonical.ts';
import { awsOperatorPorts } from '../../../services/core/ports/aws/operator-ports.ts';
import { putPlan } from '../../../services/core/streams/plan-store.ts';
import { sampleCpu } from './cpu-profile.ts';

/** What a process under load has to tell; times in ms. */
export interface EmbeddedLoad {
  readonly seconds: number;
  readonly completed: number;
  readonly hopsMs: readonly number[];
  readonly runsMs: Readonly<Record<string, readonly number[]>>;
  readonly failedRuns: number;
  readonly peakBytes: number;
  readonly cpuSeconds: number;
  readonly shares: Readonly<Record<string, number>>;
}

const tiers = ['database', 'application', 'web'];
const region = 'eu-west-1';

/**
 * Servers that are up within seconds: the runtime is measured, and not the wait for DRS. Shorter jobs would end before
 * their launcher has recorded them when the machine is busy, and a hint about a job that nobody knows is ignored: the
 * first look, a minute later, would be what is measured.
 */
const drs = {
  timings: {
    ...{ jobStartSeconds: 0.05, queueSeconds: 0.05, cleanupSeconds: 0.1, snapshotSeconds: 0.1 },
    ...{ snapshotWaitSeconds: 0.1, conversionSeconds: 0.2, launchQueueSeconds: 0.05, launchSeconds: 1.5 },
    wrapUpSeconds: 0.5,
  },
  servers: tiers.map((tier) => ({ name: `${tier}-{n}`, count: 2, tags: { Tier: tier } })),
};

const accountOf = (lane: number): string => String(200_000_000_000 + lane);

/** Each lane has an account of its own, in which its executions follow each other. */
const planOf = (lane: number): Plan =>
  planSchema.parse({
    planId: `lane-${lane}`,
    targets: {
      own: {
        ...{ account: accountOf(lane), region, externalId: 'bench' },
        role: `arn:aws:iam::${accountOf(lane)}:role/groundswell-target`,
      },
    },
    waves: tiers.map((tier, index) => ({
      waveId: tier,
      target: 'own',
      dependsOn: tiers.slice(0, index).slice(-1),
      servers: { tags: { Tier: tier }, minimum: 2 },
    })),
  });

const load = async (lanes: number, seconds: number): Promise<EmbeddedLoad> => {
  const folder = mkdtempSync(join(tmpdir(), 'groundswell-embedded-'));
  const runsMs: Record<string, number[]> = {};
  const hopsMs: number[] = [];
  const ended = new Map<string, () => void>();
  let failedRuns = 0;
  let isCounting = false;
  const runtime = await startRuntime({
    stateDir: folder,
    scenario: scenarioSchema.parse({
      targets: Object.fromEntries(
        Array.from({ length: lanes }, (_, lane) => [`${accountOf(lane)}/${region}`, { drs }]),
      ),
    }),
    onRun: ({ functionName, startedAt, endedAt, fault }) => {
      if (!isCounting) return;
      if (fault !== undefined) failedRuns += 1;
      (runsMs[functionName] ??= []).push(endedAt - startedAt);
    },
  });
  runtime.subscribe(({ detail, 'detail-type': type }) => {
    const { metadata } = detail as { metadata?: { emittedAt: string; executionId: string } };
    if (metadata === undefined) return;
    if (isCounting) hopsMs.push(runtime.now() - Date.parse(metadata.emittedAt));
    if (/^Execution(Rejected|Failed)$/.test(type)) fail(JSON.stringify(detail));
    if (type === 'ExecutionCompleted') ended.get(metadata.executionId)?.();
  });
  const { endpoint } = runtime;
  const { store, say } = awsOperatorPorts({
    ...{ endpoint, region, busName: 'groundswell', tableName: 'groundswell-state' },
  });
  await runtime.warm();
  for (let lane = 0; lane < lanes; lane++)
    await putPlan(store, planOf(lane), new Date(runtime.now()).toISOString());

  let completed = 0;
  let isOpen = true;
  const run = async (lane: number): Promise<void> => {
    for (let nth = 1; isOpen; nth++) {
      const requestId = `lane-${lane}-${nth}`;
      const end = new Promise<void>((resolve) => ended.set(executionIdOf(requestId), resolve));
      await say('ExecutionRequested', {
        ...{ requestId, planId: `lane-${lane}`, mode: 'DRILL', requestedBy: 'bench' },
      });
      await end;
      if (isCounting) completed += 1;
    }
  };
  for (let lane = 0; lane < lanes; lane++) run(lane).catch(fail);
  let peakBytes = 0;
  const memory = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage().rss)), 100);
  // What is measured begins when lanes are no longer in step.
  await sleep(seconds * 250);
  isCounting = true;
  const from = performance.now();
  const cpuFrom = process.cpuUsage();
  const stop = await sampleCpu();
  await sleep(seconds * 1_000);
  isCounting = false;
  isOpen = false;
  const { user, system } = process.cpuUsage(cpuFrom);
  const took = (performance.now() - from) / 1_000;
  const shares = Object.fromEntries(await stop());
  clearInterval(memory);
  rmSync(folder, { recursive: true, force: true });
  return {
    ...{ seconds: took, completed, hopsMs, runsMs, failedRuns, peakBytes, shares },
    cpuSeconds: (user + system) / 1_000_000,
  };
};

const fail = (error: unknown): never => {
  console.error(error);
  process.exit(1);
};

const [lanes = 0, seconds = 0] = process.argv.slice(2).map(Number);
const result = await load(lanes, seconds);
// What still runs is of no interest: this process ends here.
process.stdout.write(JSON.stringify(result), () => process.exit(0));
