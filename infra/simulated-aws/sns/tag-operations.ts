import * as z from 'zod';
import { type FormTree, listOf } from '../protocols/form.ts';
import { parseInput } from '../protocols/operation.ts';
import type { QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element } from '../protocols/xml.ts';
import { checkTopicArn } from './resource-arn.ts';
import type { SnsStore } from './store.ts';
import type { Topic } from './topic.ts';
import type { Topics } from './topics.ts';

export const tree = z.custom<FormTree>((value) => typeof value === 'object' && value !== null);

/** Tags of a request: `Tags.member.1.Key` and `.Value`. */
export const tagsInput = tree
  .optional()
  .transform((form) =>
    Object.fromEntries(
      listOf(form, 'member').flatMap((tag) =>
        typeof tag === 'object' && typeof tag['Key'] === 'string' && typeof tag['Value'] === 'string'
          ? [[tag['Key'], tag['Value']] as const]
          : [],
      ),
    ),
  );

const tagsMax = 50;

const taggedTopic = (store: SnsStore, arn: string): Topic => {
  checkTopicArn(arn, 'ResourceArn');
  const topic = store.topics.get(arn);
  if (topic === undefined) throw new ServiceError('ResourceNotFound', 'Resource does not exist', 404);
  return topic;
};

const resource = { ResourceArn: z.string() };

/** Tags of topics. */
export const tagOperations = (store: SnsStore, topics: Topics): Readonly<Record<string, QueryOperation>> => ({
  TagResource(form) {
    const { ResourceArn, Tags } = parseInput(z.object({ ...resource, Tags: tagsInput }), form);
    const tags = { ...taggedTopic(store, ResourceArn).tags, ...Tags };
    if (Object.keys(tags).length > tagsMax)
      throw new ServiceError('TagLimitExceeded', `A resource can have up to ${tagsMax} tags`);
    topics.tag(ResourceArn, tags);
    return [];
  },
  UntagResource(form) {
    const { ResourceArn, TagKeys } = parseInput(z.object({ ...resource, TagKeys: tree }), form);
    const keys = listOf(TagKeys, 'member');
    const { tags = {} } = taggedTopic(store, ResourceArn);
    topics.tag(ResourceArn, Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key))));
    return [];
  },
  ListTagsForResource(form) {
    const { ResourceArn } = parseInput(z.object(resource), form);
    const tags = Object.entries(taggedTopic(store, ResourceArn).tags ?? {});
    const members = tags.map(([key, value]) =>
      element('member', [element('Key', key), element('Value', value)]),
    );
    return [element('Tags', members)];
  },
});
