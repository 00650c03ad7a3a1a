import type { ActionSteps } from '../../../../contracts/action.ts';
import type { FrozenWave } from '../../../../contracts/execution-events.ts';
import type { Mode } from '../../../../contracts/identifiers.ts';
import type { Phase } from './phase.ts';

/** The phases of a failback in their order; a launch is a wave as every plan has them. */
export const homewardPhases = ['reverse', 'launch', 'protect', 'retire'] as const;
export type HomewardPhase = (typeof homewardPhases)[number];

/** A drill launches, and leaves both directions as they were. */
const phasesOf: Readonly<Record<Mode, readonly HomewardPhase[]>> = {
  RECOVERY: homewardPhases,
  DRILL: ['reverse', 'launch'],
};

/** So many waves of a plan become no more than a frozen plan may have. */
export const homewardWavesMax = 48;

/** A frozen wave that does something else with its servers than to launch them. */
export interface HomewardWave extends FrozenWave {
  readonly phase?: Phase;
}

/** What has to be done before the first server of a phase: an approval, and the plan's own actions. */
export type Gates = Readonly<Record<HomewardPhase, ActionSteps>>;

export const gateIdOf = (phase: HomewardPhase): string => `${phase}-gate`;

/** A launch keeps the name that its wave has in the plan. */
export const phaseWaveIdOf = (phase: HomewardPhase, waveId: string): string =>
  phase === 'launch' ? waveId : `${phase}-${waveId}`;

const gateOf = (
  phase: HomewardPhase,
  before: ActionSteps,
  dependsOn: readonly string[],
  like: FrozenWave,
): FrozenWave => ({
  waveId: gateIdOf(phase),
  dependsOn: [...dependsOn],
  target: like.target,
  ...(like.targets && { targets: like.targets }),
  servers: [],
  success: 'all',
  onFailure: 'stop',
  timeoutMinutes: like.timeoutMinutes,
  before,
  after: [],
  onFailureActions: [],
  onCancelActions: [],
});

/** The actions of a plan's wave are those of its launch; the other phases have their gates. */
const phaseWaveOf = (phase: Phase, wave: FrozenWave): HomewardWave => ({
  ...wave,
  ...{ waveId: phaseWaveIdOf(phase, wave.waveId), dependsOn: [gateIdOf(phase)], phase },
  ...{ before: [], after: [], onFailureActions: [], onCancelActions: [] },
});

const launchOf = (wave: FrozenWave): HomewardWave => ({
  ...wave,
  dependsOn: wave.dependsOn.length === 0 ? [gateIdOf('launch')] : wave.dependsOn,
});

/**
 * The frozen waves of a failback: of each phase a gate, behind all waves of the phase before, and a wave for each of
 * the plan's. Within the launch the plan's own graph holds; elsewhere its waves go side by side.
 */
export const homewardWaves = (
  waves: readonly FrozenWave[],
  mode: Mode,
  gates: Gates,
): readonly HomewardWave[] => {
  const [first] = waves;
  if (first === undefined) return [];
  const ofPhase = (phase: HomewardPhase): readonly HomewardWave[] =>
    waves.map((wave) => (phase === 'launch' ? launchOf(wave) : phaseWaveOf(phase, wave)));
  return phasesOf[mode].flatMap((phase, at) => {
    const before = phasesOf[mode][at - 1];
    const all = before === undefined ? [] : ofPhase(before).map(({ waveId }) => waveId);
    return [gateOf(phase, gates[phase], all, first), ...ofPhase(phase)];
  });
};
