/** What a target is, as far as it decides how it is reached. */
export type TargetKind = 'bus' | 'api-destination' | 'lambda' | 'sqs' | 'sns' | 'logs' | 'other';

const own: Readonly<Record<string, TargetKind>> = { lambda: 'lambda', sqs: 'sqs', sns: 'sns', logs: 'logs' };

export const kindOfTarget = (arn: string): TargetKind => {
  const [, , service = '', , , resource = ''] = arn.split(':');
  if (service !== 'events') return own[service] ?? 'other';
  if (resource.startsWith('event-bus/')) return 'bus';
  return resource.startsWith('api-destination/') ? 'api-destination' : 'other';
};

/** The account and Region that an ARN names. */
export const placeOfArn = (arn: string): { readonly account: string; readonly region: string } => {
  const [, , , region = '', account = ''] = arn.split(':');
  return { account, region };
};
