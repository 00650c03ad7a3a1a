import { Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import * as z from 'zod';
import { busName, stateTable } from '../../topology.ts';
import type { WithBusArn, WithTableArn } from '../core-permissions.ts';
import type { Hub } from '../hub.ts';
import { settingsSchema } from '../settings.ts';

/** What a construct beside the hub has to know of it. It stands in the hub's account and Region, in any stack and app. */
export interface WithHubProps {
  /** The hub, where it is of the same app: this is deployed after it, and uses its key. */
  readonly hub?: Hub;
  /** The ARN of the hub's key, where the hub is of another app and has `encryption: 'own'`. Default: it has none. */
  readonly encryptionKeyArn?: string;
  /** How long logs are kept, in days, as CloudWatch Logs can keep them. Default: 90. */
  readonly logDays?: number;
}

export const withHubSchema = z.strictObject({
  hub: z.unknown().optional(),
  encryptionKeyArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:kms:[a-z\d-]+:\d{12}:key\/(mrk-[\da-f]{32}|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/,
      "a KMS key's ARN",
    )
    .optional(),
  logDays: settingsSchema.shape.logDays,
});

interface OfHub {
  readonly table: WithTableArn;
  readonly bus: WithBusArn;
  readonly key: IKey | undefined;
  readonly logDays: number;
}

/** Names are fixed, so that nothing has to be handed over from the stack of the hub but its key. */
export const ofHub = (
  construct: Construct,
  { hub, encryptionKeyArn }: WithHubProps,
  logDays: number,
): OfHub => {
  const stack = Stack.of(construct);
  const imported =
    encryptionKeyArn === undefined ? undefined : Key.fromKeyArn(construct, 'Key', encryptionKeyArn);
  return {
    table: {
      tableArn: stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: stateTable.name }),
    },
    bus: {
      eventBusArn: stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: busName }),
    },
    key: hub?.key ?? imported,
    logDays,
  };
};

/** What the schema of one property cannot say. */
export const hubFaults = (
  construct: Construct,
  { hub, encryptionKeyArn }: WithHubProps,
): readonly string[] => {
  if (hub === undefined) return [];
  const both =
    encryptionKeyArn === undefined
      ? []
      : ['✖ the hub brings its key: leave out encryptionKeyArn\n  → at encryptionKeyArn'];
  const here = Stack.of(construct);
  const there = Stack.of(hub);
  const isHere = here.account === there.account && here.region === there.region;
  return isHere ? both : [...both, '✖ stands in another account or Region than its hub\n  → at hub'];
};
