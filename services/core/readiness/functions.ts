import type { LambdaAction } from '../../../contracts/actions/lambda.ts';
import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import { usedBy } from '../domain/actions/kinds.ts';
import type { Closing } from '../domain/graph.ts';
import { targetOfAction } from '../domain/wave/wave.ts';
import type { FunctionReader, FunctionReading } from '../ports/function-reader.ts';
import { frozenActions, type FrozenAction } from './frozen-actions.ts';
import { judgeActions, type Judgement } from './judged-actions.ts';
import { targetKey } from './target-facts.ts';

interface Asked extends FrozenAction {
  readonly action: LambdaAction;
  readonly target: Target;
}

const keyOf = ({ action, target }: Asked): string =>
  [targetKey(target), target.role ?? '', action.function].join(' ');

const faultsOf = ({ action, at, target }: Asked, reading: FunctionReading): readonly Fault[] => {
  const place = `${target.account}/${target.region}`;
  const path = `${at}.function`;
  if (reading.status === 'missing')
    return [
      {
        path,
        message: `there is no function ${action.function} in ${place}: ${reading.message}`,
        expected: 'a function, with its version or alias, that exists where the action runs',
      },
    ];
  if (reading.status !== 'found')
    return [
      {
        path,
        message: `Lambda in ${place} does not say what ${action.function} is: ${reading.message}`,
        expected: 'a function that can be read (lambda:GetFunctionConfiguration)',
      },
    ];
  const isUsable = reading.state === 'Active' || reading.state === 'Inactive';
  return [
    ...(isUsable
      ? []
      : [{ path, message: `${action.function} is ${reading.state}`, expected: 'a function that is Active' }]),
    ...(action.mode === 'durable' && !reading.isDurable
      ? [
          {
            path: `${at}.mode`,
            message: `${action.function} is not a durable function`,
            expected: 'callback, poll, or a function that was made with a durable configuration',
          },
        ]
      : []),
    ...(action.mode === 'poll' && reading.isDurable
      ? [
          {
            path: `${at}.mode`,
            message: `${action.function} is a durable function: each poll would start another execution`,
            expected: 'durable',
          },
        ]
      : []),
  ];
};

/**
 * Asks Lambda, wherever actions invoke functions, whether these exist as the plan means them. In a recovery it warns
 * and no more where Lambda does not say, or where the action's failure would be passed over all the same.
 */
export const checkFunctions = async (
  reader: FunctionReader,
  plan: Plan,
  frozen: { readonly waves: readonly FrozenWave[]; readonly closing: Closing },
  mode: Mode,
): Promise<Judgement> => {
  const asked = frozenActions(plan, frozen, mode).flatMap((placed): Asked[] => {
    const { function: action } = usedBy(placed.action);
    return action === undefined ? [] : [{ ...placed, action, target: targetOfAction(placed.wave, action) }];
  });
  return judgeActions(
    {
      about: 'function',
      keyOf,
      read: ({ target, action }) => reader.read(target, action.function),
      faultsOf,
      isUnknown: ({ status }) => status === 'unknown',
    },
    asked,
    mode,
  );
};
