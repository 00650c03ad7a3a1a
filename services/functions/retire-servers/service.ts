import { createPhaseRunner, type PhaseKnobs, type PhasePorts } from '../../core/homeward/run-phase.ts';

/**
 * Clears away what a failback leaves: what was recovered, once the machines at home are protected again, and what
 * replicated back; after a drill, what that has reversed. It starts nothing, and terminates nothing at home.
 */
export const createRetireServers = (ports: PhasePorts, knobs?: PhaseKnobs) =>
  createPhaseRunner(ports, { service: 'retire-servers', phases: ['retire', 'undo'] }, knobs);
