import { readFile } from 'node:fs/promises';
import type { StoredStream, Verdict } from '../../core/domain/audit/discrepancy.ts';
import { verify } from '../../core/domain/audit/verify.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { readArchiveFile } from './archive-file.ts';
import { readStreams } from '../../core/streams/audit-trail.ts';
import { connect } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { verdictText } from './verdict-text.ts';

export interface AuditFileOptions extends ConnectionOptions {
  /** Whether to check the events against the stored state. */
  readonly state: boolean;
  readonly json?: boolean;
}

/** The streams that ought to be in the file: those of the execution, or of all that are stored. */
const storedFor = async (
  store: RecordStore,
  executionId: string | undefined,
): Promise<readonly StoredStream[]> => {
  if (executionId !== undefined) return readStreams(store, executionId);
  const executions = (await store.list('stream', '')).filter((id) => !id.includes('/'));
  return (await Promise.all(executions.map((id) => readStreams(store, id)))).flat();
};

const verdictOn = async (
  text: string,
  executionId: string | undefined,
  options: AuditFileOptions,
): Promise<Verdict> => {
  const { events, unreadable } = readArchiveFile(text, executionId);
  const stored = options.state ? await storedFor(connect(options).store, executionId) : undefined;
  const verdict = verify({ events, ...(stored !== undefined && { stored }) });
  const discrepancies = [...unreadable, ...verdict.discrepancies];
  return { ...verdict, discrepancies, sound: discrepancies.length === 0 };
};

/** Verifies a copy of the archive and prints the verdict: 0 verified, 1 not verified, 2 nothing to audit. */
export const auditFile = async (
  file: string,
  executionId: string | undefined,
  options: AuditFileOptions,
  console: Console,
): Promise<number> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    console.warn(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  });
  if (text === undefined) return 2;
  const verdict = await verdictOn(text, executionId, options);
  if (verdict.streams === 0 && verdict.sound) {
    console.warn(`Nothing to audit for ${executionId ?? 'any execution'} in ${file} or in the state.`);
    return 2;
  }
  console.print(options.json === true ? JSON.stringify({ file, verdict }) : verdictText(verdict).join('\n'));
  return verdict.sound ? 0 : 1;
};
