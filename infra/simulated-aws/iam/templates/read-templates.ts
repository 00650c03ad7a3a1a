import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Deployment, joined } from '../deployment.ts';
import type { StackPlace } from './place.ts';
import { readStack } from './read-stack.ts';

/** What a user gave does not lead to templates. */
export class TemplatesError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TemplatesError';
  }
}

const manifestSchema = z.looseObject({
  artifacts: z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      environment: z.string().optional(),
      properties: z
        .looseObject({ templateFile: z.string().optional(), stackName: z.string().optional() })
        .optional(),
    }),
  ),
});

/** A template that is to be read, and where it would be deployed; undefined: wherever the hub is. */
export interface TemplateFile {
  readonly file: string;
  readonly stackName: string;
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

const jsonIn = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new TemplatesError(
      `${file} cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
};

const known = (text: string | undefined): string | undefined =>
  text === undefined || text.startsWith('unknown-') ? undefined : text;

const inAssembly = (folder: string): readonly TemplateFile[] => {
  const manifest = join(folder, 'manifest.json');
  if (!existsSync(manifest))
    throw new TemplatesError(
      `${folder} has no manifest.json. Name the folder that cdk synth writes, or its templates.`,
    );
  const { artifacts } = manifestSchema.parse(jsonIn(manifest));
  return Object.entries(artifacts).flatMap(([id, { type, environment = '', properties }]) => {
    if (type !== 'aws:cloudformation:stack' || properties?.templateFile === undefined) return [];
    const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment) ?? [];
    const file = join(folder, properties.templateFile);
    return [{ file, stackName: properties.stackName ?? id, account: known(account), region: known(region) }];
  });
};

/** The files that a folder of `cdk synth` holds, or a template, as `template.json` or `template.json@account/region`. */
export const templateFilesAt = (given: string): readonly TemplateFile[] => {
  const [, file = given, account, region] = /^(.*)@(\d{12})\/([a-z\d-]+)$/.exec(given) ?? [];
  if (!existsSync(file)) throw new TemplatesError(`There is no ${file}.`);
  if (statSync(file).isDirectory()) return inAssembly(file);
  const stackName = file.replace(/^.*[\\/]/, '').replace(/(\.template)?\.json$/, '');
  return [{ file, stackName, account, region }];
};

export interface Home {
  readonly account: string;
  readonly region: string;
}

/** Reads templates as they would be deployed; those that do not say where, at home. */
export const readTemplates = (files: readonly TemplateFile[], home: Home): Deployment =>
  joined(
    files.map(({ file, stackName, account, region }) => {
      const place: StackPlace = {
        ...{ stackName, partition: 'aws' },
        account: account ?? home.account,
        region: region ?? home.region,
      };
      return readStack(jsonIn(file), place);
    }),
  );
