import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { evolve, initialState, type DrsRecord } from '../../infra/simulated-aws/drs/state.ts';
import { openJournal } from '../../infra/simulated-aws/journal.ts';
import { freePort } from '../support/free-port.ts';
import { seededRandom } from '../infra/simulated-aws/random.ts';
import { runWithKills } from './kill-driver.ts';

/** `KILLS=50 npx vitest run test/scenarios/kill.test.ts` takes a few minutes; a plain run takes a sample. */
const kills = Number(process.env['KILLS'] ?? 4);

const plan = `
planId: kill
waves:
  - waveId: first
    servers: [{ sourceServerId: s-00000000000000001 }]
  - waveId: second
    dependsOn: [first]
    servers: [{ sourceServerId: s-00000000000000002 }, { sourceServerId: s-00000000000000003 }]
`;
const jobsOfPlan = 2;

const scenario = `
drs:
  servers:
    - { name: one, id: s-00000000000000001, windowSeconds: 90 }
    - { name: two, id: s-00000000000000002, windowSeconds: 90 }
    - { name: three, id: s-00000000000000003, windowSeconds: 60 }
`;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'kill-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const startRecoveryCalls = (): number => {
  const journal = openJournal<DrsRecord>(join(folder, 'state/journals/111122223333-eu-west-1/drs.jsonl'));
  journal.close();
  return journal.records.reduce(evolve, initialState).calls['StartRecovery'] ?? 0;
};

it(
  `completes every drill through ${kills} kills, and launches nothing twice`,
  { timeout: 900_000 },
  async () => {
    const random = seededRandom(Number(process.env['SEED'] ?? 1));
    const planFile = join(folder, 'kill.yaml');
    const scenarioFile = join(folder, 'kill.scenario.yaml');
    writeFileSync(planFile, plan);
    writeFileSync(scenarioFile, scenario);
    const { executions } = await runWithKills({
      ...{
        stateDir: join(folder, 'state'),
        port: await freePort(),
        speed: 1_000,
        kills,
        planFile,
        scenarioFile,
      },
      // One in eight dies while it is still starting.
      lifeMs: () => (random() < 0.125 ? -1_500 * random() : 1_500 * random()),
    });
    const statuses = Object.values(executions);
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 'COMPLETED')).toEqual([]);
    expect(startRecoveryCalls()).toBe(jobsOfPlan * statuses.length);
  },
);
