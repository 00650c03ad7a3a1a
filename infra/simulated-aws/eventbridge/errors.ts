import { ServiceError } from '../protocols/service-error.ts';

/** EventBridge's errors with AWS's codes and texts. */

export const validation = (message: string): ServiceError => new ServiceError('ValidationException', message);

export const invalidParameter = (name: string, reason?: string): ServiceError =>
  validation(`Parameter ${name} is not valid.${reason === undefined ? '' : ` Reason: ${reason}`}`);

export const notFound = (message: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', message);

export const busNotFound = (name: string): ServiceError => notFound(`Event bus ${name} does not exist.`);

export const ruleNotFound = (name: string, bus: string): ServiceError =>
  notFound(`Rule ${name} does not exist on EventBus ${bus}.`);

export const alreadyExists = (what: string): ServiceError =>
  new ServiceError('ResourceAlreadyExistsException', `${what} already exists.`);

export const limitExceeded = (): ServiceError =>
  new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');

export const invalidPattern = (reason: string): ServiceError =>
  new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);

export const managedRule = (name: string): ServiceError =>
  new ServiceError(
    'ManagedRuleException',
    `Rule ${name} is managed by an AWS service and cannot be changed.`,
  );
