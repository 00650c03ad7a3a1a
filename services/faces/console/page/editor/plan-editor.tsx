import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StoredPlan } from '../../../../../contracts/api.ts';
import { faultText } from '../../../../../contracts/fault-text.ts';
import { goTo, useTitle } from '../route.ts';
import type { CodeEditor } from './code-editor.ts';
import { CodePanel } from './code-panel.tsx';
import { BehindNotice, DraftChanges } from './draft-notice.tsx';
import { FaultList } from './fault-list.tsx';
import { GraphPanel } from './graph-panel.tsx';
import { type KnownNames, nothingKnown } from './known-names.ts';
import { type PlanDraft, useDraft } from './plan-draft.ts';
import { type PlanDocument, readPlanDocument } from './plan-document.ts';
import { asJson, asYaml } from './plan-text.ts';
import { readKnownNames } from './read-known-names.ts';
import { changed } from './text-change.ts';

interface HeadProps {
  readonly planId: string;
  readonly isDraft: boolean;
  readonly isValid: boolean;
  readonly onDiscard: () => void;
  readonly onStore: () => void;
}

const Head = ({ planId, isDraft, isValid, onDiscard, onStore }: HeadProps) => (
  <header class="page-head">
    <h1>{planId === 'new' ? 'New plan' : `Edit ${planId}`}</h1>
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

interface ToolsProps {
  readonly steps: { readonly undo: number; readonly redo: number };
  readonly editor: CodeEditor | null;
  readonly plan: PlanDocument;
  readonly onWrite: (text: string) => void;
  readonly children: ComponentChildren;
}

const Tools = ({ steps, editor, plan, onWrite, children }: ToolsProps) => {
  const isJson = plan.text.trimStart().startsWith('{');
  return (
    <div class="editor-tools">
      {children}
      <div class="buttons">
        <button type="button" disabled={steps.undo === 0} onClick={() => editor?.undo()}>
          Undo
        </button>
        <button type="button" disabled={steps.redo === 0} onClick={() => editor?.redo()}>
          Redo
        </button>
        <button
          type="button"
          disabled={plan.value === undefined}
          title={isJson ? undefined : 'JSON has no comments: Undo brings them back'}
          onClick={() => onWrite(isJson ? asYaml(plan.value) : asJson(plan.value))}
        >
          {isJson ? 'Write as YAML' : 'Write as JSON'}
        </button>
      </div>
    </div>
  );
};

/** How long somebody is left to type before the text is judged. */
const pauseMs = 250;

/** The text as it was judged last, and where its cursor was then. */
const useJudged = (editor: RefObject<CodeEditor | null>, opened: string) => {
  const pause = useRef(0);
  const [plan, setPlan] = useState(() => readPlanDocument(opened));
  const [cursor, setCursor] = useState(0);
  useEffect(() => () => clearTimeout(pause.current), []);
  useEffect(() => {
    if (editor.current?.text() !== plan.text) return;
    editor.current.mark(
      plan.faults.map(({ place: { from, to } = { from: 0, to: 0 }, message, expected }) => ({
        ...{ from, to },
        message: faultText({ path: '', message, ...(expected !== undefined && { expected }) }),
      })),
    );
  }, [plan]);
  const judge = (): PlanDocument => {
    clearTimeout(pause.current);
    const text = editor.current?.text() ?? opened;
    const judged = text === plan.text ? plan : readPlanDocument(text);
    setPlan(judged);
    setCursor(editor.current?.cursor() ?? 0);
    return judged;
  };
  const judgeSoon = (): void => {
    clearTimeout(pause.current);
    pause.current = window.setTimeout(judge, pauseMs);
  };
  return { plan, cursor, setCursor, judge, judgeSoon };
};

/** What can be completed, once the API has said it. */
const useKnownNames = (): RefObject<KnownNames> => {
  const known = useRef<KnownNames>(nothingKnown);
  useEffect(() => void readKnownNames().then((names) => (known.current = names)), []);
  return known;
};

interface DocumentPanelProps {
  readonly draft: PlanDraft;
  readonly judged: ReturnType<typeof useJudged>;
  readonly editor: RefObject<CodeEditor | null>;
  readonly onWrite: (text: string) => void;
}

const DocumentPanel = ({ draft, judged, editor, onWrite }: DocumentPanelProps) => {
  const known = useKnownNames();
  const [steps, setSteps] = useState({ undo: 0, redo: 0 });
  const { plan, setCursor, judgeSoon } = judged;
  return (
    <section class="panel" aria-labelledby="plan-text">
      <Tools {...{ steps, plan, onWrite, editor: editor.current }}>
        <h2 id="plan-text">Document</h2>
      </Tools>
      <CodePanel
        {...{ text: draft.text, editor, known }}
        onChange={(text) => {
          draft.keep(text);
          judgeSoon();
        }}
        onCursor={setCursor}
        onHistory={setSteps}
      />
      <FaultList
        {...{ text: plan.text, faults: plan.faults, said: draft.said }}
        onJump={(span) => editor.current?.enter(span)}
        onFix={({ change }) => {
          // What was typed since it was judged has moved the place.
          if (editor.current?.text() === plan.text) onWrite(changed(plan.text, change));
        }}
      />
    </section>
  );
};

interface PlanEditorProps {
  /** `new` for one that is not stored yet. */
  readonly planId: string;
  readonly stored: StoredPlan | undefined;
}

/** A plan's text beside its graph: either changes the other, and what is not stored yet is kept by the browser. */
export const PlanEditor = ({ planId, stored }: PlanEditorProps) => {
  useTitle('Edit plan', planId === 'new' ? '' : planId);
  const draft = useDraft(planId, stored);
  const editor = useRef<CodeEditor>(null);
  const judged = useJudged(editor, draft.text);
  const { plan, cursor, judge } = judged;
  const write = (text: string): PlanDocument => {
    editor.current?.write(text);
    return judge();
  };
  const discard = (): void => {
    write(draft.restored);
    draft.discard();
  };
  const store = async (): Promise<void> => {
    const now = judge();
    const [fault] = now.faults;
    if (fault === undefined) await draft.store(now);
    else if (fault.place !== undefined) editor.current?.enter(fault.place);
  };
  const { newer } = draft;
  return (
    <main>
      <Head
        {...{ planId, isDraft: draft.isDraft }}
        isValid={plan.faults.length === 0}
        onDiscard={discard}
        onStore={() => void store()}
      />
      <p class="quiet" role="status">
        {draft.isDraft &&
          (draft.isKept
            ? 'A draft: it is kept in this browser, and nobody else sees it until it is stored.'
            : 'This browser keeps no drafts: what is not stored is lost when the page is left.')}
      </p>
      {newer !== undefined && (
        <BehindNotice
          base={draft.baseOf(newer)}
          newest={newer}
          value={plan.value}
          onKeep={() => draft.accept(newer)}
          onDiscard={() => {
            discard();
            if (newer.planId !== planId) goTo('plans', newer.planId, 'edit');
          }}
        />
      )}
      <div class="pair is-editing">
        <DocumentPanel {...{ draft, judged, editor }} onWrite={write} />
        <div>
          <GraphPanel {...{ plan, cursor, editor }} current={judge} onWrite={write} />
          {draft.stored !== undefined && draft.isDraft && plan.value !== undefined && (
            <section class="panel" aria-labelledby="draft-changes">
              <h2 id="draft-changes">What the draft changes</h2>
              <DraftChanges stored={draft.stored} value={plan.value} />
            </section>
          )}
        </div>
      </div>
    </main>
  );
};
