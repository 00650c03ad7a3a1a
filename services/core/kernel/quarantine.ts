/** Lambda's time-out of the functions that call DRS and SSM: how long a handler can run. A test checks it against the topology. */
export const handlerLivesMs = 30_000;

/** A request that left just before its handler died may still be carried out. */
export const requestTravelsMs = 30_000;

/** For how long DRS and SSM may not list what they have started. Neither documents it; two minutes were never seen. */
export const startHidesMs = 120_000;

/**
 * For how long after a claim without an outcome its call may still take effect, or have taken effect unseen. Only
 * then, if nothing is listed, did it have none.
 */
export const quarantineMs = handlerLivesMs + requestTravelsMs + startHidesMs;
