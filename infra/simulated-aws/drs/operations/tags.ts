import * as z from 'zod';
import { notFoundError } from '../errors.ts';
import { recoveryInstanceById } from '../instances.ts';
import { launchTemplateById } from '../launch-template.ts';
import { answered, operation, refused } from '../outcome.ts';
import { recoveryPlanById } from '../recovery-plans.ts';
import { instanceTagsOf } from '../render-instance.ts';
import { replicationTemplatesOf } from '../replication-configuration.ts';
import { sourceNetworkById } from '../source-network.ts';
import type { World } from '../world.ts';
import { serverById, tagsOf } from '../world.ts';
import { tags } from './fields.ts';

type Tags = Readonly<Record<string, string>>;

/** The tags with which a resource was made, or undefined if it does not exist here. */
const initialTags = (world: World, arn: string): Tags | undefined => {
  const { account, region } = world.setting.place;
  const [prefix = '', id = ''] = arn.split('/');
  const kind = prefix.startsWith(`arn:aws:drs:${region}:${account}:`) ? prefix.split(':').at(-1) : undefined;
  const instance = recoveryInstanceById(world, id);
  if (kind === 'source-server') return serverById(world, id)?.tags;
  if (kind === 'replication-configuration-template')
    return replicationTemplatesOf(world).find(({ templateID }) => templateID === id)?.tags;
  if (kind === 'source-network') return sourceNetworkById(world, id)?.tags;
  if (kind === 'launch-configuration-template') return launchTemplateById(world, id)?.tags;
  if (kind === 'recovery-plan') return recoveryPlanById(world, id)?.tags;
  if (kind === 'job') return world.state.jobs[id]?.tags;
  return kind === 'recovery-instance' && instance ? instanceTagsOf(world, instance) : undefined;
};

const currentTags = (world: World, arn: string): Tags | undefined => {
  const initial = initialTags(world, arn);
  return initial && tagsOf(world, arn, initial);
};

const resourceArn = z.string();

export const listTagsForResource = operation(z.object({ resourceArn }), (input, world) => {
  const current = currentTags(world, input.resourceArn);
  return current === undefined
    ? refused(notFoundError(input.resourceArn, 'RESOURCE'))
    : answered({ tags: current });
});

export const tagResource = operation(z.object({ resourceArn, tags }), (input, world) => {
  const current = currentTags(world, input.resourceArn);
  if (current === undefined) return refused(notFoundError(input.resourceArn, 'RESOURCE'));
  return answered({}, [{ kind: 'Tagged', arn: input.resourceArn, tags: { ...current, ...input.tags } }]);
});

export const untagResource = operation(
  z.object({ resourceArn, tagKeys: z.array(z.string()) }),
  (input, world) => {
    const current = currentTags(world, input.resourceArn);
    if (current === undefined) return refused(notFoundError(input.resourceArn, 'RESOURCE'));
    const kept = Object.entries(current).filter(([key]) => !input.tagKeys.includes(key));
    return answered({}, [{ kind: 'Tagged', arn: input.resourceArn, tags: Object.fromEntries(kept) }]);
  },
);
