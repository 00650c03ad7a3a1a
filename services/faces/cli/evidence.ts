import { writeFile } from 'node:fs/promises';
import { hashOf } from '../../core/kernel/canonical.ts';
import { createPlanServers } from '../../core/readiness/plan-servers.ts';
import { listPlans } from '../../core/streams/plan-store.ts';
import { quarterMs, readProgramme } from '../evidence/read-programme.ts';
import { readScope } from '../evidence/scope.ts';
import type { Programme } from '../report/programme-model.ts';
import { programmeCsv } from '../report/programme-csv.ts';
import { programmeHtml } from '../report/programme-html.ts';
import { programmeSummary, unproven } from '../report/programme-text.ts';
import { connect, connectCheck, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { exitCodes } from './help.ts';
import { didYouMean } from '../../core/view/nearest.ts';
import { outFile } from './out-file.ts';
import { printPdf } from './print-pdf.ts';

export type EvidenceFormat = 'html' | 'pdf' | 'json' | 'csv';

export interface EvidenceOptions extends ConnectionOptions {
  readonly plan?: readonly string[];
  /** Epoch ms. */
  readonly from?: number;
  readonly to?: number;
  readonly format: EvidenceFormat;
  readonly out?: string;
}

const render = async (programme: Programme, format: EvidenceFormat): Promise<string | Uint8Array> => {
  switch (format) {
    case 'html':
      return programmeHtml(programme, hashOf(programme));
    case 'pdf':
      return printPdf(programmeHtml(programme, hashOf(programme)), process.env);
    case 'csv':
      return programmeCsv(programme);
    case 'json':
      return `${JSON.stringify({ ...programme, sha256: hashOf(programme) }, undefined, 2)}\n`;
  }
};

/**
 * Writes the evidence of a recovery programme: by default of all plans, and of the last quarter. The exit code is 1
 * where a record does not verify, or is not there, whatever was written.
 */
export const evidence = async (options: EvidenceOptions, console: Console): Promise<number> => {
  const { store } = connect(options);
  const now = await nowThere(options);
  const { to = now, from = to - quarterMs, plan: wanted, format } = options;
  if (from >= to) {
    console.warn('The period ends before it begins: --from has to be before --to.');
    return exitCodes.invalid;
  }
  const stored = await listPlans(store);
  const unknown = (wanted ?? []).filter((planId) => !stored.some((each) => each.planId === planId));
  if (unknown.length > 0) {
    const names = stored.map(({ planId }) => planId);
    for (const planId of unknown) console.warn(`There is no plan ${planId}.${didYouMean(planId, names)}`);
    return exitCodes.invalid;
  }
  const chosen = stored.filter(({ planId }) => wanted?.includes(planId) ?? true);
  const { recovery, home } = await connectCheck(options);
  const ports = { store, serversOf: createPlanServers(recovery, home) };
  const programme = await readProgramme(
    ports,
    { plans: chosen, scope: await readScope(recovery, home, stored, chosen), from, to, now },
    {
      executionsMax: Number.POSITIVE_INFINITY,
      eventsMax: Number.POSITIVE_INFINITY,
      onRead: (count) => {
        if (count % 100 === 0) console.warn(`${count} executions are verified so far.`);
      },
    },
  );
  if ('faults' in programme) throw new Error('Reading without a bound came to its bound.');
  const content = await render(programme, format);
  const file = outFile(options, 'evidence', console.screen !== undefined);
  if (file === undefined) console.print(String(content).trimEnd());
  else await writeFile(file, content);
  if (file !== undefined) console.warn(`Wrote ${file}. ${programmeSummary(programme)}`);
  return unproven(programme).length === 0 ? exitCodes.done : exitCodes.failed;
};
