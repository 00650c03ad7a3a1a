import type { Plan } from '../../../contracts/plan.ts';
import type { PlanVersion } from '../../core/domain/plan-version.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { getPlan, putPlan } from '../../core/streams/plan-store.ts';
import { planChanges } from './plan-changes.ts';
import { timeText } from '../../core/view/time-text.ts';
import { counted } from '../../core/view/words.ts';
import { connect } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { exitCodes } from './help.ts';
import { foundPlan, namedPlan } from './named-plan.ts';

export interface PlanVersionsOptions extends ConnectionOptions {
  readonly json?: boolean;
}

interface Side {
  /** How it is called when it is shown. */
  readonly name: string;
  readonly plan: Plan;
}

/** A file, a stored plan by its name, or one of its versions: `shop@3`. */
const sideOf = async (store: RecordStore, subject: string): Promise<Side | string> => {
  const [, planId, version] = /^([a-z0-9-]+)@(\d+)$/.exec(subject) ?? [];
  const plan =
    planId === undefined
      ? await foundPlan(store, subject, undefined)
      : await namedPlan(store, planId, Number(version));
  if (typeof plan === 'string') return plan;
  return { name: subject, plan: 'hash' in plan ? plan.plan : plan };
};

/** A stored plan alone is compared with the version before it. */
const beforeNewest = async (store: RecordStore, planId: string): Promise<readonly [Side, Side] | string> => {
  const newest = await namedPlan(store, planId);
  if (typeof newest === 'string') return newest;
  const before = newest.version > 1 ? await getPlan(store, planId, newest.version - 1) : undefined;
  if (before === undefined)
    return `${planId} has one version. Compare it with another: groundswell plan diff ${planId} FILE`;
  return [
    { name: `${planId}@${before.version}`, plan: before.plan },
    { name: `${planId}@${newest.version}`, plan: newest.plan },
  ];
};

const sidesOf = async (
  store: RecordStore,
  one: string,
  other: string | undefined,
): Promise<readonly [Side, Side] | string> => {
  if (other === undefined) return beforeNewest(store, one);
  const before = await sideOf(store, one);
  if (typeof before === 'string') return before;
  const after = await sideOf(store, other);
  return typeof after === 'string' ? after : [before, after];
};

/** Tells what one plan says otherwise than another. */
export const planDiff = async (
  one: string,
  other: string | undefined,
  options: PlanVersionsOptions,
  console: Console,
): Promise<number> => {
  const sides = await sidesOf(connect(options).store, one, other);
  if (typeof sides === 'string') {
    console.warn(sides);
    return exitCodes.invalid;
  }
  const [before, after] = sides;
  const changes = planChanges(before.plan, after.plan);
  if (options.json === true)
    console.print(JSON.stringify({ before: before.name, after: after.name, changes }));
  else if (changes.length === 0) console.print(`${before.name} and ${after.name} say the same.`);
  else
    console.print(
      [
        `${before.name} → ${after.name}: ${counted(changes.length, 'difference')}`,
        ...changes.map((change) => `  ${change}`),
      ].join('\n'),
    );
  return exitCodes.done;
};

/** All versions, newest first. */
const versionsOf = async (store: RecordStore, newest: PlanVersion): Promise<readonly PlanVersion[]> => {
  const { planId, version: latest } = newest;
  const older = await Promise.all(
    Array.from({ length: latest - 1 }, (_, index) => getPlan(store, planId, latest - 1 - index)),
  );
  return [newest, ...older.flatMap((version) => version ?? [])];
};

/** Shows the versions of a plan, each with what it changed. */
export const planHistory = async (
  planId: string,
  options: PlanVersionsOptions,
  console: Console,
): Promise<number> => {
  const { store } = connect(options);
  const newest = await namedPlan(store, planId);
  if (typeof newest === 'string') {
    console.warn(newest);
    return exitCodes.invalid;
  }
  const versions = await versionsOf(store, newest);
  const told = versions.map((version, index) => {
    const earlier = versions[index + 1];
    const changes = earlier === undefined ? [] : planChanges(earlier.plan, version.plan);
    return { version: version.version, storedAt: version.storedAt, hash: version.hash, changes };
  });
  if (options.json === true) {
    console.print(JSON.stringify(told));
    return exitCodes.done;
  }
  const rows = told.map(({ version, storedAt, hash, changes }) => {
    const [first = 'the first'] = changes;
    const more = changes.length > 1 ? `, and ${changes.length - 1} more` : '';
    return [`v${version}`, timeText(Date.parse(storedAt)), hash.slice(0, 12), `${first}${more}`];
  });
  console.print(tableText([['version', 'stored (UTC)', 'hash', 'changed'], ...rows]).join('\n'));
  return exitCodes.done;
};

/** Stores what an older version says as the next one: no version is lost, and executions that run keep theirs. */
export const planRestore = async (
  planId: string,
  version: number,
  options: PlanVersionsOptions,
  console: Console,
): Promise<number> => {
  const { store } = connect(options);
  const refused = (why: string): number => {
    console.warn(why);
    return exitCodes.invalid;
  };
  const newest = await namedPlan(store, planId);
  if (typeof newest === 'string') return refused(newest);
  const older = await namedPlan(store, planId, version);
  if (typeof older === 'string') return refused(older);
  const stored = await putPlan(store, older.plan, new Date().toISOString());
  if (options.json === true) console.print(JSON.stringify(stored));
  else if (stored.version === newest.version)
    console.print(`${planId} v${stored.version} says that already.`);
  else
    console.print(
      [
        `${planId} v${stored.version} says what v${version} says:`,
        ...planChanges(newest.plan, stored.plan).map((change) => `  ${change}`),
      ].join('\n'),
    );
  return exitCodes.done;
};
