import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeRecoveryInstancesCommand,
  DescribeSourceServersCommand,
  DrsClient,
} from '@aws-sdk/client-drs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { planSchema, type Plan } from '../../contracts/plan.ts';
import { evolve, initialState, type DrsRecord } from '../../infra/simulated-aws/drs/state.ts';
import { openJournal } from '../../infra/simulated-aws/journal.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { awsOperatorPorts } from '../../services/core/ports/aws/operator-ports.ts';
import { readExecution } from '../../services/core/streams/execution-stream.ts';
import { putPlan } from '../../services/core/streams/plan-store.ts';
import { seededRandom } from '../infra/simulated-aws/random.ts';
import { freePort } from '../support/free-port.ts';
import {
  account,
  credentials,
  homewardPlan,
  machinesIn,
  origin,
  outwardPlan,
  recovery,
  smallScenario,
  tiers,
} from '../support/small-there-and-back.ts';
import { gone, start, untilAnswer } from './kill-driver.ts';

/** `FAILBACK_KILLS=30 npx vitest run test/scenarios/kill-failback.test.ts`; a plain run takes a sample. */
const kills = Number(process.env['FAILBACK_KILLS'] ?? 3);

const ours = tiers.slice(0, 2);
const [out, home] = [planSchema.parse(outwardPlan(ours)), planSchema.parse(homewardPlan(ours))];

let folder: string;
let child: ChildProcess;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'kill-failback-'))));
afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    const death = gone(child);
    child.kill('SIGKILL');
    await death;
  }
  rmSync(folder, { recursive: true });
});

/** Polls until the answer is there; what a dead process does not answer is asked of its successor. */
const until = async <T>(what: string, ask: () => Promise<T | undefined>, maxMs = 600_000): Promise<T> => {
  const end = performance.now() + maxMs;
  for (;;) {
    const found = await ask().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error(`In vain waited for ${what}.`);
    await sleep(20);
  }
};

/** How often each operation was called in a Region, as its simulated DRS wrote it down. */
const callsIn = (region: string): Readonly<Record<string, number>> => {
  const journal = openJournal<DrsRecord>(join(folder, `state/journals/${account}-${region}/drs.jsonl`));
  journal.close();
  return journal.records.reduce(evolve, initialState).calls;
};

it(
  `completes every failback through ${kills} kills in its midst, repeats no call, and loses no machine`,
  { timeout: 3_600_000 },
  async () => {
    const random = seededRandom(Number(process.env['SEED'] ?? 1));
    const scenarioFile = join(folder, 'scenario.json');
    writeFileSync(scenarioFile, JSON.stringify(smallScenario(ours)));
    const options = { stateDir: join(folder, 'state'), port: await freePort(), speed: 600, scenarioFile };
    const endpoint = `http://127.0.0.1:${options.port}`;
    const ports = awsOperatorPorts({
      ...{ endpoint, region: recovery },
      ...{ busName: 'groundswell', tableName: 'groundswell-state' },
    });
    const drsIn = (region: string) => new DrsClient({ endpoint, region, credentials });
    const machines = { [origin]: machinesIn(endpoint, origin), [recovery]: machinesIn(endpoint, recovery) };
    child = start(options);
    await untilAnswer(options.port);

    const statusOf = async (executionId: string) => (await readExecution(ports.store, executionId)).status;
    const request = async ({ planId }: Plan, requestId: string): Promise<string> => {
      const acceptWarnings = ['recovery-over-recovery', 'recovery-over-unrecorded'];
      const data = { requestId, planId, mode: 'RECOVERY', requestedBy: 'test', acceptWarnings };
      await ports.say('ExecutionRequested', data);
      return executionIdOf(requestId);
    };
    const completed = (executionId: string) =>
      until(`the end of ${executionId}`, async () => {
        const status = await statusOf(executionId);
        if (status === 'REJECTED' || status === 'FAILED') return status;
        return status === 'COMPLETED' ? status : undefined;
      });
    /** The machines that a Region's source servers replicate from, in the order of the tiers. */
    const replicatedIn = async (region: string) => {
      const { items = [] } = await drsIn(region).send(new DescribeSourceServersCommand({ filters: {} }));
      return ours.flatMap(({ id }) => {
        const server = items.find(({ sourceServerID }) => sourceServerID === id);
        return server?.sourceProperties?.identificationHints?.awsInstanceID ?? [];
      });
    };
    const recoveredIn = async (region: string) => {
      const { items = [] } = await drsIn(region).send(new DescribeRecoveryInstancesCommand({ filters: {} }));
      const live = items.filter(({ ec2InstanceState }) => ec2InstanceState !== 'TERMINATED');
      return ours.flatMap(
        ({ id }) => live.find(({ sourceServerID }) => sourceServerID === id)?.recoveryInstanceID ?? [],
      );
    };

    await putPlan(ports.store, out, '2026-11-23T00:00:00.000Z');
    await putPlan(ports.store, home, '2026-11-23T00:00:00.000Z');
    const earlier: string[] = [];
    let atHome: readonly string[] = ours.map(({ machine }) => machine);
    let killed = 0;
    let failbacks = 0;
    while (killed < kills) {
      failbacks++;
      expect(await completed(await request(out, `out-${failbacks}`))).toBe('COMPLETED');
      await machines[origin].stop(atHome);
      const away = await recoveredIn(recovery);
      expect(away.length).toBe(ours.length);
      for (const machine of away) await machines[recovery].write(machine, `back ${failbacks}`);

      const executionId = await request(home, `home-${failbacks}`);
      await until('its start', async () => ((await statusOf(executionId)) === 'RUNNING' ? true : undefined));
      while (killed < kills) {
        await sleep(2_500 * random());
        // A process that answered a moment ago is asked once more: only kills of a failback count.
        if ((await until('an answer', async () => statusOf(executionId))) !== 'RUNNING') break;
        child.kill('SIGKILL');
        await gone(child);
        killed++;
        child = start(options);
        await untilAnswer(options.port);
      }
      expect(await completed(executionId)).toBe('COMPLETED');

      earlier.push(...atHome);
      atHome = await replicatedIn(recovery);
      expect(atHome.length).toBe(ours.length);
      expect(await recoveredIn(recovery)).toEqual([]);
      expect(await machines[origin].look(atHome)).toEqual(
        ours.map(() => ({ state: 'running', written: `back ${failbacks}` })),
      );
      expect((await machines[recovery].look(away)).map(({ state }) => state)).toEqual(
        ours.map(() => 'terminated'),
      );
      // What runs in its original place is people's, and never ended.
      expect((await machines[origin].look(earlier)).map(({ state }) => state)).toEqual(
        earlier.map(() => 'stopped'),
      );
    }
    expect(killed).toBe(kills);
    const { items: left = [] } = await drsIn(origin).send(new DescribeSourceServersCommand({ filters: {} }));
    expect(left).toEqual([]);
    const death = gone(child);
    child.kill('SIGTERM');
    await death;
    const servers = ours.length * failbacks;
    const { ReverseReplication: reversed, StartRecovery: launchedAway } = callsIn(recovery);
    expect({ reversed, launchedAway }).toEqual({ reversed: servers, launchedAway: servers });
    const there = callsIn(origin);
    expect({
      protected: there['ReverseReplication'],
      launched: there['StartRecovery'],
      stopped: there['StopReplication'],
      deleted: there['DeleteSourceServer'],
      ended: there['TerminateRecoveryInstances'],
    }).toEqual({
      protected: servers,
      launched: servers,
      stopped: servers,
      deleted: servers,
      ended: undefined,
    });
  },
);
