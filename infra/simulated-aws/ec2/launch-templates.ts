import { ServiceError } from '../protocols/service-error.ts';
import type { LaunchTemplate, LaunchTemplateData } from './launch-template.ts';

/** The launch templates of one account and Region. */
export interface LaunchTemplates {
  readonly all: () => readonly LaunchTemplate[];
  /** The default version of a template, if it is one that people made. */
  readonly madeDefault: (id: string) => LaunchTemplateData | undefined;
  /** Adds a version to a template, and answers the template with it. */
  readonly addVersion: (
    template: LaunchTemplate,
    version: Pick<LaunchTemplate['versions'][number], 'description' | 'data'>,
  ) => LaunchTemplate;
  readonly setDefault: (template: LaunchTemplate, version: number) => LaunchTemplate;
}

/** The template of an id, or what EC2 says of an id that is not one or names none. */
export const templateById = (templates: LaunchTemplates, id: string): LaunchTemplate => {
  if (!/^lt-[0-9a-f]{8,17}$/.test(id))
    throw new ServiceError(
      'InvalidLaunchTemplateId.Malformed',
      `The specified launch template ID '${id}' is not valid.`,
    );
  const found = templates.all().find((template) => template.id === id);
  if (found !== undefined) return found;
  throw new ServiceError(
    'InvalidLaunchTemplateId.NotFound',
    `The specified launch template, with template ID ${id}, does not exist.`,
  );
};

export const templateByName = (templates: LaunchTemplates, name: string): LaunchTemplate => {
  const found = templates.all().find((template) => template.name === name);
  if (found !== undefined) return found;
  throw new ServiceError(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${name}, does not exist.`,
  );
};
