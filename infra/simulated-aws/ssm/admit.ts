import { type Random, uuidFrom } from '../identifiers.ts';
import type { Identity } from '../sts/session.ts';
import { completeParameters } from './check-parameters.ts';
import { findDocument } from './documents.ts';
import type { ExecutionRecord, Parameters } from './execution.ts';
import { defaultDocumentScenario, drawMs, type SsmScenario } from './scenario.ts';
import { newRun } from './run.ts';
import { runbookOf } from './runbook-of.ts';
import { assumedRoleOf, sessionOfAutomation } from './runner.ts';
import { caseOf, outcomeOf, scriptOf } from './script.ts';
import type { SsmStore } from './store.ts';

export interface StartInput {
  readonly documentName: string;
  readonly documentVersion?: string;
  readonly parameters: Parameters;
  readonly clientToken?: string;
  readonly mode: 'Auto' | 'Interactive';
  readonly tags: ExecutionRecord['tags'];
  readonly executedBy: string;
  /** The session that starts it, if it is one. */
  readonly session?: Identity | undefined;
  readonly parentId?: string;
}

/** What two starts with one client token must have in common. */
export const fingerprintOf = ({ documentName, documentVersion, parameters, mode }: StartInput): string =>
  JSON.stringify([
    documentName,
    documentVersion,
    mode,
    Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

const freshId = (store: SsmStore, random: Random): string => {
  const id = uuidFrom(random);
  return store.executions.has(id) ? freshId(store, random) : id;
};

/** Checks a start against its document and draws how the run will go; it has not begun yet. */
export const admit = (
  {
    store,
    scenario,
    random,
  }: { readonly store: SsmStore; readonly scenario: SsmScenario; readonly random: Random },
  input: StartInput,
  now: number,
): ExecutionRecord => {
  const document = findDocument(store, input.documentName, input.documentVersion);
  const parameters = completeParameters(document, input.parameters);
  const behaviour = scenario.documents[document.name] ?? defaultDocumentScenario;
  const caseIndex = caseOf(behaviour, parameters);
  const earlier = [...store.executions.values()].filter(
    (record) => record.document.name === document.name && record.caseIndex === caseIndex,
  );
  const runbook = runbookOf(document);
  const id = freshId(store, random);
  const role = assumedRoleOf(document, parameters);
  const runsAs = role === undefined ? input.session : sessionOfAutomation(role, id);
  const steps = scriptOf(document, behaviour, outcomeOf(behaviour, caseIndex, earlier.length), random);
  return {
    id,
    document: { name: document.name, version: document.version },
    parameters,
    fingerprint: fingerprintOf(input),
    ...(input.clientToken !== undefined && { clientToken: input.clientToken.toLowerCase() }),
    mode: input.mode,
    tags: input.tags,
    executedBy: input.executedBy,
    ...(runsAs !== undefined && { runsAs }),
    startedAt: now,
    steps,
    stepIds: steps.map(() => uuidFrom(random)),
    outputs: behaviour.outputs ?? document.outputs,
    cancelMs: drawMs(behaviour.cancelSeconds, random),
    caseIndex,
    signals: [],
    ...(input.parentId !== undefined && { parentId: input.parentId }),
    ...(runbook !== undefined && {
      run: newRun(
        input.mode === 'Interactive',
        Object.fromEntries(Object.entries(runbook.variables).map(([name, each]) => [name, each.default])),
      ),
    }),
  };
};
