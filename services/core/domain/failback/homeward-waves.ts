import type { ActionSteps } from '../../../../contracts/action.ts';
import type { FrozenWave, Homeward } from '../../../../contracts/execution-events.ts';
import type { Mode } from '../../../../contracts/identifiers.ts';
import {
  closingWaveIds,
  homewardPhases,
  type HomewardPhase,
  type Plan,
  type Target,
} from '../../../../contracts/plan.ts';

/** A drill launches, and leaves both directions as they were. */
const phasesOf: Readonly<Record<Mode, readonly HomewardPhase[]>> = {
  RECOVERY: homewardPhases,
  DRILL: ['reverse', 'launch'],
};

export const phasesIn = (mode: Mode): readonly HomewardPhase[] => phasesOf[mode];

/** So many waves of a plan become no more than a frozen plan may have. */
export const homewardWavesMax = 48;

export const isFailback = ({ direction }: Pick<Plan, 'direction'>): boolean => direction === 'failback';

/** Where the servers of a wave came from, as the plan says. */
export const homeOf = (plan: Plan, waveId: string, own: Target): Target => {
  const name = plan.waves.find((wave) => wave.waveId === waveId)?.home ?? plan.home;
  return name === undefined ? own : (plan.targets[name] ?? own);
};

/** What comes before the first server of a phase, with the targets that its actions name. */
export interface Gate {
  readonly before: ActionSteps;
  readonly targets?: FrozenWave['targets'];
}

export interface HomewardSettings {
  readonly gates: Readonly<Record<HomewardPhase, Gate>>;
  /** Where actions of a gate act that name no target. */
  readonly own: Target;
  /** Where the servers of each wave came from. */
  readonly homeOf: (waveId: string) => Target;
  /** In minutes, where the plan says so of a phase. */
  readonly timeouts: Readonly<Partial<Record<HomewardPhase, number>>>;
  readonly stallMinutes: number;
}

export const gateIdOf = (phase: HomewardPhase): string => `${phase}-gate`;

/** A launch keeps the name that its wave has in the plan. */
export const phaseWaveIdOf = (phase: HomewardPhase, waveId: string): string =>
  phase === 'launch' ? waveId : `${phase}-${waveId}`;

/** A gate waits for people: for a week, as every pause does. */
const gateMinutes = 10_080;
/** What copies data takes hours to days. */
const copyMinutes = 1_440;

const noActions = { before: [], after: [], onFailureActions: [], onCancelActions: [] };

const gateOf = (
  phase: HomewardPhase,
  { gates, own }: HomewardSettings,
  dependsOn: readonly string[],
): FrozenWave => {
  const { before, targets } = gates[phase];
  return {
    waveId: gateIdOf(phase),
    dependsOn: [...dependsOn],
    target: own,
    ...(targets && { targets }),
    servers: [],
    success: 'all',
    onFailure: 'ask',
    timeoutMinutes: gateMinutes,
    ...noActions,
    before,
  };
};

/** The actions of a plan's wave are those of its launch; the other phases have their gates. */
const phaseWaveOf = (
  phase: Exclude<HomewardPhase, 'launch'>,
  wave: FrozenWave,
  { homeOf, timeouts, stallMinutes }: HomewardSettings,
): FrozenWave => {
  const { targets: _ofActions, drillsInto: _ofLaunches, endsWith: _ofJobs, ...rest } = wave;
  return {
    ...rest,
    waveId: phaseWaveIdOf(phase, wave.waveId),
    dependsOn: [gateIdOf(phase)],
    homeward: { phase, away: wave.target, home: homeOf(wave.waveId), stallMinutes },
    timeoutMinutes: timeouts[phase] ?? (phase === 'retire' ? wave.timeoutMinutes : copyMinutes),
    ...noActions,
  };
};

const launchOf = (wave: FrozenWave, { homeOf, timeouts, stallMinutes }: HomewardSettings): FrozenWave => {
  const home = homeOf(wave.waveId);
  return {
    ...wave,
    dependsOn: wave.dependsOn.length === 0 ? [gateIdOf('launch')] : wave.dependsOn,
    target: home,
    homeward: {
      ...{ phase: 'launch', away: wave.target, home, stallMinutes },
      reversedIn: phaseWaveIdOf('reverse', wave.waveId),
    },
    timeoutMinutes: timeouts.launch ?? wave.timeoutMinutes,
  };
};

/**
 * The frozen waves of a failback: of each phase a gate, behind all waves of the phase before, and a wave for each of
 * the plan's. Within the launch the plan's own graph holds; elsewhere its waves go side by side.
 */
export const homewardWaves = (
  waves: readonly FrozenWave[],
  mode: Mode,
  settings: HomewardSettings,
): readonly FrozenWave[] => {
  const ofPhase = (phase: HomewardPhase): readonly FrozenWave[] =>
    waves.map((wave) => (phase === 'launch' ? launchOf(wave, settings) : phaseWaveOf(phase, wave, settings)));
  if (waves.length === 0) return [];
  return phasesOf[mode].flatMap((phase, at) => {
    const before = phasesOf[mode][at - 1];
    const all = before === undefined ? [] : ofPhase(before).map(({ waveId }) => waveId);
    return [gateOf(phase, settings, all), ...ofPhase(phase)];
  });
};

/** The wave of a drill's clean-up in which what it has reversed is stopped and deleted, once its instances are ended. */
export const undoWave = (waves: readonly FrozenWave[]): FrozenWave | undefined => {
  const reversing = waves.filter(({ homeward }) => homeward?.phase === 'reverse');
  const [first] = reversing;
  if (first?.homeward === undefined) return undefined;
  return {
    waveId: closingWaveIds.undo,
    dependsOn: [],
    target: first.target,
    servers: reversing.flatMap(({ servers }) => servers),
    homeward: { ...first.homeward, phase: 'undo' },
    success: 'all',
    onFailure: 'continue',
    timeoutMinutes: copyMinutes,
    ...noActions,
  };
};

/** What a wave does with its servers beside launching them; undefined for a launch, and for every wave of a failover. */
export const phaseOf = ({
  homeward,
}: Pick<FrozenWave, 'homeward'>): Exclude<Homeward['phase'], 'launch'> | undefined =>
  homeward === undefined || homeward.phase === 'launch' ? undefined : homeward.phase;

/** Of the waves of a failback those whose servers are counted and held: each of the plan's once. */
export const countsServers = ({ homeward }: Pick<FrozenWave, 'homeward'>): boolean =>
  homeward === undefined || homeward.phase === 'reverse';
