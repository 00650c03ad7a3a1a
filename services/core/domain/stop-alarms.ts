import type { DecidedBy, ExecutionFact, FrozenStop } from '../../../contracts/execution-events.ts';
import type { RisenAlarm } from '../../../contracts/stop-when.ts';
import type { Target } from '../../../contracts/plan.ts';
import { boundedText } from '../kernel/bounded-texts.ts';
import { uuidOf } from '../kernel/canonical.ts';
import { decideOnDecision } from './decision.ts';
import type { ExecutionState } from './execution-state.ts';
import type { Graph } from './graph.ts';

/** When alarms last went to ALARM while the execution looked at them, epoch ms, by account, Region and name. */
export type Rises = Readonly<Record<string, number>>;

/** The product itself, where no person decided. */
export const productName = 'groundswell';

export const riseKey = ({ account, region }: Pick<Target, 'account' | 'region'>, name: string): string =>
  `${account}/${region}/${name}`;

type Watched = Pick<ExecutionState, 'status' | 'mode' | 'stopWhen' | 'alarms'>;

/** The alarms whose rise would still change something: whoever is paused is not paused, and whoever ends not stopped. */
export const watchedAlarms = ({ status, mode, stopWhen = [] }: Watched): readonly FrozenStop[] => {
  if (status === 'RUNNING') return stopWhen;
  return status === 'PAUSED' ? stopWhen.filter((each) => mode === 'RECOVERY' || each.do === 'cancel') : [];
};

interface Risen {
  readonly stop: FrozenStop;
  readonly name: string;
  readonly since: number;
}

/** The rises of which the execution has not heard: of a drill each, of a recovery the first of each alarm. */
export const unheard = ({ mode, stopWhen = [], alarms = {} }: Watched, rises: Rises): readonly Risen[] =>
  stopWhen.flatMap((stop) =>
    stop.alarms.flatMap((name) => {
      const key = riseKey(stop.target, name);
      const [since, heard] = [rises[key], alarms[key]];
      const isNew = heard === undefined || (mode === 'DRILL' && since !== undefined && since > heard);
      return since === undefined || !isNew ? [] : [{ stop, name, since }];
    }),
  );

const risenOf = ({ stop: { target }, name, since }: Risen): RisenAlarm => ({
  ...{ name, account: target.account, region: target.region },
  since: new Date(since).toISOString(),
});

const riseText = ({ name, account, region, since }: RisenAlarm): string =>
  `alarm ${name} in ${account}/${region} went to ALARM at ${since}`;

const reasonMax = 900;

/** What the product decides by itself is decided once for these rises, however often it comes to it. */
const byProduct = (alarms: readonly RisenAlarm[]): DecidedBy => ({
  decisionId: `alarm-${uuidOf(JSON.stringify(alarms))}`,
  by: productName,
  reason: boundedText(alarms.map(riseText).join('; '), reasonMax),
});

/**
 * A drill is paused or cancelled when an alarm of its plan rises, once for each rise: who resumes it knows of the alarms
 * that are named, and is not stopped by them again unless they rise anew. A real recovery is never stopped; it says
 * that the alarm rose.
 */
export const heedingAlarms = (
  graph: Graph,
  state: ExecutionState,
  rises: Rises,
): readonly ExecutionFact[] => {
  if (state.status !== 'RUNNING' && state.status !== 'PAUSED') return [];
  const risen = unheard(state, rises);
  if (risen.length === 0) return [];
  const alarms = risen.map(risenOf);
  const consequence =
    state.mode === 'RECOVERY' ? 'none' : risen.some(({ stop }) => stop.do === 'cancel') ? 'cancel' : 'pause';
  const said: ExecutionFact = { type: 'AlarmRaised', data: { alarms, consequence } };
  // Whoever is paused already need not be paused.
  if (consequence === 'none' || (consequence === 'pause' && state.status === 'PAUSED')) return [said];
  return [said, ...decideOnDecision(graph, state, { ...byProduct(alarms), decision: consequence })];
};

/** Why an execution in this state does not say this of alarms; undefined for what it may say. */
export const illegalRise = (
  state: ExecutionState,
  { alarms, consequence }: Extract<ExecutionFact, { type: 'AlarmRaised' }>['data'],
): string | undefined => {
  if (state.status !== 'RUNNING' && state.status !== 'PAUSED') return `the execution is ${state.status}`;
  if ((consequence === 'none') !== (state.mode === 'RECOVERY')) return `the execution is a ${state.mode}`;
  const rises = Object.fromEntries(
    alarms.map((alarm) => [riseKey(alarm, alarm.name), Date.parse(alarm.since)]),
  );
  return unheard(state, rises).length === alarms.length
    ? undefined
    : 'its plan does not name the alarm, or its rise was heard of before';
};
