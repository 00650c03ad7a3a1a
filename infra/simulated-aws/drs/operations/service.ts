import * as z from 'zod';
import { answered, operation } from '../outcome.ts';

export const initializeService = operation(z.object({}), () =>
  answered({}, [{ kind: 'ServiceInitialized' }], 204),
);
