/** The services that decide on streams: each may say what a record of a stream still owes to the bus. */
export const deciders = [
  'accept-execution',
  'advance-execution',
  'launch-wave',
  'watch-jobs',
  'run-actions',
  'clean-up-drill',
  'reverse-replication',
  'retire-servers',
] as const;
export type Decider = (typeof deciders)[number];

/** The services that a timer can wake. */
export const wokenServices = [...deciders, 'reconcile'] as const;
export type WokenService = (typeof wokenServices)[number];

/** Every function of the product, each a folder under `services/functions`. */
export const serviceNames = [
  ...wokenServices,
  'schedule-drills',
  'redrive-dead-letters',
  'notify',
  'record-audit',
  'serve-api',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Who says an event: one service, whichever service saves the transition, anybody who is allowed to, or a worker. */
export type Speaker = Decider | 'any' | 'operator' | 'worker';

export const isDecider = (name: ServiceName | Speaker | undefined): name is Decider =>
  deciders.some((decider) => decider === name);

/** With this the names of the product's own functions begin: no plan may invoke one. */
export const ownFunctionPrefix = 'groundswell-';
