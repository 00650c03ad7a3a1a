import * as z from 'zod';
import { hexFrom } from '../../identifiers.ts';
import { notFoundError } from '../errors.ts';
import { answered, listed, operation, refused } from '../outcome.ts';
import { replicationTemplatesOf } from '../replication-configuration.ts';
import { optionalSettings, type ReplicationTemplate, settingMembers } from '../replication-settings.ts';
import type { World } from '../world.ts';
import { arnOf, tagsOf } from '../world.ts';
import { paged, tags } from './fields.ts';
import { keyIsMissing, lacksKey } from './replication-configuration.ts';

const templateID = z.string().regex(/^rct-[0-9a-zA-Z]{17}$/, 'Must be rct- and 17 letters or digits');

const missing = (id: string) => refused(notFoundError(id, 'REPLICATION_CONFIGURATION_TEMPLATE'));

const render = (world: World, template: ReplicationTemplate) => {
  const arn = arnOf(world, 'replication-configuration-template', template.templateID);
  return {
    replicationConfigurationTemplateID: template.templateID,
    arn,
    tags: tagsOf(world, arn, template.tags),
    ...template.settings,
  };
};

const byId = (world: World, id: string): ReplicationTemplate | undefined =>
  replicationTemplatesOf(world).find((template) => template.templateID === id);

export const createReplicationConfigurationTemplate = operation(
  z.object({
    ...optionalSettings.shape,
    stagingAreaSubnetId: settingMembers.stagingAreaSubnetId,
    replicationServersSecurityGroupsIDs: settingMembers.replicationServersSecurityGroupsIDs,
    ebsEncryption: settingMembers.ebsEncryption,
    bandwidthThrottling: settingMembers.bandwidthThrottling,
    stagingAreaTags: settingMembers.stagingAreaTags,
    pitPolicy: settingMembers.pitPolicy,
    tags: tags.optional(),
  }),
  ({ tags: given = {}, ...settings }, world) => {
    if (lacksKey(settings)) return refused(keyIsMissing);
    const template = { templateID: `rct-${hexFrom(world.random, 17)}`, tags: given, settings };
    return answered(render(world, template), [{ kind: 'ReplicationTemplateSaved', template }], 201);
  },
);

export const describeReplicationConfigurationTemplates = operation(
  z.object({ ...paged, replicationConfigurationTemplateIDs: z.array(templateID).max(200).optional() }),
  ({ replicationConfigurationTemplateIDs: ids = [], ...request }, world) => {
    const unknown = ids.find((id) => byId(world, id) === undefined);
    if (unknown !== undefined) return missing(unknown);
    const templates = replicationTemplatesOf(world).filter(
      (template) => ids.length === 0 || ids.includes(template.templateID),
    );
    return listed(
      world,
      templates,
      request,
      (template) => template.templateID,
      (template) => render(world, template),
    );
  },
);

/** Changes the members given; servers that are there already keep what they have. */
export const updateReplicationConfigurationTemplate = operation(
  z.object({
    ...optionalSettings.shape,
    replicationConfigurationTemplateID: templateID,
  }),
  ({ replicationConfigurationTemplateID: id, ...given }, world) => {
    const before = byId(world, id);
    if (before === undefined) return missing(id);
    const template = { ...before, settings: { ...before.settings, ...given } };
    if (lacksKey(template.settings)) return refused(keyIsMissing);
    return answered(render(world, template), [{ kind: 'ReplicationTemplateSaved', template }]);
  },
);

export const deleteReplicationConfigurationTemplate = operation(
  z.object({ replicationConfigurationTemplateID: templateID }),
  ({ replicationConfigurationTemplateID: id }, world) =>
    byId(world, id) === undefined
      ? missing(id)
      : answered({}, [{ kind: 'TemplateDeleted', templateID: id }], 204),
);
