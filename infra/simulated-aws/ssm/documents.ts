import { ServiceError } from '../protocols/service-error.ts';
import type { AutomationDocument } from './document.ts';
import { knownDocuments } from './known-documents.ts';
import type { DocumentScenario, SsmScenario } from './scenario.ts';
import type { SsmStore } from './store.ts';

const scripted = (
  name: string,
  behaviour: DocumentScenario,
  known: AutomationDocument | undefined,
): AutomationDocument => ({
  name,
  version: '1',
  owner: 'Self',
  description: '',
  parameters: {},
  steps: [{ name: 'run', action: 'aws:executeScript' }],
  seconds: { from: 2, to: 8 },
  outputs: {},
  createdAt: 0,
  ...known,
  ...(behaviour.parameters !== undefined && {
    parameters: Object.fromEntries(
      Object.entries(behaviour.parameters).map(([key, { type, default: value }]) => [
        key,
        { type, ...(value !== undefined && { default: value }) },
      ]),
    ),
  }),
});

/** The documents that exist before anybody creates one: the known ones, and those that the scenario names. */
export const documentsOf = (scenario: SsmScenario): readonly AutomationDocument[] => {
  const known = new Map(knownDocuments.map((document) => [document.name, document]));
  const named = Object.entries(scenario.documents).map(([name, behaviour]) =>
    scripted(name, behaviour, known.get(name)),
  );
  return [...knownDocuments, ...named];
};

export const nameOf = (nameOrArn: string): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : nameOrArn;

export const isVersionOf = (document: AutomationDocument, version: string): boolean =>
  ['$DEFAULT', '$LATEST', document.version].includes(version);

/** A document by name or ARN, or the error that starting an unknown one gives. */
export const findDocument = (
  store: SsmStore,
  nameOrArn: string,
  version: string | undefined,
): AutomationDocument => {
  const name = nameOf(nameOrArn);
  const document = store.documents.get(name);
  if (document === undefined)
    throw new ServiceError(
      'AutomationDefinitionNotFoundException',
      `There is no automation document ${name}.`,
    );
  if (version !== undefined && !isVersionOf(document, version))
    throw new ServiceError(
      'AutomationDefinitionVersionNotFoundException',
      `The document ${name} has no version ${version}.`,
    );
  return document;
};
