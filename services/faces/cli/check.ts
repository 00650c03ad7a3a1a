import { faultText } from '../../../contracts/fault-text.ts';
import type { Forecast } from '../../../contracts/api.ts';
import type { Fault } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan } from '../../../contracts/plan.ts';
import { kindOf } from '../../core/domain/actions/kinds.ts';
import { placedActions } from '../../core/domain/plan-actions.ts';
import type { Finding } from '../../core/domain/readiness.ts';
import type { AllowList } from '../../core/ports/aws/allow-list.ts';
import type { CheckPorts } from '../../core/ports/aws/check-ports.ts';
import { checkPlan, type CheckedPlan } from '../../core/readiness/check-plan.ts';
import { connect, connectCheck, nowThere } from './connect.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Console } from './console.ts';
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
      : `${waves.length - guessed} of ${waves.length} waves from earlier executions, the rest as drills usually take`;
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

/** Asked for only where a plan has runbooks: no other needs it. */
const allowListFor = async (plan: Plan, { allowList }: CheckPorts): Promise<AllowList> =>
  placedActions(plan).some(({ action }) => kindOf(action).runbookOf(action) !== undefined)
    ? allowList()
    : { isKnown: true, documents: [] };

const text = (
  plan: Plan,
  { waves, faults, findings, replaced, forecast }: CheckedPlan,
  allowed: AllowList,
): readonly string[] => {
  const errors = findings.filter(({ level }) => level === 'error');
  // A fault says the finding, and where a person can allow it, how.
  const isFinding = ({ message }: Fault): boolean =>
    errors.some((error) => message.startsWith(error.message));
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
    ...findingRows(findings, 'warning'),
    ...replacedLines(replaced),
    ...(forecast === undefined ? [] : forecastLines(forecast)),
    ...(allowed.isKnown ? [] : [`not checked        the runbooks: ${allowed.why}; the start checks them`]),
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
  const { home, recovery, runbooks, alarms } = there;
  const allowed = await allowListFor(plan, there);
  const now = await nowThere(options);
  const { mode, allowDrillOverRecovery = false, allowReplacing = [], acceptWarning = [] } = options;
  const ports = {
    ...{ store, recovery, runbooks, alarms, home, clock: { now: () => now } },
    ...(allowed.isKnown && { allowedDocuments: allowed.documents }),
  };
  const question = {
    ...{ mode, allowDrillOverRecovery },
    ...{ allowReplacing: [...allowReplacing], acceptWarnings: [...acceptWarning] },
  };
  const checked = await checkPlan(ports, plan, question);
  const { faults, findings, replaced, forecast } = checked;
  const isReady = faults.length === 0;
  const runbooksChecked = allowed.isKnown ? { isChecked: true } : { isChecked: false, why: allowed.why };
  if (options.json === true)
    console.print(
      JSON.stringify({
        ...{ planId: plan.planId, isReady, faults, findings, replaced, forecast },
        runbooks: runbooksChecked,
      }),
    );
  else console.print(text(plan, checked, allowed).join('\n'));
  return isReady ? 0 : 1;
};
