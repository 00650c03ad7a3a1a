import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';

const root = resolve(import.meta.dirname, '..');
const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

const reportSchema = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});
const rulesSchema = z.object({ forbidden: z.array(z.object({ name: z.string() })) });

/**
 * File by file, what each imports in a tree that breaks every rule, and the rules that it breaks by it.
 * A cycle is reported once, at the first of its files.
 */
const breaches: readonly (readonly [file: string, source: string, rules: readonly string[]])[] = [
  ['contracts/reads-a-file.ts', "import 'node:fs';", ['contracts-import-only-zod']],
  [
    'contracts/uses-the-kernel.ts',
    "import '../services/core/kernel/fold.ts';",
    ['contracts-import-only-zod'],
  ],
  ['contracts/events.ts', "import * as z from 'zod'; z.string();", []],
  ['services/core/kernel/fold.ts', "import '../../../contracts/events.ts'; import 'node:crypto';", []],
  ['services/core/kernel/logs.ts', "import 'node:fs';", ['kernel-imports-only-contracts']],
  ['services/core/kernel/saves.ts', "import '../ports/store.ts';", []],
  ['services/core/kernel/stores.ts', "import '../ports/memory/store.ts';", ['kernel-imports-only-contracts']],
  ['services/core/domain/wave.ts', "import '../kernel/fold.ts'; import '../../../contracts/events.ts';", []],
  ['services/core/domain/actions/shown-kinds.ts', "import '../../kernel/fold.ts';", []],
  ['services/core/domain/looks.ts', "import '../ports/store.ts';", ['domain-is-pure']],
  ['services/core/documents/reads.ts', "import '../domain/wave.ts';", ['documents-are-pure']],
  ['services/core/streams/wave.ts', "import '../domain/wave.ts'; import '../ports/store.ts';", []],
  ['services/core/streams/picks.ts', "import '../ports/memory/store.ts';", ['streams-join-domain-and-ports']],
  [
    'services/core/readiness/picks.ts',
    "import '../ports/memory/store.ts';",
    ['readiness-joins-domain-and-ports'],
  ],
  [
    'services/core/homeward/picks.ts',
    "import '../ports/memory/store.ts';",
    ['homeward-joins-domain-and-ports'],
  ],
  ['services/faces/report/reads.ts', "import '../../core/streams/wave.ts';", ['report-is-pure']],
  [
    'services/faces/evidence/reads.ts',
    "import '../../core/streams/wave.ts'; import '../report/reads.ts';",
    [],
  ],
  ['services/faces/evidence/opens.ts', "import 'node:fs';", ['evidence-joins-reports-and-streams']],
  ['services/core/view/decides.ts', "import '../../core/domain/wave.ts';", ['view-is-pure']],
  ['services/core/view/names.ts', "import '../domain/actions/shown-kinds.ts';", []],
  ['services/faces/api/routes.ts', "import 'hono'; import '../../core/streams/wave.ts';", []],
  ['services/faces/api/reads.ts', "import 'node:fs';", ['api-adds-only-http']],
  ['services/core/ports/store.ts', "import '../kernel/fold.ts';", []],
  ['services/core/ports/leaky.ts', "import './aws/store.ts';", ['port-interfaces-name-no-adapter']],
  ['services/core/ports/aws/store.ts', "import '@aws-sdk/lib-dynamodb'; import '../store.ts';", []],
  [
    'services/core/ports/memory/store.ts',
    "import '../../../functions/accept/service.ts';",
    ['adapters-know-no-service', 'core-knows-no-function-and-no-face'],
  ],
  [
    'services/core/kernel/asks.ts',
    "import type {} from '../../functions/accept/decide.ts';",
    ['core-knows-no-function-and-no-face', 'kernel-imports-only-contracts'],
  ],
  [
    'services/functions/accept/decide.ts',
    "import '../../core/kernel/fold.ts'; import '../../core/ports/store.ts';",
    [],
  ],
  [
    'services/functions/accept/service.ts',
    "import './decide.ts'; import '../../../contracts/events.ts';",
    [],
  ],
  [
    'services/functions/accept/handler.ts',
    "import './service.ts'; import '../../core/ports/aws/store.ts';",
    [],
  ],
  ['services/functions/accept/picks.ts', "import '../../core/ports/memory/store.ts';", ['services-are-pure']],
  ['services/functions/accept/reads.ts', "import 'node:fs';", ['services-are-pure']],
  [
    'services/functions/launch/calls.ts',
    "import '@aws-sdk/client-sqs';",
    ['aws-sdk-stays-in-adapters', 'services-are-pure'],
  ],
  [
    'services/functions/launch/asks.ts',
    "import type {} from '../accept/decide.ts';",
    ['services-are-pure', 'services-meet-in-contracts'],
  ],
  [
    'services/functions/launch/handler.ts',
    "import '../../../infra/local/bus.ts';",
    ['handlers-import-no-infrastructure'],
  ],
  [
    'services/functions/notify/handler.ts',
    "import '../../faces/api/routes.ts';",
    ['only-the-api-has-a-function'],
  ],
  ['services/functions/serve-api/handler.ts', "import '../../faces/api/routes.ts';", []],
  ['services/faces/console/shares.ts', "import '../cli/main.ts';", ['faces-share-only-reports']],
  [
    'services/faces/console/does.ts',
    "import '../../functions/accept/decide.ts';",
    ['faces-know-no-function'],
  ],
  ['services/faces/cli/main.ts', "import '../../../infra/local/bus.ts'; import 'commander';", []],
  [
    'services/faces/cli/deploys.ts',
    "import '../../../infra/aws/app.ts';",
    ['cli-knows-only-the-local-runtime'],
  ],
  ['services/faces/cli/import/reads.ts', "import 'node:fs';", ['imports-and-exports-are-pure']],
  ['services/faces/cli/signs.ts', "import '@aws-sdk/client-sns';", ['aws-sdk-stays-in-adapters']],
  ['services/faces/cli/synthesizes.ts', "import 'aws-cdk-lib';", ['runs-without-dev-dependencies']],
  ['infra/aws/app.ts', "import 'aws-cdk-lib'; import '../../contracts/events.ts';", []],
  [
    'infra/simulated-aws/drs/drs.ts',
    "import '../../../contracts/events.ts';",
    ['simulated-aws-stands-alone'],
  ],
  [
    'infra/aws/plays.ts',
    "import '../simulated-aws/drs/drs.ts';",
    ['deployment-reads-only-facts-of-the-simulated-aws'],
  ],
  ['infra/aws/knows.ts', "import '../simulated-aws/facts/needed.ts';", []],
  ['infra/simulated-aws/facts/needed.ts', 'void 0;', []],
  [
    'infra/local/bus.ts',
    "export const load = () => import('../../services/functions/accept/handler.ts');",
    [],
  ],
  [
    'infra/local/calls.ts',
    "import '../../services/functions/accept/handler.ts';",
    ['local-runtime-loads-services-only-as-handlers'],
  ],
  [
    'infra/local/peeks.ts',
    "export const load = () => import('../../services/functions/accept/decide.ts');",
    ['local-runtime-loads-nothing-but-handlers'],
  ],
  ['infra/local/first.ts', "import './second.ts';", ['no-cycles']],
  ['infra/local/second.ts', "import './first.ts';", []],
  ['infra/local/tested.ts', "import '../../test/build.ts';", ['nothing-imports-tests']],
  ['infra/local/lost.ts', "import './nowhere.ts';", ['resolves']],
  ['test/build.ts', "import '@aws-sdk/client-sqs'; import '../services/functions/accept/service.ts';", []],
];

const brokenRules = (folder: string): ReadonlyMap<string, readonly string[]> => {
  const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const { stdout } = spawnSync(process.execPath, [...args, 'contracts', 'services', 'infra', 'test'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { violations } = reportSchema.parse(JSON.parse(stdout)).summary;
  const rules = new Map<string, Set<string>>();
  for (const { from, rule } of violations) rules.set(from, (rules.get(from) ?? new Set()).add(rule.name));
  return new Map([...rules].map(([file, names]) => [file, [...names].sort()]));
};

const withBreaches = <T>(examine: (folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'architecture-'));
  try {
    for (const file of ['package.json', '.dependency-cruiser.cjs'])
      cpSync(join(root, file), join(folder, file));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [file, source] of breaches) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${source}\nexport {};\n`);
    }
    return examine(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

it('architecture is kept by the whole product', { timeout: 240_000 }, () => {
  expect(Object.fromEntries(brokenRules(root))).toEqual({});
});

describe('rule of the architecture', () => {
  let broken: ReadonlyMap<string, readonly string[]>;
  beforeAll(() => {
    broken = withBreaches(brokenRules);
    // Reading the whole tree takes long on a busy machine.
  }, 240_000);

  it.each(breaches)('judges %s by its imports: %s', (file, _source, rules) => {
    expect(broken.get(file) ?? []).toEqual(rules);
  });

  it('is broken at least once by these files, whichever it is', () => {
    const { forbidden } = rulesSchema.parse(
      createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')),
    );
    const names = forbidden.map((rule) => rule.name).sort();
    expect([...new Set([...broken.values()].flat())].sort()).toEqual(names);
  });
});
