import { faultText } from '../../../contracts/fault-text.ts';
import type { Forecast } from '../../../contracts/api.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { ChosenPoint, Plan } from '../../../contracts/plan.ts';
import type { UsedOutside } from '../../core/domain/actions/action-kind.ts';
import { usedBy } from '../../core/domain/actions/kinds.ts';
import { placedActions } from '../../core/domain/plan-actions.ts';
import type { Finding } from '../../core/domain/readiness.ts';
import type { AllowedThing } from '../../../contracts/allow-lists.ts';
import type { AllowList } from '../../core/ports/aws/allow-list.ts';
import { moveText } from '../../../contracts/traffic-order.ts';
import type { CheckPorts } from '../../core/ports/aws/check-ports.ts';
import type { Allowed } from '../../core/readiness/allowed.ts';
import { checkPlan, type CheckedPlan } from '../../core/readiness/check-plan.ts';
import { connect, connectCheck, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
import { stopTexts } from '../../core/view/stop-text.ts';
import { counted } from '../../core/view/words.ts';
import { tableText } from './format.ts';
import { foundPlan } from './named-plan.ts';
import { outlookText, rangeText } from '../../core/view/forecast-text.ts';
import { replacedLines } from './replaced-text.ts';
import { visible } from '../../../contracts/visible-text.ts';

export interface CheckOptions extends ConnectionOptions {
  readonly mode: Mode;
  readonly planVersion?: number;
  readonly allowDrillOverRecovery?: boolean;
  readonly allowReplacing?: readonly string[];
  readonly acceptWarning?: readonly string[];
  readonly pointInTime?: ChosenPoint;
  readonly json?: boolean;
}

const findingRows = (findings: readonly Finding[], level: Finding['level']): readonly string[] => {
  const rows = findings
    .filter((finding) => finding.level === level)
    .map(({ name, waveId, message }) => [`  ${name}`, waveId, message]);
  return rows.length === 0 ? [] : [`${level}s`, ...tableText(rows), ''];
};

const forecastLines = (forecast: Forecast): readonly string[] => {
  const { waves, criticalPath, approvals, rto } = forecast;
  const guessed = waves.filter(({ isLearned }) => !isLearned).length;
  const source =
    guessed === 0
      ? 'from earlier executions'
      : `${waves.length - guessed} of ${counted(waves.length, 'wave')} from earlier executions, the rest as drills usually take`;
  return [
    `critical path      ${criticalPath.join(' → ')}`,
    `expected duration  ${rangeText(forecast)} (${source})`,
    ...(approvals > 0
      ? [
          `                   plus ${counted(approvals, 'approval or pause', 'approvals or pauses')} on that path`,
        ]
      : []),
    ...(rto === undefined ? [] : [`RTO                ${rto.minutes} min: ${outlookText(rto.outlook)}`]),
  ];
};

type AllowLists = Readonly<Record<AllowedThing, AllowList>>;

/** Each is asked for only where a plan has what it is about: no other needs it. */
const allowListsFor = async (plan: Plan, { allowList }: CheckPorts): Promise<AllowLists> => {
  const used = placedActions(plan).map(({ action }) => usedBy(action));
  const listOf = async (thing: AllowedThing, name: keyof UsedOutside): Promise<AllowList> =>
    used.some((each) => each[name] !== undefined) ? allowList(thing) : { isKnown: true, names: [] };
  return {
    documents: await listOf('documents', 'runbook'),
    functions: await listOf('functions', 'function'),
    traffic: await listOf('traffic', 'traffic'),
  };
};

const namesIn = (list: AllowList): Allowed[AllowedThing] => (list.isKnown ? list.names : 'any');

const uncheckedLines = ({ documents, functions, traffic }: AllowLists): readonly string[] => [
  ...(documents.isKnown ? [] : [`not checked        the runbooks: ${documents.why}; the start checks them`]),
  ...(functions.isKnown ? [] : [`not checked        the functions: ${functions.why}; the start checks them`]),
  ...(traffic.isKnown
    ? []
    : [`not checked        whether traffic may be moved: ${traffic.why}; the start checks it`]),
];

const checkedOf = (list: AllowList) =>
  list.isKnown ? { isChecked: true } : { isChecked: false, why: list.why };

const text = (
  plan: Plan,
  { waves, faults, findings, replaced, traffic, forecast }: CheckedPlan,
  allowed: AllowLists,
): readonly string[] => {
  // A fault says the finding, and where a person can accept or allow it, how.
  const isFinding = ({ message }: Fault): boolean =>
    findings.some((finding) => message.startsWith(finding.message));
  const shown = findings.map((finding) => ({
    ...finding,
    message: faults.find(({ message }) => message.startsWith(finding.message))?.message ?? finding.message,
  }));
  const others = faults.filter((fault) => !isFinding(fault));
  const servers = waves.reduce((sum, wave) => sum + wave.servers.length, 0);
  return [
    ...(others.length === 0
      ? []
      : ['faults', ...others.map((fault) => `  ${visible(faultText(fault))}`), '']),
    ...findingRows(shown, 'error'),
    ...findingRows(shown, 'warning'),
    ...replacedLines(replaced),
    ...traffic.flatMap(({ waveId, actionId, moves }) =>
      moves.map((move) => `would move         ${waveId}/${actionId}: ${visible(moveText(move))}`),
    ),
    ...stopTexts(plan).map((line) => `stops when         ${visible(line)}`),
    ...(forecast === undefined ? [] : forecastLines(forecast)),
    ...uncheckedLines(allowed),
    faults.length === 0
      ? `${plan.planId} is ready: ${counted(plan.waves.length, 'wave')}, ${counted(servers, 'server')}.`
      : `${plan.planId} is not ready.`,
  ];
};

/** Asks DRS and SSM what the intake would ask, and changes nothing. The exit code is 0 only if nothing blocks a start. */
export const check = async (subject: string, options: CheckOptions, console: Console): Promise<number> => {
  const { store } = connect(options);
  const plan = await foundPlan(store, subject, options.planVersion, options);
  if (typeof plan === 'string') {
    console.warn(plan);
    return 2;
  }
  const there = await connectCheck(options);
  const { home, recovery, homeward, runbooks, alarms, calendars, functions, traffic } = there;
  const allowed = await allowListsFor(plan, there);
  const now = await nowThere(options);
  const { mode, allowDrillOverRecovery = false, allowReplacing = [], acceptWarning = [] } = options;
  const ports = {
    ...{ store, recovery, homeward, runbooks, alarms, calendars, functions, traffic, home },
    clock: { now: () => now },
    allowed: {
      documents: namesIn(allowed.documents),
      functions: namesIn(allowed.functions),
      traffic: namesIn(allowed.traffic),
    },
  };
  const question = {
    ...{ mode, allowDrillOverRecovery },
    ...{ allowReplacing: [...allowReplacing], acceptWarnings: [...acceptWarning] },
    ...(options.pointInTime !== undefined && { pointInTime: options.pointInTime }),
  };
  const checked = await checkPlan(ports, plan, question);
  const { faults, findings, replaced, traffic: moved, forecast } = checked;
  const isReady = faults.length === 0;
  if (options.json === true)
    console.print(
      JSON.stringify({
        ...{ planId: plan.planId, isReady, faults, findings, replaced, forecast },
        runbooks: checkedOf(allowed.documents),
        functions: checkedOf(allowed.functions),
        traffic: { ...checkedOf(allowed.traffic), moves: moved },
      }),
    );
  else console.print(text(plan, checked, allowed).join('\n'));
  return isReady ? 0 : 1;
};
