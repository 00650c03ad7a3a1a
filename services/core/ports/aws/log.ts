import { Logger } from '@aws-lambda-powertools/logger';
import { visibleLines } from '../../../../contracts/visible-text.ts';
import type { Log } from '../log.ts';

/**
 * JSON lines for CloudWatch. Lines about an execution carry its id as the correlation id, so that one query
 * gives an execution's whole course across all services.
 */
export const createAwsLog = (serviceName: string): ((executionId?: string) => Log) => {
  const root = new Logger({
    serviceName,
    // JSON escapes control characters, but neither C1's nor those that turn the direction of text.
    jsonReplacerFn: (_name, value: unknown) => (typeof value === 'string' ? visibleLines(value) : value),
  });
  return (executionId) => {
    const logger = executionId === undefined ? root : root.createChild();
    if (executionId !== undefined) logger.setCorrelationId(executionId);
    return {
      info: (message, facts = {}) => logger.info(message, facts),
      warn: (message, facts = {}) => logger.warn(message, facts),
    };
  };
};
