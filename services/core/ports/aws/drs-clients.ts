import { Agent } from 'node:https';
import { DrsClient, type DrsClientConfig } from '@aws-sdk/client-drs';
import type { Target } from '../../../../contracts/plan.ts';
import type { Access } from './signed-call.ts';
import { cachedByTarget, type TargetCredentials } from './target-credentials.ts';

export interface DrsClients {
  /** Repeats a failed call: only for what changes nothing. */
  readonly reading: DrsClient;
  /**
   * Makes each call once, over a connection of its own: one that was kept while the Lambda slept is often
   * dead, and a call that dies with it leaves its effect unknown.
   */
  readonly starting: DrsClient;
}

/** DRS: connecting takes milliseconds; what takes this long will not come about. */
const connectionTimeoutMs = 3_000;

export const createDrsClients = (credentialsOf: TargetCredentials, settings: DrsClientConfig = {}) =>
  cachedByTarget((target): DrsClients => {
    const credentials = credentialsOf(target);
    const common = { region: target.region, ...(credentials !== undefined && { credentials }), ...settings };
    const once = {
      connectionTimeout: connectionTimeoutMs,
      httpsAgent: new Agent({ keepAlive: false }),
    };
    return {
      reading: new DrsClient(common),
      starting: new DrsClient({ requestHandler: once, ...common, maxAttempts: 1 }),
    };
  });

/** What signs a call to another service in a target: the credentials that DRS's client already has for it. */
export const createTargetAccess =
  (clientsOf: (target: Target) => DrsClients) =>
  async (target: Target): Promise<Access> => ({
    region: target.region,
    credentials: await clientsOf(target).reading.config.credentials(),
  });
