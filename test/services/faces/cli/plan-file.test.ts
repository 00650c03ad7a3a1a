import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planJsonSchema } from '../../../../services/faces/cli/plan.ts';
import { checkPlanText, readPlanFile } from '../../../../services/faces/cli/plan-file.ts';
import { chooseScenario } from '../../../../services/faces/cli/scenario-file.ts';

const plans = join(import.meta.dirname, '../../../../contracts/plans');
const planFiles = readdirSync(plans).filter((name) => !name.includes('.scenario.'));

const faultsIn = (text: string) => {
  const checked = checkPlanText(text);
  return 'faults' in checked ? checked.faults : [];
};

describe('sample plan', () => {
  it.each(planFiles)('%s is good, and so is its scenario', (name) => {
    const file = join(plans, name);
    expect(readPlanFile(file).waves.length).toBeGreaterThan(0);
    expect(chooseScenario(undefined, file).drs.servers.length).toBeGreaterThan(0);
  });

  it.each(planFiles)('%s names its schema for editors', (name) => {
    const text = readFileSync(join(plans, name), 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/plan\.schema\.json\n/);
  });
});

describe('plan file', () => {
  it('may be JSON', () => {
    const plan = {
      planId: 'a',
      waves: [{ waveId: 'b', servers: [{ sourceServerId: 's-00000000000000001' }] }],
    };
    expect(checkPlanText(JSON.stringify(plan))).toMatchObject({ plan: { planId: 'a' } });
  });

  it('that is no YAML is told of with its line', () => {
    expect(faultsIn('planId: a\nwaves: [\n  {,\n')[0]).toMatchObject({ line: 3 });
  });

  it('with a key twice is told of', () => {
    expect(faultsIn('planId: a\nplanId: b\nwaves: []\n')[0]).toMatchObject({
      line: 2,
      message: expect.stringContaining('unique'),
    });
  });

  it('gives every fault with its line', () => {
    const text = ['planId: Shop', 'waves:', '  - waveId: a', '    server: x', 'rto: 3', ''].join('\n');
    expect(faultsIn(text).map(({ line, path }) => [line, path])).toEqual([
      [1, 'planId'],
      [3, 'waves[0].servers'],
      [4, 'waves[0].server'],
      [5, 'rto'],
    ]);
  });

  it('finds an unknown dependency and duplicates, each at its line', () => {
    const text = `planId: a
waves:
  - waveId: one
    servers: [{ sourceServerId: s-00000000000000001 }]
  - waveId: two
    dependsOn: [one, three]
    servers: [{ sourceServerId: s-00000000000000001 }]
  - waveId: two
    servers: [{ sourceServerId: s-00000000000000002 }]
`;
    expect(faultsIn(text).map(({ line, message }) => `${line} ${message}`)).toEqual([
      '5 two waves are named two',
      '8 two waves are named two',
      '6 there is no wave three',
      '7 server s-00000000000000001 is also at waves[0].servers[0].sourceServerId',
    ]);
  });

  it('finds a cycle', () => {
    const wave = (waveId: string, before: string, server: number) =>
      `  - { waveId: ${waveId}, dependsOn: [${before}], servers: [{ sourceServerId: s-0000000000000000${server} }] }\n`;
    expect(faultsIn(`planId: a\nwaves:\n${wave('one', 'two', 1)}${wave('two', 'one', 2)}`)).toMatchObject([
      { message: expect.stringContaining('wait for each other'), expected: 'dependencies without a cycle' },
    ]);
  });

  it('that is not there is told of by name', () => {
    expect(() => readPlanFile('/nowhere/plan.yaml')).toThrow(
      /Invalid plan: 1 fault\n {2}\/nowhere\/plan\.yaml: no such file/,
    );
  });

  it.each(['', '~', '- a', '&a [*a]', '"\\ud800"', 'a: !!binary x', '\u0000'])('survives %j', (text) => {
    expect(faultsIn(text).length).toBeGreaterThan(0);
  });
});

it('schema of plans is current: npm run schema', () => {
  const file = join(plans, '../plan.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(planJsonSchema())));
});
