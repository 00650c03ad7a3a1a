import { awsCheckPorts, type CheckPorts } from '../../core/ports/aws/check-ports.ts';
import {
  awsAuditReplays,
  awsOperatorPorts,
  type OperatorPorts,
} from '../../core/ports/aws/operator-ports.ts';
import { awsNoticePorts } from '../../core/ports/aws/notice-ports.ts';
import type { AuditReplays } from '../../core/ports/replays.ts';
import { type ConnectionOptions, placeOf } from './connection.ts';

/** All clients of this process, also the oldest, read the profile from the environment. */
export const useProfile = ({ profile }: ConnectionOptions): void => {
  if (profile !== undefined) process.env['AWS_PROFILE'] = profile;
};

export const connect = (options: ConnectionOptions): OperatorPorts => {
  useProfile(options);
  const { endpoint, region, bus: busName, table: tableName } = placeOf(options);
  return awsOperatorPorts({ endpoint, region, busName, tableName });
};

export const connectReplays = (options: ConnectionOptions): AuditReplays => {
  useProfile(options);
  const { endpoint, region, bus: busName } = placeOf(options);
  return awsAuditReplays({ endpoint, region, busName });
};

/** What sends messages, in the caller's own name. */
export const connectNotices = (options: ConnectionOptions): ReturnType<typeof awsNoticePorts> => {
  useProfile(options);
  const { endpoint, region } = placeOf(options);
  return awsNoticePorts({ endpoint, region });
};

export const connectCheck = (options: ConnectionOptions): Promise<CheckPorts> => {
  useProfile(options);
  const { endpoint, region } = placeOf(options);
  return awsCheckPorts({ endpoint, region });
};

const timeAt = async (endpoint: string): Promise<number> => {
  const status = (await (await fetch(new URL('/status', endpoint))).json()) as { readonly time?: string };
  return status.time === undefined ? Date.now() : Date.parse(status.time);
};

/** The endpoint's own time, epoch ms: a local runtime may be ahead of the wall. */
export const nowThere = async (options: ConnectionOptions): Promise<number> => {
  const { endpoint } = placeOf(options);
  if (endpoint !== undefined) return timeAt(endpoint);
  // The environment may lead the SDK's clients to a local runtime, or to another door of AWS, which tells no time.
  const elsewhere = process.env['AWS_ENDPOINT_URL'];
  return elsewhere === undefined ? Date.now() : timeAt(elsewhere).catch(() => Date.now());
};
