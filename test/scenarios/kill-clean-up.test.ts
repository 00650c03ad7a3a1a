import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeRecoveryInstancesCommand, DrsClient, StartRecoveryCommand } from '@aws-sdk/client-drs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openJournal } from '../../infra/simulated-aws/journal.ts';
import type { DrsRecord } from '../../infra/simulated-aws/drs/state.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { awsOperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';
import { readCleanUp } from '../../services/core/streams/clean-up-stream.ts';
import { readExecution } from '../../services/core/streams/execution-stream.ts';
import { putPlan } from '../../services/core/streams/plan-store.ts';
import { planSchema } from '../../contracts/plan.ts';
import { seededRandom } from '../infra/simulated-aws/random.ts';
import { freePort } from '../support/free-port.ts';
import { gone, start, untilAnswer } from './kill-driver.ts';

/** `CLEAN_UP_KILLS=20 npx vitest run test/scenarios/kill-clean-up.test.ts`; a plain run takes a sample. */
const kills = Number(process.env['CLEAN_UP_KILLS'] ?? 4);

const serverOf = (n: number): string => `s-${String(n).padStart(17, '0')}`;
const standby = 'i-0aaaaaaaaaaaaaaaa';
const ours = [1, 2, 3, 4].map(serverOf);
const [recovered, drilledByOthers] = [serverOf(8), serverOf(9)];

const planOf = (planId: string, servers: readonly string[]) =>
  planSchema.parse({
    planId,
    cleanUp: { policy: 'auto', afterMinutes: 1 },
    waves: servers.map((sourceServerId, n) => ({ waveId: `w${n}`, servers: [{ sourceServerId }] })),
  });

const scenario = `
ec2:
  instances: [{ id: ${standby}, state: running }]
drs:
  servers:
${[...ours, recovered, drilledByOthers].map((id) => `    - { name: ${id}, id: ${id}, windowSeconds: 30 }`).join('\n')}
`;

let folder: string;
let child: ChildProcess;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'kill-clean-up-'))));
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    const death = gone(child);
    child.kill('SIGKILL');
    await death;
  }
  rmSync(folder, { recursive: true });
});

/** Polls until the answer is there; what a dead process does not answer is asked of its successor. */
const until = async <T>(what: string, ask: () => Promise<T | undefined>, maxMs = 300_000): Promise<T> => {
  const end = performance.now() + maxMs;
  for (;;) {
    const found = await ask().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`In vain waited for ${what}.`);
    await sleep(10);
  }
};

/** What every call of TerminateRecoveryInstances has named, as the simulated DRS wrote it down. */
const terminated = (): readonly string[] => {
  const file = join(folder, 'state/journals/111122223333-eu-west-1/drs.jsonl');
  const journal = openJournal<DrsRecord>(file);
  journal.close();
  return journal.records.flatMap((record) =>
    record.kind === 'JobStarted' && record.job.initiatedBy === 'TERMINATE_RECOVERY_INSTANCES'
      ? record.job.courses.map(({ sourceServerID }) => sourceServerID)
      : [],
  );
};

it(
  `completes every clean-up through ${kills} kills in its midst, and ends nothing else`,
  { timeout: 1_800_000 },
  async () => {
    const random = seededRandom(Number(process.env['SEED'] ?? 1));
    const scenarioFile = join(folder, 'scenario.yaml');
    writeFileSync(scenarioFile, scenario);
    const options = { stateDir: join(folder, 'state'), port: await freePort(), speed: 300, scenarioFile };
    const endpoint = `http://127.0.0.1:${options.port}`;
    const ports = awsOperatorPorts({
      ...{ endpoint, region: 'eu-west-1' },
      ...{ busName: 'groundswell', tableName: 'groundswell-state' },
    });
    child = start(options);
    await untilAnswer(options.port);

    const request = async (
      plan: ReturnType<typeof planOf>,
      requestId: string,
      mode: 'DRILL' | 'RECOVERY',
    ) => {
      const executionId = executionIdOf(requestId);
      await putPlan(ports.store, plan, '2026-11-23T00:00:00.000Z');
      const data = { requestId, planId: plan.planId, mode, requestedBy: 'test' };
      await ports.say('ExecutionRequested', data);
      await until(`the end of ${requestId}`, async () => {
        const { status } = await readExecution(ports.store, executionId);
        return status === 'COMPLETED' ? status : undefined;
      });
      return executionId;
    };
    await request(planOf('real', [recovered]), 'real', 'RECOVERY');
    const drs = new DrsClient({
      ...{ endpoint, region: 'eu-west-1' },
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const byOthers = { isDrill: true, sourceServers: [{ sourceServerID: drilledByOthers }] };
    await drs.send(new StartRecoveryCommand(byOthers));

    const statusOf = async (executionId: string) => (await readCleanUp(ports.store, executionId)).status;
    let killed = 0;
    let drills = 0;
    while (killed < kills) {
      drills++;
      const executionId = await request(planOf('shop', ours), `drill-${drills}`, 'DRILL');
      let status: string = await until('the clean-up', async () => {
        const now = await statusOf(executionId);
        return now === 'RUNNING' || now === 'COMPLETED' ? now : undefined;
      });
      while (status === 'RUNNING' && killed < kills) {
        await sleep(900 * random());
        // A process that answered a moment ago is asked once more: only kills of a clean-up count.
        status = await until('an answer', async () => statusOf(executionId));
        if (status !== 'RUNNING') break;
        child.kill('SIGKILL');
        await gone(child);
        killed++;
        child = start(options);
        await untilAnswer(options.port);
        status = await until('an answer', async () => statusOf(executionId));
      }
      await until(`the end of the clean-up of drill ${drills}`, async () =>
        (await statusOf(executionId)) === 'COMPLETED' ? true : undefined,
      );
      const state = await readCleanUp(ports.store, executionId);
      expect(state.terminated).toBe(ours.length);
    }
    expect(killed).toBe(kills);

    const { items = [] } = await drs.send(new DescribeRecoveryInstancesCommand({}));
    const alive = items.filter(({ ec2InstanceState }) => ec2InstanceState === 'RUNNING');
    expect(alive.map(({ sourceServerID }) => sourceServerID).sort()).toEqual([recovered, drilledByOthers]);
    const death = gone(child);
    child.kill('SIGTERM');
    await death;
    const ended = terminated();
    expect(ended.filter((id) => !ours.includes(id))).toEqual([]);
    // A call whose handler died may come again for the same instances, and ends nothing else.
    for (const id of ours) expect(ended.filter((each) => each === id).length).toBeGreaterThanOrEqual(drills);
  },
);
