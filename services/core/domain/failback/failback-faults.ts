import type { Fault } from '../../../../contracts/execution-events.ts';
import { slugSchema } from '../../../../contracts/identifiers.ts';
import { homewardPhases, type Plan } from '../../../../contracts/plan.ts';
import { isReadable } from '../readable-plan.ts';
import { targetFaults } from '../target-faults.ts';
import { gateIdOf, homewardWavesMax, isFailback, phasesIn, phaseWaveIdOf } from './homeward-waves.ts';

const onlyOfFailbacks = ['home', 'phases', 'stallMinutes'] as const;

const misplaced = (path: string): Fault => ({
  path,
  message: 'only a plan that brings servers home has this',
  expected: 'direction: failback, or nothing here',
});

const ofFailover = (plan: Plan): readonly Fault[] => [
  ...onlyOfFailbacks.flatMap((name) => (plan[name] === undefined ? [] : [misplaced(name)])),
  ...plan.waves.flatMap(({ home }, index) => (home === undefined ? [] : [misplaced(`waves[${index}].home`)])),
];

/** Each phase makes waves of its own: their names must be free, and no longer than a name may be. */
const nameFaults = ({ waves }: Plan): readonly Fault[] => {
  const gates = homewardPhases.map(gateIdOf);
  const phaseNames = (waveId: string) =>
    homewardPhases.filter((phase) => phase !== 'launch').map((phase) => phaseWaveIdOf(phase, waveId));
  const taken = new Map([
    ...gates.map((name) => [name, 'the gate of a phase'] as const),
    ...waves.flatMap(({ waveId }) =>
      phaseNames(waveId).map((name) => [name, `a phase of wave ${waveId}`] as const),
    ),
  ]);
  return waves.flatMap(({ waveId }, index): Fault[] => {
    if (!isReadable(waveId)) return [];
    const path = `waves[${index}].waveId`;
    const other = taken.get(waveId);
    const clash = phaseNames(waveId).find((name) => gates.includes(name));
    const isLong = phaseNames(waveId).some((name) => !slugSchema.safeParse(name).success);
    return [
      ...(other === undefined ? [] : [{ path, message: `${waveId} is the name of ${other}` }]),
      ...(clash === undefined
        ? []
        : [
            {
              path,
              message: `a phase of wave ${waveId} would be named ${clash}, as the gate of the phase is`,
            },
          ]),
      ...(isLong
        ? [
            {
              path,
              message: `${waveId} is too long for the names of its phases, such as ${phaseWaveIdOf('reverse', waveId)}`,
              expected: 'at most 56 characters',
            },
          ]
        : []),
    ];
  });
};

const pointFaults = ({ waves }: Plan): readonly Fault[] =>
  waves.flatMap(({ pointInTime, servers }, index) => {
    const fault = (path: string): Fault => ({
      path,
      message: 'a failback launches the newest data of the machine that was recovered',
      expected: 'latest',
    });
    return [
      ...(pointInTime === 'latest' ? [] : [fault(`waves[${index}].pointInTime`)]),
      ...(Array.isArray(servers) ? servers : []).flatMap((server, at) =>
        server.pointInTime === undefined || server.pointInTime === 'latest'
          ? []
          : [fault(`waves[${index}].servers[${at}].pointInTime`)],
      ),
    ];
  });

/** A drill ends with its launch. */
const neverRunFaults = ({ phases = {} }: Plan): readonly Fault[] =>
  homewardPhases
    .filter((phase) => !phasesIn('DRILL').includes(phase))
    .flatMap((phase) =>
      (phases[phase]?.before ?? []).flatMap((step, index) =>
        [step].flat().flatMap((action, inner): Fault[] =>
          action.when === 'DRILL'
            ? [
                {
                  path: `phases.${phase}.before[${index}]${Array.isArray(step) ? `[${inner}]` : ''}.when`,
                  message: `a drill of a failback has no phase ${phase}, so that this action would never run`,
                  expected: 'BOTH or RECOVERY',
                },
              ]
            : [],
        ),
      ),
    );

/** What is wrong with the direction of a plan, and with what only a failback has. */
export const directionFaults = (plan: Plan): readonly Fault[] => {
  if (!isFailback(plan)) return ofFailover(plan);
  const { waves } = plan;
  return [
    ...(waves.length > homewardWavesMax
      ? [
          {
            path: 'waves',
            message: `a failback of ${waves.length} waves has more than 200 with its phases`,
            expected: `at most ${homewardWavesMax} waves`,
          },
        ]
      : []),
    ...targetFaults(plan, plan.home, 'home'),
    ...waves.flatMap(({ home }, index) => targetFaults(plan, home, `waves[${index}].home`)),
    ...nameFaults(plan),
    ...pointFaults(plan),
    ...neverRunFaults(plan),
  ];
};
