import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import { homewardPhases, type HomewardPhase, type Plan, type Target } from '../../../contracts/plan.ts';
import {
  homeOf,
  homewardWaves,
  undoWave,
  type Gate,
  type HomewardSettings,
} from '../domain/failback/homeward-waves.ts';
import type { Closing } from '../domain/graph.ts';
import {
  closingOf,
  freezeWave,
  pauseBefore,
  sharedServers,
  usedTargets,
  type FreezeContext,
} from './freeze.ts';
import { toldFaults } from './told-before-clean-up.ts';

const prompts: Readonly<Record<HomewardPhase, string>> = {
  reverse:
    'Replicate back to where the servers came from? All data are copied, and the machines that were recovered run on.',
  launch:
    'Launch at home? Stop the writes to what was recovered first: what is written after the launch stays behind, for good. Check the launch settings of the reversed servers.',
  protect: 'Protect what runs at home again? Validate it and move the traffic first.',
  retire:
    'Terminate what was recovered, with its volumes and recovery points, and delete what replicated back? It cannot be undone: from then on the way back is another recovery.',
};

const defaultStallMinutes = 30;

const gateOf = (plan: Plan, phase: HomewardPhase): Gate => {
  const { begins = 'after-approval', approvers = [], before = [] } = plan.phases?.[phase] ?? {};
  const approval = { ...pauseBefore, prompt: prompts[phase], approvers };
  const steps = begins === 'by-itself' ? before : [approval, ...before];
  return { before: steps, ...usedTargets(plan, steps) };
};

const settingsOf = (plan: Plan, own: Target): HomewardSettings => {
  const gates = Object.fromEntries(homewardPhases.map((phase) => [phase, gateOf(plan, phase)]));
  const timeouts = homewardPhases.flatMap((phase) => {
    const minutes = plan.phases?.[phase]?.timeoutMinutes;
    return minutes === undefined ? [] : [[phase, minutes] as const];
  });
  return {
    gates: gates as Record<HomewardPhase, Gate>,
    own,
    homeOf: (waveId) => homeOf(plan, waveId, own),
    timeouts: Object.fromEntries(timeouts),
    stallMinutes: plan.stallMinutes ?? defaultStallMinutes,
  };
};

/** A plan's waves with its servers resolved, each where it was recovered: what the phases are made of. */
export const recoveredWaves = (
  context: FreezeContext,
): { readonly waves: readonly FrozenWave[]; readonly faults: readonly Fault[] } => {
  const frozen = context.plan.waves.map((wave, index) => freezeWave(context, wave, `waves[${index}]`));
  const waves = frozen.map(({ wave }) => wave);
  return { waves, faults: [...frozen.flatMap(({ faults }) => faults), ...sharedServers(waves)] };
};

/** The plan as it will run: its waves in all phases, with the machines that come home. */
export const freezeFailback = (
  { plan, mode, home }: Pick<FreezeContext, 'plan' | 'mode' | 'home'>,
  recovered: readonly FrozenWave[],
  machineOf: (sourceServerId: string) => string | undefined,
): {
  readonly waves: readonly FrozenWave[];
  readonly closing: Closing;
  readonly faults: readonly Fault[];
} => {
  const withMachines = recovered.map((wave) => ({
    ...wave,
    servers: wave.servers.map((server) => {
      const machineId = machineOf(server.sourceServerId);
      return { ...server, ...(machineId !== undefined && { machineId }) };
    }),
  }));
  const waves = homewardWaves(withMachines, mode, settingsOf(plan, home));
  const undo = mode === 'DRILL' ? undoWave(waves) : undefined;
  const closing = { ...closingOf(plan, mode, home), ...(undo && { undo }) };
  const launching = waves.filter(({ homeward }) => homeward?.phase === 'launch');
  return { waves, closing, faults: toldFaults(plan, launching, closing) };
};
