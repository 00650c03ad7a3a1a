import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import type { Target } from '../../../contracts/plan.ts';
import { counted } from '../../core/view/words.ts';
import { connectCheck } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { parseText, readDocumentFile } from './document-file.ts';
import { InputError } from './input-error.ts';
import { exitCodes } from './help.ts';
import type { Hosts } from './import/hosts.ts';
import { type ImportMap, importMapSchema } from './import/import-map.ts';
import { planText } from './import/plan-text.ts';
import { type Imported, type ImportRequest, readImport } from './import/read-import.ts';
import { reportText } from './import/report-text.ts';
import { type FileFault, readText } from './text-file.ts';

export interface PlanImportOptions extends ConnectionOptions {
  readonly from?: string;
  /** A folder; without it the plan is printed, and the report goes to standard error. */
  readonly out?: string;
  readonly map?: string;
  readonly asGraph?: boolean;
  readonly inTurn?: boolean;
  /** Asks DRS for the source servers of machines that the map does not lead from. */
  readonly lookup?: boolean;
  readonly json?: boolean;
}

const readImportFile = (file: string): string => {
  const read = readText(file);
  if ('fault' in read) throw new InputError('Invalid import', file, [read.fault]);
  return read.text;
};

const readMapFile = (file: string | undefined): ImportMap => {
  if (file === undefined) return importMapSchema.parse({});
  return readDocumentFile(file, importMapSchema, 'Invalid map');
};

interface File {
  readonly name: string;
  readonly text: string;
}

const reportName = 'import-report.txt';

const filesOf = (imported: Imported, file: string): readonly File[] => [
  ...imported.plans.map((plan) => ({
    name: `${plan.plan.planId}.yaml`,
    text: planText(plan, imported.title, file),
  })),
  { name: reportName, text: `${reportText(imported, file)}\n` },
];

/** A plan that somebody has worked on since is not overwritten; the same text again changes nothing. */
const occupied = (folder: string, files: readonly File[]): readonly FileFault[] =>
  files.flatMap(({ name, text }) => {
    const path = join(folder, name);
    if (name === reportName || !existsSync(path) || readFileSync(path, 'utf8') === text) return [];
    return [
      {
        path: '',
        message: `${path} is there already and says something else`,
        expected: 'another --out, or no such file',
      },
    ];
  });

const write = (folder: string, files: readonly File[], file: string): void => {
  const faults = occupied(folder, files);
  if (faults.length > 0) throw new InputError('Nothing was written', file, faults);
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
};

const show = (imported: Imported, file: string, { out }: PlanImportOptions, console: Console): number => {
  const name = basename(file);
  const files = filesOf(imported, name);
  const report = reportText(imported, name);
  if (out !== undefined) {
    write(out, files, file);
    console.print(report);
    console.print(
      `\nWrote ${counted(imported.plans.length, 'plan')} and ${reportName} into ${out}. Next: groundswell check PLAN`,
    );
    return exitCodes.done;
  }
  const [plan, ...others] = files.slice(0, -1);
  if (plan === undefined || others.length > 0) {
    console.warn(`${report}\n\nSeveral plans are not printed at once. Write each into a file: --out FOLDER`);
    return exitCodes.invalid;
  }
  console.print(plan.text.trimEnd());
  console.warn(report);
  return exitCodes.done;
};

const asJson = ({ plans, ...rest }: Imported): string =>
  JSON.stringify({
    ...rest,
    plans: plans.map(({ plan, origins }) => ({ plan, origins: Object.fromEntries(origins) })),
  });

const asked = (
  { from, asGraph = false, inTurn = false }: PlanImportOptions,
  map: ImportMap,
  hosts?: Hosts,
): ImportRequest => ({
  ...{ from, map, asGraph, inTurn, hosts },
});

/** Where the map says that servers are recovered, or else where Groundswell is. */
const placeIn = (map: ImportMap, home: Target): Target => {
  const { account = home.account, region = home.region, role, externalId } = map;
  return {
    ...{ account, region },
    ...(role !== undefined && { role }),
    ...(externalId !== undefined && { externalId }),
  };
};

const lookUp = async (options: PlanImportOptions, map: ImportMap): Promise<Hosts> => {
  const { home, hostNames } = await connectCheck(options);
  const target = placeIn(map, home);
  return { place: `${target.account}/${target.region}`, all: await hostNames(target) };
};

const end = (imported: Imported, source: string, options: PlanImportOptions, console: Console): number => {
  if (options.json !== true) return show(imported, source, options, console);
  if (options.out !== undefined) write(options.out, filesOf(imported, basename(source)), source);
  console.print(asJson(imported));
  return exitCodes.done;
};

const fromFile = async (file: string, options: PlanImportOptions, console: Console): Promise<number> => {
  const map = readMapFile(options.map);
  const text = readImportFile(file);
  const request = asked(options, map, options.lookup === true ? await lookUp(options, map) : undefined);
  const parsed = parseText(text, z.unknown(), (value) => readImport(value, request).faults);
  if (parsed.status === 'faulty') throw new InputError('Nothing was imported', file, parsed.faults);
  return end(readImport(parsed.value, request), file, options, console);
};

/** What DRS answers about each of its own recovery plans, where the map says or where Groundswell is. */
const fromService = async (options: PlanImportOptions, console: Console): Promise<number> => {
  const map = readMapFile(options.map);
  const { home, nativePlans } = await connectCheck(options);
  const target = placeIn(map, home);
  const { account, region } = target;
  const source = `drs-${account}-${region}`;
  const heads = await nativePlans.list(target);
  if (heads.length === 0) {
    console.warn(`DRS has no recovery plans in ${account}/${region}.`);
    return exitCodes.invalid;
  }
  const answers: unknown[] = [];
  for (const { recoveryPlanArn } of heads) answers.push(await nativePlans.read(target, recoveryPlanArn));
  const imported = readImport(answers.length === 1 ? answers[0] : answers, asked(options, map));
  if (imported.faults.length > 0) throw new InputError('Nothing was imported', source, imported.faults);
  return end(imported, source, options, console);
};

/** The plans of another tool's file, or of DRS itself, as plans of Groundswell with a report of what became of each part. */
export const planImport = async (
  file: string | undefined,
  options: PlanImportOptions,
  console: Console,
): Promise<number> => {
  if (file !== undefined) return fromFile(file, options, console);
  if (options.from === 'drs' && options.lookup === true) {
    console.warn("DRS's own plans name their source servers: leave out --lookup. Nothing was imported.");
    return exitCodes.invalid;
  }
  if (options.from === 'drs') return fromService(options, console);
  console.warn('Name a file, or --from drs, which reads the service. Nothing was imported.');
  return exitCodes.invalid;
};
