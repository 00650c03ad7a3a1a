import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Notifier, Secrets } from '../notifier.ts';
import { clientSettings, type Whereabouts } from './client-settings.ts';
import { createAwsNotifier } from './notifier.ts';
import { createAwsSecrets } from './secrets.ts';

/** What sends messages with the caller's own credentials, as the notifier sends them with its role. */
export const awsNoticePorts = (
  whereabouts: Whereabouts,
): { readonly notifier: Notifier; readonly secrets: Secrets } => {
  const settings = clientSettings(whereabouts);
  return {
    notifier: createAwsNotifier({ sns: new SNSClient(settings), timeoutMs: 10_000 }),
    secrets: createAwsSecrets(new SSMClient(settings), () => Date.now()),
  };
};
