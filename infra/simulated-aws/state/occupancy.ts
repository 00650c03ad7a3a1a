import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which runtime lives in a state folder, as far as anybody has written down. */
interface Occupant {
  readonly endpoint: string;
  readonly instance: string;
}

export class StateInUseError extends Error {
  constructor(stateDir: string, owner: string) {
    super(`The state folder ${stateDir} belongs to ${owner}. Stop that one, or choose another folder.`);
    this.name = 'StateInUseError';
  }
}

const fileIn = (stateDir: string): string => join(stateDir, 'runtime.json');

const occupantOf = (stateDir: string): Occupant | undefined => {
  const file = fileIn(stateDir);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Occupant;
  } catch {
    // A kill may have cut the writing short; then nobody is there any more.
    return undefined;
  }
};

const answerMaxMs = 1_000;

/** A number of a process may be given to another one after a kill; an answer under the same name cannot. */
const isAlive = async ({ endpoint, instance }: Occupant): Promise<boolean> => {
  try {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(answerMaxMs) });
    return ((await answer.json()) as Partial<Occupant>).instance === instance;
  } catch {
    return false;
  }
};

/** Throws a StateInUseError if another runtime lives in the folder: two of them would write over each other. */
export const checkVacant = async (stateDir: string): Promise<void> => {
  const occupant = occupantOf(stateDir);
  if (occupant !== undefined && (await isAlive(occupant)))
    throw new StateInUseError(stateDir, `the runtime on ${occupant.endpoint}`);
};

export const occupy = (stateDir: string, occupant: Occupant): void =>
  writeFileSync(fileIn(stateDir), JSON.stringify(occupant));
