import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { StoredPlan } from '../../../../contracts/api.ts';
import type { GraphWave } from '../../../core/view/layers.ts';
import { getAsIs, messageOf, send } from './api.ts';
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

const Faults = ({ faults, said }: { readonly faults: readonly SchemaFault[]; readonly said: string }) => (
  <section class="panel" id="plan-faults" aria-live="polite">
    <h2>{faults.length === 0 ? '✓ Valid' : `✕ ${faults.length} to fix`}</h2>
    <ul class="faults">
      {faults.slice(0, 20).map(({ path, message }) => (
        <li key={path + message}>
          <b class="code">{path === '' ? 'document' : path}</b> {message}
        </li>
      ))}
    </ul>
    <p class="fault" role="alert">
      {said}
    </p>
  </section>
);

/** A plan's document, checked while it is written. */
export const PlanEditor = ({ initial }: { readonly initial: string }) => {
  const [text, setText] = useState(initial);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (planSchema.value !== undefined) return;
    getAsIs<Documents>('/openapi.json').then(
      ({ components }) => void (planSchema.value = components.schemas.Plan),
      (error: unknown) => setSaid(messageOf(error)),
    );
  }, []);
  useTitle('Edit plan');
  const parsed = parse(text);
  const faults =
    'fault' in parsed
      ? [parsed.fault]
      : planSchema.value === undefined
        ? []
        : schemaFaults(planSchema.value, parsed.value);
  const store = async (): Promise<void> => {
    if (!('value' in parsed)) return;
    try {
      const { planId } = await send<StoredPlan>('PUT', `/plans/${planIdOf(parsed.value)}`, parsed.value);
      goTo('plans', planId);
    } catch (error) {
      setSaid(messageOf(error));
    }
  };
  return (
    <main>
      <header class="page-head">
        <h1>Edit plan</h1>
        <div class="buttons">
          <button type="button" onClick={() => history.back()}>
            Back
          </button>
          <button type="button" class="primary" disabled={faults.length > 0} onClick={() => void store()}>
            Store as a new version
          </button>
        </div>
      </header>
      <div class="pair">
        <section class="panel">
          <label class="editor">
            Document (JSON)
            <textarea
              spellcheck={false}
              rows={28}
              value={text}
              aria-describedby="plan-faults"
              aria-invalid={faults.length > 0}
              onInput={(event) => setText(event.currentTarget.value)}
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
