import * as z from 'zod';
import { hexFrom } from '../../identifiers.ts';
import { notFoundError, quotaError } from '../errors.ts';
import { launchTemplateById, launchTemplatesOf } from '../launch-template.ts';
import { answered, listed, operation, refused } from '../outcome.ts';
import type { LaunchTemplate } from '../state.ts';
import type { World } from '../world.ts';
import { arnOf, tagsOf } from '../world.ts';
import { paged, tags } from './fields.ts';

const templateID = z.string().regex(/^lct-[0-9a-zA-Z]{17}$/, 'Must be lct- and 17 letters or digits');

const members = {
  launchDisposition: z.enum(['STARTED', 'STOPPED']).optional(),
  targetInstanceTypeRightSizingMethod: z.enum(['NONE', 'BASIC', 'IN_AWS']).optional(),
  copyPrivateIp: z.boolean().optional(),
  copyTags: z.boolean().optional(),
  licensing: z.object({ osByol: z.boolean().optional() }).optional(),
  exportBucketArn: z
    .string()
    .regex(/^arn:.{16,2044}$/, 'Must be an ARN')
    .optional(),
  postLaunchEnabled: z.boolean().optional(),
  launchIntoSourceInstance: z.boolean().optional(),
};

/** DRS quota "Launch configuration templates". */
const templatesMax = 1;

const missing = (id: string) => refused(notFoundError(id, 'LAUNCH_CONFIGURATION_TEMPLATE'));

const defaults = {
  launchDisposition: 'STARTED',
  targetInstanceTypeRightSizingMethod: 'BASIC',
  copyPrivateIp: false,
  copyTags: true,
  licensing: { osByol: false },
  postLaunchEnabled: false,
  launchIntoSourceInstance: false,
} as const;

const render = (world: World, { templateID: id, tags: given, ...template }: LaunchTemplate) => {
  const arn = arnOf(world, 'launch-configuration-template', id);
  return { launchConfigurationTemplateID: id, arn, tags: tagsOf(world, arn, given), ...template };
};

export const createLaunchConfigurationTemplate = operation(
  z.object({ ...members, tags: tags.optional() }),
  ({ tags: given = {}, ...configuration }, world) => {
    if (launchTemplatesOf(world).length >= templatesMax)
      return refused(quotaError('launchTemplates', templatesMax));
    const templateID = `lct-${hexFrom(world.random, 17)}`;
    const template = { ...defaults, ...configuration, templateID, tags: given };
    return answered(
      { launchConfigurationTemplate: render(world, template) },
      [{ kind: 'LaunchTemplateSaved', template }],
      201,
    );
  },
);

export const describeLaunchConfigurationTemplates = operation(
  z.object({
    ...paged,
    maxResults: z.int().min(1).max(1000).optional(),
    launchConfigurationTemplateIDs: z.array(templateID).max(1).optional(),
  }),
  ({ launchConfigurationTemplateIDs: ids = [], ...request }, world) => {
    const unknown = ids.find((id) => launchTemplateById(world, id) === undefined);
    if (unknown !== undefined) return missing(unknown);
    return listed(
      world,
      launchTemplatesOf(world),
      request,
      (template) => template.templateID,
      (template) => render(world, template),
    );
  },
);

/** Changes the members given; servers that are there already keep what they have. */
export const updateLaunchConfigurationTemplate = operation(
  z.object({ ...members, launchConfigurationTemplateID: templateID }),
  ({ launchConfigurationTemplateID: id, ...configuration }, world) => {
    const before = launchTemplateById(world, id);
    if (before === undefined) return missing(id);
    const template = { ...before, ...configuration };
    return answered({ launchConfigurationTemplate: render(world, template) }, [
      { kind: 'LaunchTemplateSaved', template },
    ]);
  },
);

export const deleteLaunchConfigurationTemplate = operation(
  z.object({ launchConfigurationTemplateID: templateID }),
  ({ launchConfigurationTemplateID: id }, world) =>
    launchTemplateById(world, id) === undefined
      ? missing(id)
      : answered({}, [{ kind: 'TemplateDeleted', templateID: id }], 204),
);
