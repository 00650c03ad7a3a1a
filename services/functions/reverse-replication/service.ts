import { createPhaseRunner, type PhaseKnobs, type PhasePorts } from '../../core/homeward/run-phase.ts';

/**
 * Has the machines that were recovered replicate back, and those at home replicate out again: the only service that may
 * call ReverseReplication, and one that neither launches nor ends anything.
 */
export const createReverseReplication = (ports: PhasePorts, knobs?: PhaseKnobs) =>
  createPhaseRunner(ports, { service: 'reverse-replication', phases: ['reverse', 'protect'] }, knobs);
