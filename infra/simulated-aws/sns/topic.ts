export type Protocol = 'http' | 'https' | 'sqs' | 'lambda' | 'email' | 'email-json' | 'sms';

export interface Topic {
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  /** FilterPolicy, FilterPolicyScope, RawMessageDelivery, RedrivePolicy. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What was sent to a person who has to confirm; nothing is delivered until then. */
  readonly pendingToken?: string;
}

export interface MessageAttribute {
  readonly type: string;
  readonly value: string;
}

export interface Message {
  readonly id: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly body: string;
  /** A body of its own for some protocols, from a message of JSON structure. */
  readonly bodies: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** Epoch ms. */
  readonly at: number;
}

/** Something that a person would have received: an e-mail or a text message. */
export interface SentNote {
  readonly at: number;
  readonly protocol: 'email' | 'email-json' | 'sms';
  readonly endpoint: string;
  readonly topicArn?: string;
  readonly subject?: string;
  readonly message: string;
}

export const bodyFor = (message: Message, protocol: Protocol): string =>
  message.bodies[protocol] ?? message.body;
