import { expect } from 'vitest';
import type { Runtime } from '../../infra/local/runtime.ts';

/** A busy machine may take minutes over what takes seconds on an idle one. */
export const patience = { timeout: 150_000 };

const at = ({ endpoint }: Runtime, path: string): string => `${endpoint}/api/${path}`;

export const getOver = async (runtime: Runtime, path: string): Promise<unknown> =>
  (await fetch(at(runtime, path))).json();

/** Stores a plan or a schedule. */
export const putOver = async (runtime: Runtime, path: string, document: object): Promise<void> => {
  const answer = await fetch(at(runtime, path), { method: 'PUT', body: JSON.stringify(document) });
  expect(answer.ok).toBe(true);
};

/** Asks for an execution, and gives its id. */
export const requestOver = async (runtime: Runtime, planId: string, mode = 'DRILL'): Promise<string> => {
  const body = JSON.stringify({ planId, mode });
  const answer = await fetch(at(runtime, 'executions'), { method: 'POST', body });
  return ((await answer.json()) as { executionId: string }).executionId;
};

export const statusOver = async (runtime: Runtime, executionId: string): Promise<string> =>
  ((await getOver(runtime, `executions/${executionId}`)) as { status: string }).status;
