import {
  DescribeJobLogItemsCommand,
  DescribeJobsCommand,
  type DescribeJobsRequestFilters,
  DescribeRecoveryInstancesCommand,
  type DescribeRecoveryInstancesRequestFilters,
  DescribeRecoverySnapshotsCommand,
  DescribeSourceServersCommand,
  GetLaunchConfigurationCommand,
  type LaunchAction,
  ListLaunchActionsCommand,
  ResourceNotFoundException,
  StartRecoveryCommand,
  TerminateRecoveryInstancesCommand,
} from '@aws-sdk/client-drs';
import * as z from 'zod';
import { accountIdSchema } from '../../../../contracts/identifiers.ts';
import type { Target } from '../../../../contracts/plan.ts';
import type { PlannedLaunchAction, RecoveryInstance, RecoveryJob } from '../../domain/recovery-job.ts';
import type { RecoveryService, StartAnswer, StartRequest } from '../recovery-service.ts';
import { parseEnvironment } from './composition.ts';
import { createDrsClients, createTargetAccess, type DrsClients } from './drs-clients.ts';
import {
  jobLogEntryOf,
  jobOf,
  launchActionOf,
  launchConfigurationOf,
  recoveryInstanceOf,
  recoverySnapshotOf,
  sourceServerOf,
} from './drs-views.ts';
import { createEc2Instances } from './ec2-instances.ts';
import { createRecoveryQuotas } from './recovery-quotas.ts';
import { createSignedCall, type SignedCall } from './signed-call.ts';
import { answerOfFailure } from './start-answer.ts';
import { createTargetCredentials } from './target-credentials.ts';
import { withinTimeout } from './within-timeout.ts';

export interface RecoveryServiceDeps {
  /** The account in which the product runs: its own credentials are good there, and nowhere else. */
  readonly homeAccount: string;
  readonly clientsOf?: (target: Target) => DrsClients;
  readonly signedCall?: SignedCall;
}

/** DRS: DescribeJobs and DescribeRecoveryInstances take so many ids at a time. */
const jobIdsMax = 1_000;
const serverIdsMax = 200;

const homeSchema = z.object({ AWS_ACCOUNT_ID: accountIdSchema });

export const homeAccountOf = (env: Readonly<Record<string, string | undefined>>): string =>
  parseEnvironment(homeSchema, env).AWS_ACCOUNT_ID;

interface Page<Item> {
  readonly items?: Item[] | undefined;
  readonly nextToken?: string | undefined;
}

/** Every page; one may be empty although more follow. */
const allPages = async <Item, View>(
  view: (item: Item) => View,
  ask: (nextToken?: string) => Promise<Page<Item>>,
): Promise<readonly View[]> => {
  const views: View[] = [];
  let nextToken: string | undefined;
  do {
    const page = await ask(nextToken);
    views.push(...(page.items ?? []).map(view));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && nextToken !== '');
  return views;
};

const after = (nextToken: string | undefined) => nextToken !== undefined && { nextToken };

const inChunks = async <Item>(
  ids: readonly string[],
  size: number,
  ask: (chunk: string[]) => Promise<readonly Item[]>,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for (let from = 0; from < ids.length; from += size)
    items.push(...(await ask(ids.slice(from, from + size))));
  return items;
};

const start = async (
  clientsOf: (target: Target) => DrsClients,
  target: Target,
  { isDrill, servers, tags }: StartRequest,
): Promise<StartAnswer> => {
  const command = new StartRecoveryCommand({
    isDrill,
    sourceServers: servers.map(({ sourceServerId, snapshotId }) => ({
      sourceServerID: sourceServerId,
      ...(snapshotId !== undefined && { recoverySnapshotID: snapshotId }),
    })),
    tags: { ...tags },
  });
  return answerOf((abortSignal) => clientsOf(target).starting.send(command, { abortSignal }));
};

/** What is known of the effect of a call that makes a job. */
const answerOf = async (
  call: (
    signal: AbortSignal,
  ) => Promise<{ readonly job?: { readonly jobID?: string | undefined } | undefined }>,
): Promise<StartAnswer> => {
  try {
    const { job } = await withinTimeout(call);
    if (job?.jobID !== undefined) return { status: 'accepted', jobId: job.jobID };
    return { status: 'unknown', message: 'DRS accepted the call and named no job.' };
  } catch (error) {
    return answerOfFailure(error);
  }
};

/** Which launch actions a server is to have: one call more where its launch configuration has them on. */
const launchActionsOf = async (
  drs: DrsClients['reading'],
  sourceServerID: string,
): Promise<readonly PlannedLaunchAction[] | 'denied'> => {
  try {
    const { postLaunchEnabled } = await drs.send(new GetLaunchConfigurationCommand({ sourceServerID }));
    if (postLaunchEnabled !== true) return [];
    const all = await allPages(
      (action: LaunchAction) => action,
      (next) => drs.send(new ListLaunchActionsCommand({ resourceId: sourceServerID, ...after(next) })),
    );
    return all
      .filter(({ active }) => active === true)
      .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
      .map(launchActionOf);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return [];
    // Not among the modelled errors of the operation, so that it has no class of its own.
    if (error instanceof Error && error.name === 'AccessDeniedException') return 'denied';
    throw error;
  }
};

/** DRS through the AWS SDK, with the credentials that each target's role gives. */
export const createAwsRecoveryService = ({
  homeAccount,
  clientsOf = createDrsClients(createTargetCredentials(homeAccount)),
  signedCall = createSignedCall(),
}: RecoveryServiceDeps): RecoveryService => {
  const reading = (target: Target) => clientsOf(target).reading;
  const access = createTargetAccess(clientsOf);

  const jobs = (target: Target, filters: DescribeJobsRequestFilters): Promise<readonly RecoveryJob[]> =>
    allPages(jobOf, (next) => reading(target).send(new DescribeJobsCommand({ filters, ...after(next) })));

  const recoveryInstances = (
    target: Target,
    filters: DescribeRecoveryInstancesRequestFilters,
  ): Promise<readonly RecoveryInstance[]> =>
    allPages(recoveryInstanceOf, (next) =>
      reading(target).send(new DescribeRecoveryInstancesCommand({ filters, ...after(next) })),
    );

  return {
    startRecovery: (target, request) => start(clientsOf, target, request),
    terminateRecoveryInstances: (target, ids) => {
      const command = new TerminateRecoveryInstancesCommand({ recoveryInstanceIDs: [...ids] });
      return answerOf((abortSignal) => clientsOf(target).starting.send(command, { abortSignal }));
    },
    describeJobs: (target, jobIds) => inChunks(jobIds, jobIdsMax, (jobIDs) => jobs(target, { jobIDs })),
    describeJobsSince: (target, since) => jobs(target, { fromDate: new Date(since).toISOString() }),
    describeJobLog: (target, jobID) =>
      allPages(jobLogEntryOf, (next) =>
        reading(target).send(new DescribeJobLogItemsCommand({ jobID, ...after(next) })),
      ),
    describeSourceServers: (target) =>
      allPages(sourceServerOf, (next) =>
        reading(target).send(new DescribeSourceServersCommand({ filters: {}, ...after(next) })),
      ),
    describeRecoveryInstances: (target, ids) =>
      ids === undefined
        ? recoveryInstances(target, {})
        : inChunks(ids, serverIdsMax, (sourceServerIDs) => recoveryInstances(target, { sourceServerIDs })),
    describeRecoverySnapshots: (target, sourceServerID) =>
      allPages(recoverySnapshotOf, (next) =>
        reading(target).send(
          new DescribeRecoverySnapshotsCommand({ sourceServerID, order: 'DESC', ...after(next) }),
        ),
      ),
    async describeLaunchConfiguration(target, sourceServerID) {
      try {
        const found = await reading(target).send(new GetLaunchConfigurationCommand({ sourceServerID }));
        return launchConfigurationOf(found);
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
    launchActions: (target, id) => launchActionsOf(reading(target), id),
    quotas: createRecoveryQuotas(signedCall, access),
    ...createEc2Instances(signedCall, access),
  };
};
