import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import {
  createLocalDynamodb,
  type LocalDynamodb,
  type LocalDynamodbOptions,
} from '../dynamodb/local-dynamodb.ts';
import type { LocalService } from '../wire.ts';
import { StateInUseError } from './occupancy.ts';

/** The database in a state folder cannot be opened, and why. */
export class DatabaseError extends Error {
  constructor(folder: string, reason: string) {
    super(
      `${folder} cannot be opened: ${reason}. Restore the state folder from a copy, or start with another one.`,
    );
    this.name = 'DatabaseError';
  }
}

/** Dynalite does not say why its database does not open: this asks before. */
const checkOpens = async (stateDir: string, folder: string): Promise<void> => {
  const database = new Level(folder);
  try {
    await database.open();
  } catch (error) {
    const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
    const isLocked = cause instanceof Error && 'code' in cause && cause.code === 'LEVEL_LOCKED';
    if (isLocked) throw new StateInUseError(stateDir, 'another process, which does not answer');
    throw new DatabaseError(folder, cause instanceof Error ? cause.message : String(cause));
  } finally {
    await database.close();
  }
};

/**
 * Makes the tables that a host always needs. `unfinished`: the creation of one was cut short by a kill, so that it
 * never becomes active; nothing was ever written then.
 */
export type EnsureTables = (dynamodb: LocalService) => Promise<'active' | 'unfinished'>;

/** Opens the database in the state folder or in memory. */
export const openDatabase = async (
  stateDir: string | undefined,
  home: Omit<LocalDynamodbOptions, 'folder'>,
  ensureTables: EnsureTables = () => Promise.resolve('active'),
): Promise<LocalDynamodb> => {
  const folder = stateDir === undefined ? undefined : join(stateDir, 'dynamodb');
  if (stateDir !== undefined && folder !== undefined) await checkOpens(stateDir, folder);
  const database = createLocalDynamodb({ folder, ...home });
  const state = await ensureTables(database.service);
  if (state === 'active' || folder === undefined) return database;
  await database.close();
  rmSync(folder, { recursive: true });
  return openDatabase(stateDir, home, ensureTables);
};
