import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import { usedBy } from '../domain/actions/kinds.ts';
import type { Closing } from '../domain/graph.ts';
import { runbookFaults, type RunbookQuestion } from '../domain/runbook-faults.ts';
import { isBeforeCleanUp } from '../domain/closing.ts';
import { targetOfAction } from '../domain/wave/wave.ts';
import type { RunbookReader, RunbookReading } from '../ports/runbook-reader.ts';
import { frozenActions } from './frozen-actions.ts';
import { judgeActions, type Judgement } from './judged-actions.ts';
import { targetKey } from './target-facts.ts';
import { serversIn } from './told-before-clean-up.ts';

interface Asked extends RunbookQuestion {
  readonly target: Target;
}

const asked = (plan: Plan, waves: readonly FrozenWave[], closing: Closing, mode: Mode): readonly Asked[] =>
  frozenActions(plan, { waves, closing }, mode).flatMap(({ action: any, wave, at }): Asked[] => {
    const { runbook: action } = usedBy(any);
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

const faultsOf = (question: Asked, reading: RunbookReading): readonly Fault[] => {
  const { action, target, at } = question;
  if (reading.status === 'found') return runbookFaults(reading.runbook, question);
  if (reading.status !== 'missing') return [unknownFault(question, reading.message)];
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
 * Asks SSM, wherever actions run, whether their runbooks exist and take what they will be told. In a recovery it warns
 * and no more where SSM does not say, or where the action's failure would be passed over all the same.
 */
export const checkRunbooks = (
  reader: RunbookReader,
  plan: Plan,
  { waves, closing }: { readonly waves: readonly FrozenWave[]; readonly closing: Closing },
  mode: Mode,
): Promise<Judgement> =>
  judgeActions(
    {
      about: 'runbook',
      keyOf,
      read: ({ target, action }) => reader.read(target, action.document, action.documentVersion),
      faultsOf,
      isUnknown: ({ status }) => status === 'unknown',
    },
    asked(plan, waves, closing, mode),
    mode,
  );
