import {
  DescribeArchiveCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  type EventBridgeClient,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import type { AuditReplays } from '../replays.ts';

export interface ReplaysDeps {
  readonly client: EventBridgeClient;
  readonly busName: string;
  readonly archiveName: string;
  /** The one rule that a replay may reach. */
  readonly auditRuleName: string;
}

/** EventBridge left out an ARN without which a replay would reach every rule. */
export class MissingArnError extends Error {
  constructor(what: string) {
    super(`EventBridge gave no ARN of ${what}.`);
    this.name = 'MissingArnError';
  }
}

const required = (arn: string | undefined, what: string): string => {
  if (arn === undefined) throw new MissingArnError(what);
  return arn;
};

/** EventBridge: StartReplay. Without FilterArns it would fire every rule of the bus again. */
export const createAwsReplays = (deps: ReplaysDeps): AuditReplays => {
  const { client, busName: EventBusName, archiveName: ArchiveName, auditRuleName } = deps;
  return {
    async start(ReplayName, fromMs, toMs) {
      const archive = await client.send(new DescribeArchiveCommand({ ArchiveName }));
      const rule = await client.send(new DescribeRuleCommand({ Name: auditRuleName, EventBusName }));
      await client.send(
        new StartReplayCommand({
          ReplayName,
          Description: 'Audit: to the audit rule only.',
          EventSourceArn: required(archive.ArchiveArn, `archive ${ArchiveName}`),
          EventStartTime: new Date(Math.floor(fromMs / 1_000) * 1_000),
          EventEndTime: new Date(Math.ceil(toMs / 1_000) * 1_000),
          Destination: {
            Arn: required(archive.EventSourceArn, `the bus of archive ${ArchiveName}`),
            FilterArns: [required(rule.Arn, `rule ${auditRuleName}`)],
          },
        }),
      );
    },
    async describe(ReplayName) {
      const answer = await client.send(new DescribeReplayCommand({ ReplayName }));
      const replayedTo = answer.EventLastReplayedTime?.getTime();
      return {
        state: answer.State ?? 'STARTING',
        ...(answer.StateReason !== undefined && { reason: answer.StateReason }),
        ...(replayedTo !== undefined && { replayedTo }),
      };
    },
  };
};
