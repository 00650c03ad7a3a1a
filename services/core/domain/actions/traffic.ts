import type { TrafficAction } from '../../../../contracts/actions/traffic.ts';
import type { Fault } from '../../../../contracts/execution-events.ts';
import type { Plan } from '../../../../contracts/plan.ts';
import { referenceFaults } from '../parameter-reference.ts';
import { placedActions } from '../plan-actions.ts';
import { targetFaults } from '../target-faults.ts';
import { orderOf, pointText, valuesOf } from '../../../../contracts/traffic-order.ts';
import type { ActionKind, ActionPlace } from './action-kind.ts';

/** A drill moves traffic only where the plan says so twice: nobody moves production by a word too few. */
const drillFaults = ({ when, drillTraffic }: TrafficAction, at: string): readonly Fault[] => {
  if ((when === 'RECOVERY') === !drillTraffic) return [];
  return [
    drillTraffic
      ? {
          path: `${at}.when`,
          message: 'drillTraffic says that a drill moves traffic, and the action runs in no drill',
          expected: 'when: BOTH or when: DRILL beside drillTraffic, or neither',
        }
      : {
          path: `${at}.drillTraffic`,
          message: `a drill would move traffic (when: ${when}), and the plan does not say so twice`,
          expected: 'drillTraffic: true beside it, or when: RECOVERY',
        },
  ];
};

type Records = Extract<TrafficAction['move'], { what: 'records' }>['records'];

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

interface ValueForm {
  readonly fits: (value: string) => boolean;
  readonly noun: string;
  readonly several: boolean;
}

const forms: Readonly<Record<Records[number]['type'], ValueForm>> = {
  A: { fits: (value) => ipv4.test(value), noun: 'IPv4 addresses', several: true },
  AAAA: {
    fits: (value) => /^[\da-f:.]+$/i.test(value) && URL.canParse(`http://[${value}]/`),
    noun: 'IPv6 addresses',
    several: true,
  },
  CNAME: { fits: (value) => /^[\w-]+(?:\.[\w-]+)+\.?$/.test(value), noun: 'one name', several: false },
};

const isReference = (value: string): boolean => value.includes('${');

const valueFaults = (records: Records, at: string): readonly Fault[] =>
  records.flatMap((record, index): Fault[] => {
    if (!('values' in record)) return [];
    const { fits, noun, several } = forms[record.type];
    const wrong = record.values.filter((value) => !isReference(value) && !fits(value));
    const path = `${at}.records[${index}].values`;
    return [
      ...wrong.map((value) => ({ path, message: `${value} is none for ${record.type}`, expected: noun })),
      ...(several || record.values.length === 1
        ? []
        : [{ path, message: `a ${record.type} has ${record.values.length} values`, expected: noun }]),
    ];
  });

const repeatedPoints = (action: TrafficAction, at: string): readonly Fault[] => {
  if (action.move.what === 'back') return [];
  const names = orderOf(action.move).points.map(pointText);
  const repeated = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  return repeated.map((name) => ({
    path: `${at}.move`,
    message: `${name} is named twice`,
    expected: 'each once',
  }));
};

/** The traffic action that a way back names, or why it is none. */
const forthOf = (
  plan: Plan,
  { waveId, actionId }: Extract<TrafficAction['move'], { what: 'back' }>,
  at: string,
): readonly Fault[] => {
  const own = /^waves\[\d+\]/.exec(at)?.[0];
  const named =
    waveId === undefined ? own : `waves[${plan.waves.findIndex((wave) => wave.waveId === waveId)}]`;
  if (own !== undefined && named !== own)
    return [
      {
        path: `${at}.move.waveId`,
        message: 'a wave puts back what it has moved itself',
        expected: "no waveId, or this action among the plan's own last actions",
      },
    ];
  const candidates = placedActions(plan).flatMap(({ action, wave }) =>
    wave === named && action.kind === 'traffic' && action.move.what !== 'back' ? [action.actionId] : [],
  );
  if (candidates.includes(actionId)) return [];
  return [
    {
      path: `${at}.move`,
      message: `no action ${actionId} moves traffic in ${waveId === undefined ? 'this wave' : `wave ${waveId}`}`,
      expected:
        candidates.length > 0
          ? `one of ${candidates.join(', ')}`
          : 'the waveId and actionId of one that does',
    },
  ];
};

const moveFaults = (action: TrafficAction, { plan, at, knowsServers }: ActionPlace): readonly Fault[] => {
  const { move } = action;
  if (move.what === 'back')
    return [
      ...forthOf(plan, move, at),
      ...(action.target === undefined
        ? []
        : [
            {
              path: `${at}.target`,
              message: 'what is put back stands where it was moved',
              expected: 'no target',
            },
          ]),
    ];
  return [
    ...(move.what === 'records' ? valueFaults(move.records, `${at}.move`) : []),
    ...referenceFaults(valuesOf(action), knowsServers, `${at}.move.records`),
  ];
};

const moveText = (move: TrafficAction['move']): string =>
  move.what === 'back' ? `${move.actionId} is put back` : orderOf(move).points.map(pointText).join(', ');

/** Records of Route 53 or routing controls of ARC: what stood there is on record before they are changed. */
export const traffic: ActionKind<TrafficAction> = {
  isLearned: true,
  needed: { move: { what: 'back', actionId: 'unread' } },

  inWords: ({ move }) => `traffic: ${moveText(move)}`,
  faults: (action, place) => [
    ...targetFaults(place.plan, action.target, `${place.at}.target`),
    ...drillFaults(action, place.at),
    ...moveFaults(action, place),
    ...repeatedPoints(action, place.at),
  ],
  targetOf: ({ target }) => target,
  references: valuesOf,
  uses: ({ move }) => (move.what === 'back' ? {} : { traffic: orderOf(move) }),

  question: () => undefined,
  minutes: ({ timeoutMinutes }) => timeoutMinutes,
  heartbeatMinutes: () => undefined,
  triesMax: ({ triesMax }) => triesMax,
  atDeadline: () => ({ succeeds: false, message: 'the change has not come into effect in time' }),
  warningOf: () => 'The action fails; what has been changed stays.',
  expectedMs: (_action, learnedMs = 60_000) => learnedMs,
};
