import * as z from 'zod';
import { answered, operation } from '../outcome.ts';

export const initializeService = operation(z.object({}), () =>
  answered({}, [{ kind: 'ServiceInitialized' }], 204),
);

/** No template is simulated: nothing in a recovery depends on one. */
export const describeReplicationConfigurationTemplates = operation(z.object({}), () =>
  answered({ items: [] }),
);
