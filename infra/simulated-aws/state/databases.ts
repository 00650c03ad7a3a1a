import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalDynamodb, type LocalDynamodb } from '../dynamodb/local-dynamodb.ts';
import type { LocalService } from '../wire.ts';
import { type EnsureTables, openDatabase } from './database.ts';

interface Name {
  readonly account: string;
  readonly region: string;
}

/** The databases of a state folder, one for each account and Region that uses tables, or as many in memory. */
export interface Databases {
  at(place: Name): LocalService;
  close(): Promise<void>;
}

const isSame = (a: Name, b: Name): boolean => a.account === b.account && a.region === b.region;

/** Opened when it is first called: most accounts and Regions have no table. */
const openedLate = (open: () => LocalService, operations: readonly string[] | undefined): LocalService => {
  const opened: { service?: LocalService } = {};
  return {
    signingName: 'dynamodb',
    ...(operations !== undefined && { operations }),
    handle: (request) => (opened.service ??= open()).handle(request),
  };
};

/** Opens the database of home, whose lock holds the state folder, and the others as they are asked for. */
export const openDatabases = async (
  stateDir: string | undefined,
  home: Name,
  now: () => number,
  ensureTables?: EnsureTables,
): Promise<Databases> => {
  const first = await openDatabase(stateDir, { ...home, now }, ensureTables);
  const opened: LocalDynamodb[] = [first];
  const open = (place: Name): LocalService => {
    const folder = stateDir && join(stateDir, 'tables', `${place.account}-${place.region}`);
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
    const database = createLocalDynamodb({ ...place, folder, now });
    opened.push(database);
    return database.service;
  };
  const late = new Map<string, LocalService>();
  const lateAt = (place: Name): LocalService => {
    const name = `${place.account}/${place.region}`;
    const service = late.get(name) ?? openedLate(() => open(place), first.service.operations);
    late.set(name, service);
    return service;
  };
  return {
    at: (place) => (isSame(place, home) ? first.service : lateAt(place)),
    async close() {
      // The one whose lock holds the folder goes last.
      for (const database of opened.splice(0).toReversed()) await database.close();
    },
  };
};
