import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCdk } from '../../../infra/build-cdk.ts';
import { faceNames, functions } from '../../../infra/topology.ts';
import { manifestIn, packageFolder } from '../../support/installed-package.ts';

const root = resolve(import.meta.dirname, '../../..');
const { folder, installed, run, link, install, remove } = packageFolder('@groundswell/cdk', buildCdk);

/** The app of a team that has nothing but the package, as one would write it by the page of the package. */
const app = `
import { App, Stack } from 'aws-cdk-lib';
import { GroundswellHub, GroundswellPlan, GroundswellRegionSwitchStep, GroundswellTarget } from '@groundswell/cdk';

const app = new App({ outdir: 'cdk.out' });
const env = { account: '111122223333', region: 'eu-west-1' };
const there = { account: '444455556666', region: 'eu-central-1' };
const hub = new GroundswellHub(new Stack(app, 'recovery', { env }), 'Groundswell', {
  targets: [{ ...there, externalId: 'the-secret-of-the-shop' }],
  documents: ['Shop-*'],
  encryption: 'own',
});
new GroundswellTarget(new Stack(app, 'target', { env: there }), 'Groundswell', { hub });
const plans = new Stack(app, 'plans', { env });
const shop = new GroundswellPlan(plans, 'Shop', { hub, file: 'shop.yaml' });
new GroundswellRegionSwitchStep(plans, 'ShopStep', { hub, plan: shop.planId });
app.synth();
`;

const plan = `# The shop of the second Region
planId: shop
waves:
  - waveId: database
    servers: [{ sourceServerId: s-00000000000000001 }]
  - waveId: web
    dependsOn: [database]
    servers: { tags: { Tier: web }, minimum: 2 }
`;

beforeAll(async () => {
  await install();
  writeFileSync(join(folder, 'shop.yaml'), plan);
  writeFileSync(join(folder, 'app.ts'), app);
}, 400_000);
afterAll(remove);

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

const templateOf = (stack: string): readonly Resource[] =>
  Object.values(
    (
      JSON.parse(readFileSync(join(folder, `cdk.out/${stack}.template.json`), 'utf8')) as {
        Resources: Record<string, Resource>;
      }
    ).Resources,
  );
const ofType = (stack: string, type: string) => templateOf(stack).filter(({ Type }) => Type === type);

const synthesise = (source: string) => {
  writeFileSync(join(folder, 'other.js'), source);
  const { status, stderr } = spawnSync(process.execPath, ['other.js'], { cwd: folder, encoding: 'utf8' });
  return { status, stderr };
};
const inStack = (construct: string): string => `
import { App, Stack } from 'aws-cdk-lib';
import * as groundswell from '@groundswell/cdk';
const stack = new Stack(new App(), 'mine');
${construct}
`;

describe('the package of CDK constructs', { timeout: 200_000 }, () => {
  it('type-checks, and synthesises a hub, a target, a plan and a step in an empty app', () => {
    for (const name of ['@types/node', 'undici-types']) link(name);
    writeFileSync(
      join(folder, 'wrong.ts'),
      `import { GroundswellHub } from '@groundswell/cdk';\nimport { Stack } from 'aws-cdk-lib';
new GroundswellHub(new Stack(), 'Hub', { logDay: 7 });`,
    );
    const tsc = join(root, 'node_modules/typescript-7/bin/tsc');
    const options = ['--module', 'nodenext', '--target', 'es2022', '--strict', '--skipLibCheck'];
    const { stdout } = spawnSync(
      process.execPath,
      [tsc, 'app.ts', 'wrong.ts', ...options, '--types', 'node', '--pretty', 'false'],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(/^wrong\.ts.*'logDay'/)]);
    run(process.execPath, 'app.js');

    const names = ofType('recovery', 'AWS::Lambda::Function').map(({ Properties }) =>
      String(Properties['FunctionName']),
    );
    for (const { service, http } of functions)
      expect(names.includes(`groundswell-${service}`)).toBe(http !== true);
    expect(ofType('recovery', 'AWS::DynamoDB::Table')).toHaveLength(1);
    expect(ofType('target', 'AWS::IAM::Role').map(({ Properties }) => Properties['RoleName'])).toContain(
      'groundswell-target-eu-central-1-of-eu-west-1',
    );
    const [stored] = ofType('plans', 'Custom::GroundswellPlan');
    expect(JSON.parse(stored?.Properties['Plan'] as string)).toMatchObject({
      planId: 'shop',
      waves: [{ waveId: 'database' }, { waveId: 'web', dependsOn: ['database'] }],
    });
    expect(
      ofType('plans', 'AWS::Lambda::Function').map(({ Properties }) => Properties['FunctionName']),
    ).toEqual(['groundswell-store-plan-shop', 'groundswell-region-switch-shop']);
  });

  it('carries the code of every function, types and a licence, and no source', () => {
    const files = run('find', installed, '-type', 'f').trim().split('\n');
    const names = files.map((file) => file.slice(installed.length + 1));
    for (const name of [...functions.map(({ service }) => service), ...faceNames])
      expect(names).toContain(`assets/${name}/handler.mjs`);
    expect(names).toEqual(
      expect.arrayContaining(['README.md', 'LICENSE', 'infra/aws/constructs/index.d.ts']),
    );
    expect(names.filter((name) => /(?<!\.d)\.ts$/.test(name))).toEqual([]);
    expect(names.filter((name) => /bundles|groundswell-app|own-rules/.test(name))).toEqual([]);
  });

  it('depends on what its modules import, at the versions of this checkout', () => {
    const code = run('find', installed, '-name', '*.js', '-not', '-path', '*/assets/*').trim().split('\n');
    const imported = code.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?'((?:node:|@)?[a-z][\w/.-]*)'/g)].map(
        ([, name = '']) => name,
      ),
    );
    const packages = imported
      .filter((name) => !name.startsWith('node:'))
      .map((name) => name.split('/')[0] ?? '');
    const { dependencies, peerDependencies } = manifestIn(installed);
    expect([...new Set(packages)].sort()).toEqual(
      Object.keys({ ...dependencies, ...peerDependencies }).sort(),
    );
    for (const [name, version] of Object.entries(dependencies))
      expect({ name, version }).toEqual({
        name,
        version: manifestIn(join(root, 'node_modules', name)).version,
      });
    for (const [name, range] of Object.entries(peerDependencies))
      expect({ name, range }).toEqual({
        name,
        range: `^${manifestIn(join(root, 'node_modules', name)).version}`,
      });
  });

  it('fails the synthesis with every fault of a plan and where it stands', () => {
    writeFileSync(
      join(folder, 'faulty.yaml'),
      'planId: shop\nwaves:\n  - waveId: web\n    dependsOn: [data]\n    servers: [s-1]\n    colour: blue\n',
    );
    const { status, stderr } = synthesise(
      inStack("new groundswell.GroundswellPlan(stack, 'Shop', { file: 'faulty.yaml', logDays: 4 });"),
    );
    expect(status).not.toBe(0);
    expect(stderr).toContain('GroundswellPlan at mine/Shop cannot be used:');
    expect(stderr).toContain('logDays');
    expect(stderr).toMatch(/faulty\.yaml:4 {2}waves\[0\]\.dependsOn/);
    expect(stderr).toMatch(/faulty\.yaml:5 {2}waves\[0\]\.servers/);
    expect(stderr).toMatch(/faulty\.yaml:6 {2}waves\[0\]\.colour|faulty\.yaml:\d {2}waves\[0\].*colour/s);
  });

  const refused: readonly (readonly [construct: string, said: readonly string[]])[] = [
    [
      "GroundswellHub(stack, 'Hub', { logDays: 4, archiveDays: 0, region: 'eu-west-1' })",
      ['GroundswellHub at mine/Hub', 'at region', 'at logDays', 'at archiveDays'],
    ],
    [
      "GroundswellHub(stack, 'Hub', { targets: [{ account: '444455556666', region: 'eu-central-1', externalId: 'sixteen-characters' }] })",
      ['targets trust the hub by name'],
    ],
    [
      "GroundswellTarget(stack, 'T1', { hub: { account: '1', region: 'eu-west-1', targets: [] }, email: 'x' })",
      ['GroundswellTarget at mine/T1', 'at hub.account', 'email'],
    ],
    [
      "GroundswellTarget(stack, 'T2', { hub: { account: '111122223333', region: 'eu-west-1', targets: [] } })",
      ['its stack has to name account and Region'],
    ],
    [
      "GroundswellRegionSwitchStep(stack, 'Step', { plan: 'Shop', mode: 'recover' })",
      ['GroundswellRegionSwitchStep at mine/Step', 'at plan', 'at mode'],
    ],
    ["GroundswellPlan(stack, 'P1', { file: 'none.yaml' })", ['none.yaml', 'no such file']],
    ["GroundswellPlan(stack, 'P2', {})", ['GroundswellPlan at mine/P2', 'at file']],
  ];

  it('refuses props that cannot be used, with all that is wrong with them', () => {
    const tries = refused.map(([construct]) => `() => new groundswell.${construct}`).join(',\n');
    writeFileSync(
      join(folder, 'tries.js'),
      inStack(`const said = (make) => { try { make(); return 'nothing'; } catch ({ message }) { return message; } };
console.log(JSON.stringify([${tries}].map(said)));`),
    );
    const messages = JSON.parse(run(process.execPath, 'tries.js')) as readonly string[];
    refused.forEach(([, said], index) => {
      for (const text of said) expect(messages[index]).toContain(text);
    });
  });
});
