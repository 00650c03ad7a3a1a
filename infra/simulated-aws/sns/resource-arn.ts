import { ServiceError } from '../protocols/service-error.ts';

const invalid = (text: string): ServiceError =>
  new ServiceError('InvalidParameter', `Invalid parameter: ${text}`);

/** An ARN has six parts at least; SNS says so before it looks for anything. */
const checkParts = (arn: string, parameter: string): readonly string[] => {
  const parts = arn.split(':');
  if (parts.length < 6)
    throw invalid(`${parameter} Reason: An ARN must have at least 6 elements, not ${parts.length}`);
  return parts;
};

/** Throws for what is no ARN, or none of SNS. */
export const checkTopicArn = (arn: string, parameter = 'TopicArn'): void => {
  const [prefix, , service] = checkParts(arn, parameter);
  if (prefix !== 'arn' || service !== 'sns') throw invalid(parameter);
};

/** A subscription's ARN is its topic's with an id at its end. */
export const checkSubscriptionArn = (arn: string): void => {
  const [prefix, , service, , , , id] = checkParts(arn, 'SubscriptionArn');
  if (prefix !== 'arn' || service !== 'sns') throw invalid('SubscriptionArn');
  if (id === undefined) throw invalid('SubscriptionId');
};
