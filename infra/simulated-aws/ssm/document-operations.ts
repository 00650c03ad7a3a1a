import { createHash } from 'node:crypto';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { operation, type Operations } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { ServiceError } from '../protocols/service-error.ts';
import { isCarriedOut } from './action-inputs.ts';
import { answerOf } from './answers.ts';
import { type AutomationDocument, parseRunbook } from './document.ts';
import { isVersionOf, nameOf } from './documents.ts';
import { calendarType, writeCalendar } from './calendar-operations.ts';
import type { SsmScenario } from './scenario.ts';
import type { SsmStore } from './store.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const asText = (value: string | readonly string[]): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** The text of a document that nobody wrote: the runbook that the simulation acts by. */
const contentOf = (
  document: AutomationDocument,
): { readonly text: string; readonly format: 'JSON' | 'YAML' } =>
  document.content ?? {
    format: 'JSON',
    text: JSON.stringify({
      schemaVersion: '0.3',
      description: document.description,
      parameters: document.parameters,
      mainSteps: document.steps.map(({ name, action }) => ({ name, action, inputs: {} })),
    }),
  };

const identifier = (document: AutomationDocument): Readonly<Record<string, unknown>> => ({
  Name: document.name,
  Owner: document.owner,
  CreatedDate: document.createdAt / 1000,
  DocumentVersion: document.version,
  DocumentType: 'Automation',
  SchemaVersion: '0.3',
  DocumentFormat: contentOf(document).format,
  PlatformTypes: ['Windows', 'Linux', 'MacOS'],
  Tags: [],
});

const description = (document: AutomationDocument): unknown => ({
  ...identifier(document),
  Description: document.description,
  Status: 'Active',
  LatestVersion: document.version,
  DefaultVersion: document.version,
  Hash: sha256(contentOf(document).text),
  HashType: 'Sha256',
  Parameters: Object.entries(document.parameters).map(([Name, { type, default: value }]) => ({
    Name,
    Type: type,
    ...(value !== undefined && { DefaultValue: asText(value) }),
  })),
});

interface Named {
  readonly Name: string;
  readonly DocumentVersion?: string | undefined;
}

const named = (store: SsmStore, { Name, DocumentVersion = '$DEFAULT' }: Named): AutomationDocument => {
  const document = store.documents.get(nameOf(Name));
  if (document === undefined)
    throw new ServiceError('InvalidDocument', `Document with name ${Name} does not exist.`);
  if (!isVersionOf(document, DocumentVersion))
    throw new ServiceError(
      'InvalidDocumentVersion',
      `Document with name ${Name} does not exist in version ${DocumentVersion}.`,
    );
  return document;
};

/** The content in the format that was asked for: SSM gives either form of what was written in the other. */
const contentIn = (document: AutomationDocument, format: 'JSON' | 'YAML'): string => {
  const content = contentOf(document);
  if (content.format === format) return content.text;
  const value: unknown = parse(content.text);
  return format === 'JSON' ? JSON.stringify(value, undefined, 2) : stringify(value);
};

const listFilters: Readonly<Record<string, (document: AutomationDocument, value: string) => boolean>> = {
  Name: (document, value) => document.name.startsWith(value),
  Owner: (document, value) => value === 'All' || document.owner === value,
  DocumentType: (_, value) => value === 'Automation',
  PlatformTypes: () => true,
};

const listMatches = (document: AutomationDocument, key: string, values: readonly string[]): boolean => {
  const test = listFilters[key];
  if (test === undefined) throw new ServiceError('InvalidFilterKey', `There is no filter ${key}.`);
  return values.some((value) => test(document, value));
};

const create = z.object({
  Name: z.string().regex(/^[a-zA-Z0-9_\-.]{3,128}$/, 'must satisfy the pattern ^[a-zA-Z0-9_\\-.]{3,128}$'),
  Content: z.string().min(1),
  DocumentType: z.string().default('Command'),
  DocumentFormat: z.enum(['JSON', 'YAML', 'TEXT']).default('JSON'),
});

const notSimulated = new ServiceError(
  'InvalidDocumentContent',
  'Only Automation documents in JSON or YAML, and Change Calendars in TEXT, are simulated.',
);

const createDocument = (store: SsmStore, scenario: SsmScenario, now: () => number) =>
  operation(create, ({ Name, Content, DocumentType, DocumentFormat }) => {
    if (store.documents.has(Name) || store.calendars.has(Name))
      throw new ServiceError('DocumentAlreadyExists', `Document with name ${Name} already exists.`);
    if (DocumentType === calendarType && DocumentFormat === 'TEXT')
      return { DocumentDescription: writeCalendar(store, Name, Content, now()) };
    if (DocumentType !== 'Automation' || DocumentFormat === 'TEXT') throw notSimulated;
    const document = parseRunbook(Name, { text: Content, format: DocumentFormat }, now());
    const unanswered = document.steps.filter(
      (step) => !isCarriedOut(step.action) && answerOf(scenario, Name, step) === undefined,
    );
    if (unanswered.length > 0)
      throw new ServiceError(
        'InvalidDocumentContent',
        unanswered
          .map(
            ({ name, action }) =>
              `Step ${name} (${action}) is not simulated: say in the scenario, under ssm.answers.${Name}.${name}, what comes of it.`,
          )
          .join(' '),
      );
    store.write({ kind: 'document', document });
    return { DocumentDescription: description(document) };
  });

const version = z
  .string()
  .regex(
    /^(\$LATEST|\$DEFAULT|[1-9][0-9]*)$/,
    'must satisfy the pattern ([$]LATEST|[$]DEFAULT|^[1-9][0-9]*$)',
  )
  .optional();

const byName = z.object({ Name: z.string(), DocumentVersion: version });

const content = byName.extend({ DocumentFormat: z.enum(['JSON', 'YAML', 'TEXT']).default('JSON') });

const list = z.object({
  Filters: z.array(z.object({ Key: z.string(), Values: z.array(z.string()).default([]) })).default([]),
  MaxResults: z.number().int().min(1).max(50).default(50),
  NextToken: z.string().optional(),
});

/** The operations on documents, over the wire. */
export const documentOperations = (
  store: SsmStore,
  scenario: SsmScenario,
  now: () => number,
): Operations => ({
  CreateDocument: createDocument(store, scenario, now),
  DescribeDocument: operation(byName, (input) => ({ Document: description(named(store, input)) })),
  GetDocument: operation(content, (input) => {
    const document = named(store, input);
    const DocumentFormat = input.DocumentFormat === 'YAML' ? 'YAML' : 'JSON';
    const Content = contentIn(document, DocumentFormat);
    return { ...identifier(document), Status: 'Active', Content, DocumentFormat };
  }),
  ListDocuments: operation(list, ({ Filters, MaxResults, NextToken }) => {
    const found = [...store.documents.values()].filter((document) =>
      Filters.every(({ Key, Values }) => listMatches(document, Key, Values)),
    );
    const { items, nextToken } = pageOf(found, MaxResults, NextToken);
    return { DocumentIdentifiers: items.map(identifier), NextToken: nextToken };
  }),
});
