import * as z from 'zod';
import type { FormTree } from '../protocols/form.ts';
import { parseInput } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import type { QueryOperation } from '../protocols/query-protocol.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { element, type Xml } from '../protocols/xml.ts';
import { filtered, filtersIn, tagTexts, textsIn, type TextsOf } from './filter.ts';
import { pageInput, treeOf } from './form-input.ts';
import { type LaunchTemplate, type LaunchTemplateVersion, versionNamed } from './launch-template.ts';
import { type LaunchTemplates, templateById, templateByName } from './launch-templates.ts';
import { checkTemplateData, templateDataItem } from './launch-template-data.ts';
import { tagItems } from './render.ts';

const dateOf = (at: number): string => new Date(Math.floor(at / 1000) * 1000).toISOString();

interface TemplateDeps {
  readonly account: string;
}

const createdBy = ({ account }: TemplateDeps): string =>
  `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForElasticDisasterRecovery/drs`;

const templateMembers = (deps: TemplateDeps, template: LaunchTemplate): readonly Xml[] => [
  element('launchTemplateId', template.id),
  element('launchTemplateName', template.name),
  element('createTime', dateOf(template.createdAt)),
  element('createdBy', createdBy(deps)),
  element('defaultVersionNumber', template.defaultVersion),
  element('latestVersionNumber', template.versions.at(-1)?.number),
  element('tagSet', tagItems(template.tags)),
];

const versionMembers = (
  deps: TemplateDeps,
  template: LaunchTemplate,
  version: LaunchTemplateVersion,
): readonly Xml[] => [
  element('launchTemplateId', template.id),
  element('launchTemplateName', template.name),
  element('versionNumber', version.number),
  element('versionDescription', version.description),
  element('createTime', dateOf(version.createdAt)),
  element('createdBy', createdBy(deps)),
  element('defaultVersion', version.number === template.defaultVersion),
  templateDataItem(version.data),
];

const one = z.object({ LaunchTemplateId: z.string().optional(), LaunchTemplateName: z.string().optional() });

/** The template that a request names by its id or by its name, and not by both. */
const chosen = (templates: LaunchTemplates, form: unknown): LaunchTemplate | undefined => {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = parseInput(one, form);
  if (id !== undefined && name !== undefined)
    throw new ServiceError(
      'InvalidParameterCombination',
      'LaunchTemplateId and LaunchTemplateName cannot be used together',
    );
  if (id !== undefined) return templateById(templates, id);
  return name === undefined ? undefined : templateByName(templates, name);
};

const required = (templates: LaunchTemplates, form: unknown): LaunchTemplate => {
  const template = chosen(templates, form);
  if (template !== undefined) return template;
  throw new ServiceError(
    'MissingParameter',
    'The request must contain the parameter LaunchTemplateId or LaunchTemplateName',
  );
};

const versionOf = (template: LaunchTemplate, name: string): LaunchTemplateVersion => {
  const version = versionNamed(template, name);
  if (version !== undefined) return version;
  throw new ServiceError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${name} for the launch template with ID ${template.id}.`,
  );
};

const templateTexts: TextsOf<LaunchTemplate> = (template, name) => {
  if (name === 'launch-template-name') return [template.name];
  if (name === 'create-time') return [dateOf(template.createdAt)];
  return tagTexts(template.tags, name);
};

const describeTemplates =
  (deps: TemplateDeps, templates: LaunchTemplates): QueryOperation =>
  (form) => {
    const tree = treeOf(form);
    const { MaxResults = 200, NextToken } = parseInput(pageInput, form);
    const named = [
      ...textsIn(tree['LaunchTemplateId']).map((id) => templateById(templates, id)),
      ...textsIn(tree['LaunchTemplateName']).map((name) => templateByName(templates, name)),
    ];
    const wanted = named.length === 0 ? templates.all() : named;
    const found = filtered(wanted, filtersIn(tree), templateTexts);
    const { items, nextToken } = pageOf(found, Math.min(MaxResults, 200), NextToken);
    return [
      element(
        'launchTemplates',
        items.map((template) => element('item', templateMembers(deps, template))),
      ),
      element('nextToken', nextToken),
    ];
  };

interface Listed {
  readonly template: LaunchTemplate;
  readonly version: LaunchTemplateVersion;
}

const versionTexts: TextsOf<Listed> = ({ template, version }, name) => {
  if (name === 'is-default-version') return [String(version.number === template.defaultVersion)];
  if (name === 'create-time') return [dateOf(version.createdAt)];
  const member = { 'instance-type': 'InstanceType', 'image-id': 'ImageId' }[name];
  const value = member === undefined ? undefined : version.data[member];
  return member === undefined ? undefined : typeof value === 'string' ? [value] : [];
};

/** Without a template, the latest or default versions of all of them. */
const versionsOfAll = (templates: LaunchTemplates, names: readonly string[]): readonly Listed[] => {
  if (names.length === 0 || !names.every((name) => name === '$Latest' || name === '$Default'))
    throw new ServiceError(
      'MissingParameter',
      'A launch template, or the versions $Latest or $Default of all of them, must be specified',
    );
  return templates
    .all()
    .flatMap((template) =>
      [...new Set(names.map((name) => versionOf(template, name)))].map((version) => ({ template, version })),
    );
};

const versionRange = z.object({
  MinVersion: z.coerce.number().int().default(1),
  MaxVersion: z.coerce.number().int().default(Number.MAX_SAFE_INTEGER),
});

/** Newest first, as EC2 lists them. */
const versionsOfOne = (template: LaunchTemplate, names: readonly string[], form: unknown) => {
  const { MinVersion, MaxVersion } = parseInput(versionRange, form);
  const wanted =
    names.length > 0
      ? [...new Set(names.map((name) => versionOf(template, name)))]
      : template.versions.filter(({ number }) => number >= MinVersion && number <= MaxVersion);
  return wanted.toSorted((a, b) => b.number - a.number).map((version) => ({ template, version }));
};

const describeVersions =
  (deps: TemplateDeps, templates: LaunchTemplates): QueryOperation =>
  (form) => {
    const tree = treeOf(form);
    const { MaxResults = 200, NextToken } = parseInput(pageInput, form);
    const names = textsIn(tree['LaunchTemplateVersion']);
    const template = chosen(templates, form);
    const all =
      template === undefined ? versionsOfAll(templates, names) : versionsOfOne(template, names, form);
    const { items, nextToken } = pageOf(
      filtered(all, filtersIn(tree), versionTexts),
      Math.min(MaxResults, 200),
      NextToken,
    );
    return [
      element(
        'launchTemplateVersionSet',
        items.map(({ template: of, version }) => element('item', versionMembers(deps, of, version))),
      ),
      element('nextToken', nextToken),
    ];
  };

const versionInput = z.object({
  SourceVersion: z.string().optional(),
  VersionDescription: z.string().max(255).optional(),
});

const isTree = (value: string | FormTree | undefined): value is FormTree => typeof value === 'object';

/** A member that is given replaces that of the version which the new one starts from. */
const createVersion =
  (deps: TemplateDeps, templates: LaunchTemplates): QueryOperation =>
  (form) => {
    const given = treeOf(form)['LaunchTemplateData'];
    if (!isTree(given))
      throw new ServiceError('MissingParameter', 'The request must contain the parameter LaunchTemplateData');
    const template = required(templates, form);
    const { SourceVersion, VersionDescription: description } = parseInput(versionInput, form);
    const source = SourceVersion === undefined ? {} : versionOf(template, SourceVersion).data;
    checkTemplateData(given);
    const after = templates.addVersion(template, { description, data: { ...source, ...given } });
    const [version] = after.versions.slice(-1);
    return version === undefined
      ? []
      : [element('launchTemplateVersion', versionMembers(deps, after, version))];
  };

const modifyTemplate =
  (deps: TemplateDeps, templates: LaunchTemplates): QueryOperation =>
  (form) => {
    const template = required(templates, form);
    const { SetDefaultVersion } = parseInput(z.object({ SetDefaultVersion: z.string() }), form);
    const { number } = versionOf(template, SetDefaultVersion);
    return [element('launchTemplate', templateMembers(deps, templates.setDefault(template, number)))];
  };

/** What people do to the templates that DRS launches from. */
export const launchTemplateOperations = (
  deps: TemplateDeps,
  templates: LaunchTemplates,
): Readonly<Record<string, QueryOperation>> => ({
  DescribeLaunchTemplates: describeTemplates(deps, templates),
  DescribeLaunchTemplateVersions: describeVersions(deps, templates),
  CreateLaunchTemplateVersion: createVersion(deps, templates),
  ModifyLaunchTemplate: modifyTemplate(deps, templates),
});
