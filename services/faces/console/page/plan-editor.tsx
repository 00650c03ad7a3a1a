import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { StoredPlan } from '../../../../contracts/api.ts';
import type { GraphWave } from '../../../core/view/layers.ts';
import { getAsIs, messageOf, send } from './api.ts';
import { keepDraft, readDraft } from './drafts.ts';
import { PlanGraph } from './plan-graph.tsx';
import { schemaFaults, type JsonSchema, type SchemaFault } from './json-schema.ts';
import { goTo, useTitle } from './route.ts';

interface Documents {
  readonly components: { readonly schemas: { readonly Plan: JsonSchema } };
}

const planSchema = signal<JsonSchema | undefined>(undefined);

type Parsed = { readonly value: unknown } | { readonly fault: SchemaFault };

const parse = (text: string): Parsed => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: { path: '', message: error instanceof Error ? error.message : String(error) } };
  }
};

/** The waves as far as the text has them already, for the preview. */
const wavesOf = (value: unknown): readonly GraphWave[] => {
  const waves = typeof value === 'object' && value !== null && 'waves' in value ? value.waves : [];
  if (!Array.isArray(waves)) return [];
  return waves.flatMap((wave: unknown) => {
    if (typeof wave !== 'object' || wave === null || !('waveId' in wave)) return [];
    const dependsOn = 'dependsOn' in wave && Array.isArray(wave.dependsOn) ? wave.dependsOn.map(String) : [];
    return [{ waveId: String(wave.waveId), dependsOn }];
  });
};

const planIdOf = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'planId' in value ? String(value.planId) : '';

interface FaultsProps {
  readonly faults: readonly SchemaFault[];
  /** What the API said to this very text. */
  readonly said: string;
}

const headingOf = ({ faults, said }: FaultsProps): string => {
  if (faults.length > 0) return `✕ ${faults.length} to fix`;
  return said === '' ? '✓ Valid' : '✕ Not stored';
};

const Faults = (props: FaultsProps) => (
  <section class="panel" id="plan-faults" aria-live="polite">
    <h2>{headingOf(props)}</h2>
    <ul class="faults">
      {props.faults.slice(0, 20).map(({ path, message }) => (
        <li key={path + message}>
          <b class="code">{path === '' ? 'document' : path}</b> {message}
        </li>
      ))}
    </ul>
    <p class="fault" role="alert">
      {props.said}
    </p>
  </section>
);

const useSchema = (onFault: (text: string) => void): void =>
  useEffect(() => {
    if (planSchema.value !== undefined) return;
    getAsIs<Documents>('/openapi.json').then(
      ({ components }) => void (planSchema.value = components.schemas.Plan),
      (error: unknown) => onFault(messageOf(error)),
    );
  }, []);

const faultsOf = (parsed: Parsed): readonly SchemaFault[] => {
  if ('fault' in parsed) return [parsed.fault];
  return planSchema.value === undefined ? [] : schemaFaults(planSchema.value, parsed.value);
};

interface HeadProps {
  readonly planId: string;
  readonly isDraft: boolean;
  readonly isValid: boolean;
  readonly onDiscard: () => void;
  readonly onStore: () => void;
}

const Head = ({ planId, isDraft, isValid, onDiscard, onStore }: HeadProps) => (
  <header class="page-head">
    <h1>Edit plan</h1>
    <div class="buttons">
      <a class="button" href={planId === 'new' ? '#/plans' : `#/plans/${planId}`}>
        Back
      </a>
      {isDraft && (
        <button type="button" onClick={onDiscard}>
          Discard the draft
        </button>
      )}
      <button type="button" class="primary" disabled={!isValid} onClick={onStore}>
        Store as a new version
      </button>
    </div>
  </header>
);

interface PlanEditorProps {
  /** `new` for one that is not stored yet. */
  readonly planId: string;
  /** What is stored. */
  readonly stored: string;
}

/** A plan's document, checked while it is written. What is not stored yet is kept by the browser. */
export const PlanEditor = ({ planId, stored }: PlanEditorProps) => {
  const [text, setText] = useState(() => readDraft(planId) ?? stored);
  const [said, setSaid] = useState('');
  useSchema(setSaid);
  useTitle('Edit plan');
  const isDraft = text !== stored;
  const write = (next: string): void => {
    setText(next);
    setSaid('');
    keepDraft(planId, next === stored ? undefined : next);
  };
  const parsed = parse(text);
  const faults = faultsOf(parsed);
  const store = async (): Promise<void> => {
    if (!('value' in parsed)) return;
    try {
      const path = `/plans/${planIdOf(parsed.value)}`;
      const { planId: name } = await send<StoredPlan>('PUT', path, parsed.value);
      keepDraft(planId, undefined);
      goTo('plans', name);
    } catch (error) {
      setSaid(messageOf(error));
    }
  };
  return (
    <main>
      <Head
        {...{ planId, isDraft }}
        isValid={faults.length === 0}
        onDiscard={() => write(stored)}
        onStore={() => void store()}
      />
      <p class="quiet" role="status">
        {isDraft && 'A draft: it is kept in this browser, and nobody else sees it until it is stored.'}
      </p>
      <div class="pair">
        <section class="panel">
          <label class="editor">
            Document (JSON)
            <textarea
              spellcheck={false}
              rows={28}
              value={text}
              aria-describedby="plan-faults"
              aria-invalid={faults.length > 0 || said !== ''}
              onInput={(event) => write(event.currentTarget.value)}
            />
          </label>
        </section>
        <div>
          <section class="panel" aria-labelledby="preview">
            <h2 id="preview">Preview</h2>
            {'value' in parsed ? (
              <PlanGraph waves={wavesOf(parsed.value)} />
            ) : (
              <p class="quiet">Not readable yet.</p>
            )}
          </section>
          <Faults faults={faults} said={said} />
        </div>
      </div>
    </main>
  );
};
