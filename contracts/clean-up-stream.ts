/** The last part of the name of the stream of a drill's clean-up: no wave can have it. */
const cleanUpPart = '~clean-up';

export const cleanUpStream = (executionId: string): string => `${executionId}/${cleanUpPart}`;
export const isCleanUpStream = (stream: string): boolean => stream.endsWith(`/${cleanUpPart}`);
