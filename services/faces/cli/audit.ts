import { auditByReplay, type AuditScope, UnknownExecutionError } from './audit-replay.ts';
import { connect, connectReplays } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { verdictText } from './verdict-text.ts';

export interface AuditReplayOptions extends ConnectionOptions {
  readonly from?: number;
  readonly to?: number;
  readonly patience: number;
  readonly json?: boolean;
}

const scopeOf = (
  executionId: string | undefined,
  { from, to }: AuditReplayOptions,
): AuditScope | undefined => {
  if (executionId !== undefined) return from === undefined && to === undefined ? { executionId } : undefined;
  return from === undefined || to === undefined || from >= to ? undefined : { fromMs: from, toMs: to };
};

/** Replays the archive to the audit and prints the verdict: 0 verified, 1 not verified, 2 nothing to audit. */
export const auditReplay = async (
  executionId: string | undefined,
  options: AuditReplayOptions,
  console: Console,
): Promise<number> => {
  const scope = scopeOf(executionId, options);
  if (scope === undefined) {
    console.warn('Give either an execution, or --from and a later --to.');
    return 2;
  }
  const { store } = connect(options);
  const replays = connectReplays(options);
  try {
    const ports = { store, replays, say: (line: string) => console.warn(line) };
    const audit = await auditByReplay(ports, scope, options.patience * 1_000);
    console.print(options.json === true ? JSON.stringify(audit) : verdictText(audit.verdict).join('\n'));
    return audit.verdict.sound ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UnknownExecutionError)) throw error;
    console.warn(error.message);
    return 2;
  }
};
