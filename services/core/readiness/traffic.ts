import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import type { Plan, Target } from '../../../contracts/plan.ts';
import { usedBy } from '../domain/actions/kinds.ts';
import type { Closing } from '../domain/graph.ts';
import { placedActions } from '../domain/plan-actions.ts';
import type { Finding } from '../domain/readiness.ts';
import type { TrafficMove } from '../../../contracts/traffic.ts';
import { valuesOf, wantedOf, type Order } from '../../../contracts/traffic-order.ts';
import { targetOfAction } from '../domain/wave/wave.ts';
import type { TrafficReader, TrafficReading } from '../ports/traffic-service.ts';
import { frozenActions, type FrozenAction } from './frozen-actions.ts';
import { inParallel } from './in-parallel.ts';
import { judgementOf, type Judgement } from './judged-actions.ts';
import { reasonOf } from './reason-of.ts';

/** Route 53 answers five calls a second in an account. */
const atOnce = 2;

/** What an entry of the allow-list names: ZONE/NAME, or a routing control's ARN. */
const entriesOf = ({ points }: Order): readonly string[] =>
  points.map((point) => (point.what === 'record' ? `${point.hostedZoneId}/${point.name}` : point.arn));

const isAllowed = (entry: string, allowed: readonly string[]): boolean =>
  allowed.includes(entry) || allowed.includes('*');

/** Records and routing controls that lead users: only those of the deployment's allow-list may stand in a plan. */
export const trafficFaults = (plan: Plan, allowed: readonly string[]): readonly Fault[] =>
  placedActions(plan).flatMap(({ action, at }): Fault[] => {
    const { traffic: order } = usedBy(action);
    if (order === undefined) return [];
    return entriesOf(order)
      .filter((entry) => !isAllowed(entry, allowed))
      .map((entry) => ({
        path: `${at}.move`,
        message: `${entry} is not on the allow-list`,
        expected:
          allowed.length > 0
            ? `one of ${allowed.join(', ')}`
            : 'a record or routing control that the deployment allows plans to move',
      }));
  });

interface Asked extends FrozenAction {
  readonly target: Target;
  readonly order: Order;
}

type Answer = readonly TrafficReading[] | { readonly unread: string };

const isUnread = (answer: Answer): answer is { readonly unread: string } => 'unread' in answer;

const serviceOf = ({ route }: Order): string => (route.what === 'records' ? 'Route 53' : 'ARC');

const faultsOf = ({ at, order, target }: Asked, answer: Answer): readonly Fault[] => {
  if (isUnread(answer))
    return [
      {
        path: `${at}.move`,
        message: `${serviceOf(order)} does not say to account ${target.account} what stands there: ${answer.unread}`,
        expected:
          order.route.what === 'records'
            ? 'a zone whose records can be read (route53:ListResourceRecordSets)'
            : 'routing controls whose state can be read (route53-recovery-cluster:GetRoutingControlState)',
      },
    ];
  return answer.flatMap((reading) =>
    'why' in reading
      ? [
          {
            path: `${at}.move`,
            message: reading.why,
            expected: 'simple records of a zone that exists, or routing controls that exist',
          },
        ]
      : [],
  );
};

const read = async (reader: TrafficReader, { target, order }: Asked): Promise<Answer> => {
  try {
    return await reader.read(target, order);
  } catch (error) {
    return { unread: reasonOf(error) };
  }
};

/** What an action would move: from what stands there now, to what its plan says. */
export interface TrafficOutlook {
  readonly waveId: string;
  readonly actionId: string;
  /** Values that are only known after the recovery stand there as their references. */
  readonly moves: readonly TrafficMove[];
}

const outlookOf = ({ wave, action, order }: Asked, answer: Answer): readonly TrafficOutlook[] => {
  if (isUnread(answer) || action.kind !== 'traffic' || action.move.what === 'back') return [];
  const wanted = wantedOf(action.move, valuesOf(action));
  const moves = order.points.flatMap((point, index): TrafficMove[] => {
    const [reading, after] = [answer[index], wanted[index]];
    return reading === undefined || 'why' in reading || after === undefined
      ? []
      : [{ point, before: reading.value, after }];
  });
  return moves.length === 0 ? [] : [{ waveId: wave.waveId, actionId: action.actionId, moves }];
};

/** Every plan that changes records gets this warning: the control plane that changes them stands in one Region. */
const dependence = ({ wave, at }: Asked): Finding => ({
  level: 'warning',
  name: 'route53-control-plane',
  waveId: wave.waveId,
  message: `${at}: Route 53 takes changes of records in us-east-1 alone, so that this waits while that Region is down; routing controls of ARC do not`,
});

/**
 * Asks Route 53 and ARC whether what a plan is to move is there, and can be put back. In a recovery it warns and no
 * more where they do not say, or where the action's failure would be passed over all the same.
 */
export const checkTraffic = async (
  reader: TrafficReader,
  plan: Plan,
  frozen: { readonly waves: readonly FrozenWave[]; readonly closing: Closing },
  mode: Mode,
): Promise<Judgement & { readonly outlook: readonly TrafficOutlook[] }> => {
  const asked = frozenActions(plan, frozen, mode).flatMap((placed): Asked[] => {
    const { traffic: order } = usedBy(placed.action);
    return order === undefined
      ? []
      : [{ ...placed, order, target: targetOfAction(placed.wave, placed.action) }];
  });
  const answered = await inParallel(asked, atOnce, async (question) => ({
    question,
    answer: await read(reader, question),
  }));
  const judgement = judgementOf(
    'traffic',
    answered.map(({ question, answer }) => ({
      wave: question.wave,
      faults: faultsOf(question, answer),
      isWarning: mode === 'RECOVERY' && (question.action.optional || isUnread(answer)),
    })),
  );
  const dependent = asked.filter(({ order }) => order.route.what === 'records');
  return {
    ...judgement,
    findings: [...judgement.findings, ...dependent.map(dependence)],
    outlook: answered.flatMap(({ question, answer }) => outlookOf(question, answer)),
  };
};
