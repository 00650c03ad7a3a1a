import { connect, connectCheck, nowThere, useProfile } from '../connect.ts';
import { userInfo } from 'node:os';
import { listPlans } from '../../../core/streams/plan-store.ts';
import { counted } from '../../../core/view/words.ts';
import { type ConnectionOptions, placeOf } from '../connection.ts';
import type { Console } from '../console.ts';
import { tableText } from '../format.ts';
import { exitCodes } from '../help.ts';
import { concurrencyCheck, quotasFindings } from './capacity.ts';
import { awsExaminationPorts } from '../../../core/ports/aws/examination-ports.ts';
import { asked, type Finding } from './finding.ts';
import { homeCheck, permissionsCheck, targetsFindings } from './places.ts';
import { listSchedules } from '../../../core/streams/schedule-store.ts';
import { schedulesCheck } from './schedules.ts';
import { stopAlarmsCheck } from './stop-alarms.ts';
import { type Hops, type Probe, runProbe } from './probe.ts';
import {
  alarmsCheck,
  archiveCheck,
  protectionCheck,
  queuesCheck,
  rulesCheck,
  subscriptionsCheck,
} from './wiring.ts';

export interface DoctorOptions extends ConnectionOptions {
  /** Seconds to wait for the probe. */
  readonly patience: number;
  readonly json?: boolean;
}

const notProbed: Probe = { hops: [], reached: [], findings: [] };

const examine = async (options: DoctorOptions): Promise<Probe> => {
  const operator = connect(options);
  const { store } = operator;
  useProfile(options);
  const { home, recovery, deployment } = await awsExaminationPorts(placeOf(options));
  const plans = await listPlans(store);
  let probe = notProbed;
  // What stands still is examined first: a dead letter of the probe itself would be found else.
  const standing = await Promise.all([
    asked('drs', async () => homeCheck(recovery, home, await nowThere(options))),
    asked('quotas', async () => quotasFindings(await recovery.quotas(home), plans)),
    asked('concurrency', () => concurrencyCheck(deployment, plans)),
    asked('permissions', () => permissionsCheck(deployment, home)),
    asked('schedules', async () => schedulesCheck(deployment, await listSchedules(store), home)),
    asked('stopWhen', async () =>
      stopAlarmsCheck((await connectCheck(options)).alarms, deployment, plans, home),
    ),
    asked('archive', () => archiveCheck(deployment)),
    asked('protection', () => protectionCheck(deployment)),
    asked('rules', () => rulesCheck(deployment)),
    asked('alarms', () => alarmsCheck(deployment)),
    asked('subscriptions', () => subscriptionsCheck(deployment)),
    asked('queues', () => queuesCheck(deployment)),
  ]);
  const moving = await asked('probe', async () => {
    probe = await runProbe({
      store,
      say: (name, data) => operator.say(name, data),
      now: () => nowThere(options),
      by: userInfo().username,
      patienceMs: options.patience * 1_000,
    });
    return [...targetsFindings(probe, home), ...probe.findings];
  });
  return { ...probe, findings: [...standing.flat(), ...moving] };
};

const marks: Readonly<Record<Finding['level'], string>> = {
  ok: 'ok',
  fault: 'FAULT',
  warning: 'warning',
  unknown: 'unknown',
};

const hopRows = (hops: readonly Hops[]): readonly string[] =>
  hops.length === 0
    ? []
    : [
        '',
        ...tableText(
          [
            ['probe', 'bus', 'table', 'queue'],
            ...hops.map(({ service, busMs, tableMs, queueMs }) => [
              service,
              ...[busMs, tableMs, queueMs].map((ms) => `${ms} ms`),
            ]),
          ],
          [1, 2, 3],
        ),
      ];

const text = ({ findings, hops }: Probe): readonly string[] => {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const faults = findings.filter(({ level }) => level === 'fault').length;
  return [
    ...findings.flatMap(({ level, check, message, toDo }) => [
      `${marks[level].padEnd(8)} ${check.padEnd(width)}  ${message}`,
      ...(toDo === undefined ? [] : [`${' '.repeat(width + 11)}→ ${toDo}`]),
    ]),
    ...hopRows(hops),
    '',
    faults === 0
      ? 'No faults found.'
      : `${counted(faults, 'fault')}. Fix these faults, and run doctor again before the first drill.`,
  ];
};

/** Examines the deployment and says what to do about each fault. Exit code 1 if there is one. */
export const doctor = async (options: DoctorOptions, console: Console): Promise<number> => {
  const { findings, hops, reached } = await examine(options);
  const isSound = findings.every(({ level }) => level !== 'fault');
  console.print(
    options.json === true
      ? JSON.stringify({ isSound, findings, hops, reached })
      : text({ findings, hops, reached }).join('\n'),
  );
  return isSound ? exitCodes.done : exitCodes.failed;
};
