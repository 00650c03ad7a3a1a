import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import { kindOf } from '../domain/actions/kinds.ts';
import type { Closing } from '../domain/graph.ts';
import { runbookFaults, type RunbookQuestion } from '../domain/runbook-faults.ts';
import { isBeforeCleanUp } from '../domain/closing.ts';
import { targetOfAction } from '../domain/wave/wave.ts';
import type { RunbookReader, RunbookReading } from '../ports/runbook-reader.ts';
import { frozenActions } from './frozen-actions.ts';
import { judgementOf, type Judgement } from './judged-actions.ts';
import { inParallel } from './in-parallel.ts';
import { targetKey } from './target-facts.ts';
import { serversIn } from './told-before-clean-up.ts';

const atOnce = 5;

interface Asked extends RunbookQuestion {
  readonly target: Target;
}

const asked = (plan: Plan, waves: readonly FrozenWave[], closing: Closing, mode: Mode): readonly Asked[] =>
  frozenActions(plan, { waves, closing }, mode).flatMap(({ action: any, wave, at }): Asked[] => {
    const action = kindOf(any).runbookOf(any);
    if (action === undefined) return [];
    const target = targetOfAction(wave, action);
    // Of how many it will be told is known once they are: of these at most.
    const servers = isBeforeCleanUp(wave.waveId) ? serversIn(waves, target) : wave.servers;
    return [{ action, wave: { ...wave, servers }, at, mode, planId: plan.planId, target }];
  });

const keyOf = ({ action: { document, documentVersion = '' }, target }: Asked): string =>
  [targetKey(target), target.role ?? '', document, documentVersion].join(' ');

const place = ({ account, region }: Target): string => `${account}/${region}`;

const unknownFault = ({ action, target, at }: Asked, message: string): Fault => ({
  path: `${at}.document`,
  message: `SSM in ${place(target)} does not say what the runbook ${action.document} is: ${message}`,
  expected: 'a runbook that can be read (ssm:GetDocument)',
});

const faultsOf = (question: Asked, reading: RunbookReading | undefined): readonly Fault[] => {
  const { action, target, at } = question;
  if (reading?.status === 'found') return runbookFaults(reading.runbook, question);
  if (reading?.status !== 'missing') return [unknownFault(question, reading?.message ?? 'it was not asked')];
  const version = action.documentVersion === undefined ? '' : ` in version ${action.documentVersion}`;
  return [
    {
      path: `${at}.document`,
      message: `there is no runbook ${action.document}${version} in ${place(target)}: ${reading.message}`,
      expected: 'an Automation document that exists where the action runs',
    },
  ];
};

/**
 * What keeps a disaster from being refused: in a recovery, what SSM does not say, and what befalls an action
 * whose failure would be passed over all the same, is told and no more.
 */
const isWarning = ({ mode, action }: Asked, reading: RunbookReading | undefined): boolean =>
  mode === 'RECOVERY' && (action.optional || reading === undefined || reading.status === 'unknown');

/** Asks SSM, wherever actions run, whether their runbooks exist and take what they will be told. */
export const checkRunbooks = async (
  reader: RunbookReader,
  plan: Plan,
  { waves, closing }: { readonly waves: readonly FrozenWave[]; readonly closing: Closing },
  mode: Mode,
): Promise<Judgement> => {
  const questions = asked(plan, waves, closing, mode);
  const distinct = [...new Map(questions.map((question) => [keyOf(question), question])).values()];
  const readings = new Map(
    await inParallel(distinct, atOnce, async (question) => {
      const { document, documentVersion } = question.action;
      return [keyOf(question), await reader.read(question.target, document, documentVersion)] as const;
    }),
  );
  return judgementOf(
    'runbook',
    questions.map((question) => {
      const reading = readings.get(keyOf(question));
      const { wave } = question;
      return { wave, faults: faultsOf(question, reading), isWarning: isWarning(question, reading) };
    }),
  );
};
