import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import type { Plan } from '../../contracts/plan.ts';
import { defaultScenario, scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { parseDrsScenario } from '../../infra/simulated-aws/drs/scenario.ts';
import { placedActions } from '../../services/core/domain/plan-actions.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { readPlanFile } from '../../services/faces/cli/plan-file.ts';
import { type OperatedRuntime, operateRuntime, patienceMs } from '../support/operated-runtime.ts';

const golden = join(import.meta.dirname, '../services/faces/cli/import/golden');
const home = '111122223333/eu-west-1';

/** What an option reads otherwise has the same servers. */
const asTheyAre = readdirSync(golden).filter((name) => !name.includes('+'));

const files = asTheyAre.flatMap((name) =>
  readdirSync(join(golden, name))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => ({ name: `${name}/${file}`, plan: readPlanFile(join(golden, name, file)) })),
);

const placeOf = (plan: Plan, target: string | undefined): string => {
  const { account, region } = plan.targets[target ?? ''] ?? {};
  return account === undefined || region === undefined ? home : `${account}/${region}`;
};

interface Server {
  readonly name: string;
  readonly id?: string;
  readonly count?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Servers made to fit: those that the waves name, and as many as they want by tag. */
const serversAt = (place: string): readonly Server[] => {
  const waves = files.flatMap(({ plan }) =>
    plan.waves.filter(({ target }) => placeOf(plan, target) === place),
  );
  const named = waves
    .flatMap(({ servers }) => ('tags' in servers ? [] : servers))
    .map(({ sourceServerId: id }) => ({ id, name: id }));
  const tagged = waves.flatMap(({ servers }): readonly Server[] =>
    'tags' in servers
      ? [
          {
            name: `${Object.values(servers.tags).join('-')}-{n}`,
            count: servers.minimum + 1,
            tags: servers.tags,
          },
        ]
      : [],
  );
  return [...new Map([...named, ...tagged].map((server) => [server.name, server])).values()];
};

const documents = Object.fromEntries(
  files
    .flatMap(({ plan }) => placedActions(plan))
    .flatMap(({ action }) =>
      action.kind === 'automation'
        ? [
            [
              action.document,
              { parameters: Object.fromEntries(Object.keys(action.parameters).map((name) => [name, {}])) },
            ],
          ]
        : [],
    ),
);

const places = [
  ...new Set(files.flatMap(({ plan }) => plan.waves.map(({ target }) => placeOf(plan, target)))),
];

const scenario = {
  ...defaultScenario,
  drs: parseDrsScenario({ servers: serversAt(home) }),
  ...scenarioSchema.pick({ ssm: true, targets: true }).parse({
    ssm: { documents },
    targets: Object.fromEntries(
      places
        .filter((place) => place !== home)
        .map((place) => [place, { drs: { servers: serversAt(place) }, ssm: { documents } }]),
    ),
  }),
};

/** What a drill of a plan waits for before it can end. */
const answers = (plan: Plan) => [
  ...plan.waves
    .filter(({ pauseBefore }) => pauseBefore)
    .map(({ waveId }) => ({ wave: waveId, actionId: 'pause-before', by: 'somebody' })),
  ...plan.waves.flatMap(({ waveId, before, after }) =>
    [...before, ...after]
      .flat()
      .flatMap((action) =>
        action.kind === 'approval' && action.when !== 'RECOVERY'
          ? [{ wave: waveId, actionId: action.actionId, by: action.approvers[0] ?? 'somebody' }]
          : [],
      ),
  ),
];

let operated: OperatedRuntime;
beforeAll(async () => {
  operated = await operateRuntime({ speed: 300, scenario });
}, patienceMs);
afterAll(() => operated.close());

const ends: readonly string[] = [
  'ExecutionCompleted',
  'ExecutionFailed',
  'ExecutionRejected',
  'OperatorNeeded',
];

const isAsked = (executionId: string, wave: string, actionId: string): boolean =>
  operated
    .all(executionId, 'ActionStarted')
    .some(({ data }) => data.waveId === wave && data.actionId === actionId);

/** Asks for a drill of a plan, answers what it waits for, and gives the event with which it ends. */
const drill = async (name: string, plan: Plan): Promise<DomainEvent | undefined> => {
  await operated.groundswell('plan', 'put', join(golden, name));
  await operated.groundswell('request', plan.planId, '--mode', 'drill', '--request-id', plan.planId);
  const executionId = executionIdOf(plan.planId);
  const open = [...answers(plan)];
  const ended = () => operated.heard(executionId).find(({ type }) => ends.includes(type));
  await vi.waitFor(
    async () => {
      const asked = open.findIndex(({ wave, actionId }) => isAsked(executionId, wave, actionId));
      const [answer] = asked < 0 ? [] : open.splice(asked, 1);
      if (answer !== undefined)
        await operated.groundswell('approve', executionId, answer.wave, answer.actionId, '--by', answer.by);
      if (ended() === undefined) throw new Error(`${executionId} goes on`);
    },
    { timeout: patienceMs - 10_000, interval: 100 },
  );
  return ended();
};

describe('an imported plan', () => {
  it.each(files)('$name completes as a drill', { timeout: patienceMs }, async ({ name, plan }) => {
    expect(await drill(name, plan)).toMatchObject({ type: 'ExecutionCompleted' });
    const recovered = operated
      .all(executionIdOf(plan.planId), 'WaveCompleted')
      .map(({ data }) => data.waveId);
    expect(recovered.toSorted()).toEqual(plan.waves.map(({ waveId }) => waveId).toSorted());
  });
});
