import type { Allowed } from '../../services/core/readiness/allowed.ts';

/** A deployment that checks nothing of what plans use. */
export const anythingAllowed: Allowed = { documents: 'any', functions: 'any', traffic: 'any' };
