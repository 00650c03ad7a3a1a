/** Of the request for an occurrence: the same for every delivery of it, and for no other one. The intake takes it once. */
export const requestIdOf = (scheduleId: string, scheduledAt: string): string =>
  `schedule:${scheduleId}:${scheduledAt.replaceAll(/[-:]|\.\d{3}/g, '')}`;
