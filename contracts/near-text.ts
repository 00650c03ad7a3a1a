import type { FactOf } from './envelope.ts';
import type { timeoutNear } from './operator-events.ts';

// Apart from the schemas, so that the console's page needs none of them to say it.
type Near = FactOf<typeof timeoutNear>['data'];

/** What the time-out is of, in words. */
export const nearText = ({ about, waveId, actionId }: Pick<Near, 'about' | 'waveId' | 'actionId'>): string =>
  ({
    action: `action ${actionId} of wave ${waveId}`,
    wave: `wave ${waveId}`,
    execution: 'the execution',
    'clean-up': 'the instances of the drill',
  })[about];
