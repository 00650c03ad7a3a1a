import * as z from 'zod';
import { operation } from './operation.ts';
import { arnText, tagList } from './constraint.ts';
import { type Tags, tagsFrom } from './tags.ts';
import { type Core, requireBus, requireRule, ruleKey } from './core.ts';
import { defaultBus, resourceNameOf } from './arn.ts';
import { invalidParameter } from './errors.ts';
import type { Operations } from '../protocols/operation.ts';

interface Tagged {
  readonly tags: Tags;
  replace(tags: Tags): void;
}

const splitRuleName = (path: string): readonly [string, string] => {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? [defaultBus, path] : [path.slice(0, slash), path.slice(slash + 1)];
};

/** Buses and rules are what EventBridge can tag. */
const taggedAt = (core: Core, arn: string): Tagged => {
  const name = resourceNameOf(arn);
  if (arn === core.arns.bus(name)) {
    const bus = requireBus(core, name);
    return { tags: bus.tags, replace: (tags) => core.tables.bus.set(bus.name, { ...bus, tags }) };
  }
  const [busName, ruleName] = splitRuleName(name);
  if (arn !== core.arns.rule(busName, ruleName)) throw invalidParameter('ResourceARN');
  const rule = requireRule(core, busName, ruleName);
  return {
    tags: rule.tags,
    replace: (tags) => core.tables.rule.set(ruleKey(rule.bus, rule.name), { ...rule, tags }),
  };
};

export const tagOperations = (core: Core): Operations => ({
  TagResource: operation(z.object({ ResourceARN: arnText, Tags: tagList }), ({ ResourceARN, Tags }) => {
    const resource = taggedAt(core, ResourceARN);
    resource.replace({ ...resource.tags, ...tagsFrom(Tags) });
  }),
  UntagResource: operation(
    z.object({ ResourceARN: arnText, TagKeys: z.array(z.string()) }),
    ({ ResourceARN, TagKeys }) => {
      const resource = taggedAt(core, ResourceARN);
      resource.replace(
        Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key))),
      );
    },
  ),
  ListTagsForResource: operation(z.object({ ResourceARN: arnText }), ({ ResourceARN }) => ({
    Tags: Object.entries(taggedAt(core, ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
  })),
});
