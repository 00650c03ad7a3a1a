import * as z from 'zod';
import { hexFrom } from '../../identifiers.ts';
import { conflictError, notFoundError, validationError } from '../errors.ts';
import { answered, listed, operation, type Outcome, refused } from '../outcome.ts';
import { renderJob } from '../render-job.ts';
import { renderNetwork } from '../render-network.ts';
import {
  deploymentOf,
  drawNetworkJob,
  isBusyNetwork,
  protectionOf,
  sourceNetworkById,
  sourceNetworksOf,
} from '../source-network.ts';
import type { SourceNetwork } from '../state.ts';
import { evolve } from '../state.ts';
import type { World } from '../world.ts';
import { paged, tags } from './fields.ts';
import { quotaRefusal } from './start-recovery.ts';

const sourceNetworkID = z.string().regex(/^sn-[0-9a-zA-Z]{17}$/, 'Must be sn- and 17 letters or digits');
const originAccountID = z.string().regex(/^[0-9]{12}$/, 'Must be twelve digits');
const originRegion = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'Must be a Region');

const networkType = 'SOURCE_NETWORK';
const missing = (id: string) => refused(notFoundError(id, networkType));
const conflict = (id: string, trouble: string) =>
  refused(conflictError(`Source network ${id} ${trouble}`, id, networkType));

export const createSourceNetwork = operation(
  z.object({
    vpcID: z.string().regex(/^vpc-[0-9a-fA-F]{8,17}$/, 'Must be the ID of a VPC'),
    originAccountID,
    originRegion,
    tags: tags.optional(),
  }),
  ({ tags: given = {}, ...network }, world) => {
    const twin = sourceNetworksOf(world).find(({ vpcID }) => vpcID === network.vpcID);
    if (twin !== undefined) return conflict(twin.sourceNetworkID, `is ${network.vpcID} already`);
    const id = `sn-${hexFrom(world.random, 17)}`;
    const replication = { kind: 'STOPPED', at: world.now } as const;
    const made = { ...network, sourceNetworkID: id, tags: given, replication };
    return answered({ sourceNetworkID: id }, [{ kind: 'SourceNetworkSaved', network: made }], 201);
  },
);

export const describeSourceNetworks = operation(
  z.object({
    ...paged,
    filters: z
      .object({ sourceNetworkIDs: z.array(sourceNetworkID).max(100), originAccountID, originRegion })
      .partial()
      .optional(),
  }),
  ({ filters = {}, ...request }, world) => {
    const { sourceNetworkIDs: ids = [] } = filters;
    const networks = sourceNetworksOf(world).filter(
      (network) =>
        (ids.length === 0 || ids.includes(network.sourceNetworkID)) &&
        (filters.originAccountID ?? network.originAccountID) === network.originAccountID &&
        (filters.originRegion ?? network.originRegion) === network.originRegion,
    );
    return listed(
      world,
      networks,
      request,
      (network) => network.sourceNetworkID,
      (network) => renderNetwork(world, network),
    );
  },
);

const byID = z.object({ sourceNetworkID });

/** What is done to a network that no job is at work on. */
const onIdleNetwork = (run: (network: SourceNetwork, world: World) => Outcome) =>
  operation(byID, ({ sourceNetworkID: id }, world) => {
    const network = sourceNetworkById(world, id);
    if (network === undefined) return missing(id);
    return isBusyNetwork(world, id) ? conflict(id, 'is being processed by a Job') : run(network, world);
  });

/** Only for a network that does not replicate. */
export const deleteSourceNetwork = onIdleNetwork((network, world) => {
  const { sourceNetworkID: id } = network;
  return protectionOf(world, network) === 'STOPPED'
    ? answered({}, [{ kind: 'SourceNetworkDeleted', sourceNetworkID: id }], 204)
    : conflict(id, 'replicates');
});

const replicating = (kind: SourceNetwork['replication']['kind']) =>
  onIdleNetwork((before, world) => {
    if (before.replication.kind === kind)
      return conflict(before.sourceNetworkID, `is ${protectionOf(world, before)}`);
    const network = { ...before, replication: { kind, at: world.now } };
    const record = { kind: 'SourceNetworkSaved', network } as const;
    const after = { ...world, state: evolve(world.state, record) };
    return answered({ sourceNetwork: renderNetwork(after, network) }, [record]);
  });

export const startSourceNetworkReplication = replicating('STARTED');
export const stopSourceNetworkReplication = replicating('STOPPED');

const unrecoverable = (world: World, id: string): string | undefined => {
  const network = sourceNetworkById(world, id);
  if (network === undefined) return `Source network ${id} does not exist`;
  const status = protectionOf(world, network);
  return status === 'PROTECTED' || deploymentOf(world, id) !== undefined
    ? undefined
    : `Source network ${id} has nothing to be made from: its replication is ${status}`;
};

/** Makes one job for all the networks of the call, or refuses them all. */
export const startSourceNetworkRecovery = operation(
  z.object({
    sourceNetworks: z
      .array(
        z.object({
          sourceNetworkID,
          cfnStackName: z
            .string()
            .max(128)
            .regex(/^[a-zA-Z][-a-zA-Z0-9]*$/, 'Must be the name of a stack')
            .optional(),
        }),
      )
      .min(1)
      .max(100),
    deployAsNew: z.boolean().optional(),
    tags: tags.optional(),
  }),
  ({ sourceNetworks, deployAsNew = false, tags: jobTags = {} }, world) => {
    const ids = sourceNetworks.map((entry) => entry.sourceNetworkID);
    const problems = ids.flatMap((id, at) => {
      const message = unrecoverable(world, id);
      return message === undefined ? [] : [{ name: `sourceNetworks.${at}.sourceNetworkID`, message }];
    });
    if (problems.length > 0) return refused(validationError(problems));
    const busy = ids.find((id) => isBusyNetwork(world, id));
    if (busy !== undefined) return conflict(busy, 'is being processed by a Job');
    const refusal = quotaRefusal(world, 0);
    if (refusal !== undefined) return refused(refusal);
    const isUpdate = !deployAsNew && ids.every((id) => deploymentOf(world, id) !== undefined);
    const job = drawNetworkJob(world, ids, isUpdate, jobTags);
    const named = sourceNetworks.flatMap((entry) => {
      const network = sourceNetworkById(world, entry.sourceNetworkID);
      if (network === undefined) return [];
      const fresh = `drs-${entry.sourceNetworkID}-${job.jobID.slice(-8)}`;
      const stackName = entry.cfnStackName ?? (isUpdate ? network.stackName : fresh);
      return [{ kind: 'SourceNetworkSaved', network: { ...network, stackName } } as const];
    });
    return answered({ job: renderJob(world, job) }, [{ kind: 'JobStarted', job }, ...named], 202);
  },
);
