import type { DrillPage, DrillRun } from '../../../contracts/api.ts';
import { faultText } from '../../../contracts/fault-text.ts';
import { readDrillRuns } from '../../core/readiness/drill-runs.ts';
import { fateText } from '../../core/view/drill-run-text.ts';
import { timeText } from '../../core/view/time-text.ts';
import { counted } from '../../core/view/words.ts';
import { connect, connectCheck, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { tableText } from './format.ts';
import { exitCodes } from './help.ts';

export interface DrillsOptions extends ConnectionOptions {
  readonly json?: boolean;
}

const headings = [
  ...['instance', 'server', 'account/Region', 'since', 'hours', 'execution', 'plan', 'requested by'],
  'what becomes of it',
];

const rowOf = (run: DrillRun): readonly string[] => [
  ...[run.instanceId, run.serverName ?? run.sourceServerId, `${run.account}/${run.region}`],
  run.since === undefined ? 'unknown' : timeText(Date.parse(run.since)),
  run.since === undefined ? 'unknown' : run.instanceHours.toFixed(2),
  ...[run.execution?.executionId ?? '–', run.execution?.planId ?? '–', run.execution?.requestedBy ?? '–'],
  fateText(run),
];

const text = ({ drills, instanceHours, places, faults }: DrillPage): readonly string[] => {
  const unknown = drills.filter(({ fate }) => fate === 'unknown').length;
  const looked = counted(places.length - faults.length, 'account and Region', 'accounts and Regions');
  return [
    ...(drills.length === 0 ? [] : [...tableText([headings, ...drills.map(rowOf)], [4]), '']),
    ...(faults.length === 0 ? [] : ['faults', ...faults.map((fault) => `  ${faultText(fault)}`), '']),
    drills.length === 0
      ? `Nothing runs from drills in ${looked}.`
      : `${counted(drills.length, 'instance')} from drills in ${looked}, ${instanceHours} instance-hours so far; ${unknown} that no execution launched. Times in UTC.`,
  ];
};

/** Shows what runs from drills. The exit code is 1 where a place cannot be read: then more may run than is shown. */
export const drills = async (options: DrillsOptions, console: Console): Promise<number> => {
  const { store } = connect(options);
  const { home, recovery } = await connectCheck(options);
  const now = await nowThere(options);
  const page = await readDrillRuns({ store, recovery, home, clock: { now: () => now } });
  console.print(options.json === true ? JSON.stringify(page) : text(page).join('\n'));
  return page.faults.length === 0 ? exitCodes.done : exitCodes.failed;
};
