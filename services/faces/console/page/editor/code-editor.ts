import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type Completion,
  type CompletionContext,
  completionKeymap,
  type CompletionResult,
} from '@codemirror/autocomplete';
import {
  defaultKeymap,
  history,
  historyKeymap,
  indentWithTab,
  isolateHistory,
  redo,
  redoDepth,
  undo,
  undoDepth,
} from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, foldGutter, foldKeymap, indentUnit } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { EditorState, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { codeTheme } from './code-theme.ts';
import type { Completed } from './completions.ts';
import { changeBetween } from './text-change.ts';

/** A part of the text, in UTF-16 code units from its start. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Marked extends Span {
  readonly message: string;
}

/** What the rest of the page sees of the text and its editor. */
export interface CodeEditor {
  readonly text: () => string;
  /** The end of the selection that moves. */
  readonly cursor: () => number;
  /** Makes the text another one, as one step that Undo takes back. */
  readonly write: (text: string) => void;
  /** Selects a part, which is brought into sight within the editor alone. */
  readonly select: (span: Span) => void;
  /** Selects a part, and goes there. */
  readonly enter: (span: Span) => void;
  /** Marks what is wrong, each at its place. */
  readonly mark: (faults: readonly Marked[]) => void;
  /** Sets the lines of a wave off from the others. */
  readonly setOff: (span: Span | undefined) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly close: () => void;
}

export interface CodeEditorOptions {
  readonly text: string;
  readonly label: string;
  /** Said to those who cannot see it, when the text gets the focus. */
  readonly hint: string;
  readonly complete: (text: string, offset: number) => Completed | undefined;
  readonly onChange: (text: string) => void;
  /** Where the cursor is, once it has moved without a change of the text. */
  readonly onCursor: (offset: number) => void;
  readonly onHistory: (steps: { readonly undo: number; readonly redo: number }) => void;
}

const setOff = StateEffect.define<Span | undefined>();
const waveLine = Decoration.line({ class: 'cm-wave' });

const linesOf = (state: EditorState, span: Span | undefined): DecorationSet => {
  const builder = new RangeSetBuilder<Decoration>();
  if (span === undefined) return builder.finish();
  const last = state.doc.lineAt(Math.min(span.to, state.doc.length)).number;
  for (
    let number = state.doc.lineAt(Math.min(span.from, state.doc.length)).number;
    number <= last;
    number++
  ) {
    const { from } = state.doc.line(number);
    builder.add(from, from, waveLine);
  }
  return builder.finish();
};

const waveLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, transaction) =>
    transaction.effects.reduce(
      (lines, effect) => (effect.is(setOff) ? linesOf(transaction.state, effect.value) : lines),
      before.map(transaction.changes),
    ),
  provide: (field) => EditorView.decorations.from(field),
});

const completionsFrom =
  (complete: CodeEditorOptions['complete']) =>
  (context: CompletionContext): CompletionResult | null => {
    const { state, pos, explicit } = context;
    if (!explicit && context.matchBefore(/[\w$.-]+$/) === null) return null;
    const found = complete(state.doc.toString(), pos);
    if (found === undefined) return null;
    const options = found.options.map(
      ({ label, text, detail, about, isNeeded = false }, index): Completion => ({
        ...{ label, apply: text, boost: (isNeeded ? 50 : 0) - index / 100 },
        ...(detail !== undefined && { detail }),
        ...(about !== undefined && { info: about }),
      }),
    );
    return { from: found.from, to: found.to, options };
  };

const extensionsOf = (options: CodeEditorOptions) => [
  lineNumbers(),
  lintGutter(),
  highlightSpecialChars(),
  history(),
  foldGutter({ openText: '▾', closedText: '▸' }),
  drawSelection(),
  EditorState.tabSize.of(2),
  indentUnit.of('  '),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  yaml(),
  autocompletion({ override: [completionsFrom(options.complete)], icons: false, closeOnBlur: true }),
  EditorView.lineWrapping,
  waveLines,
  codeTheme,
  keymap.of([
    ...[...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap],
    ...[...completionKeymap, ...lintKeymap, indentWithTab],
  ]),
  EditorView.contentAttributes.of({
    ...{ 'aria-label': options.label, 'aria-describedby': 'hint', spellcheck: 'false' },
  }),
  EditorView.updateListener.of(({ state, docChanged, selectionSet, transactions }) => {
    if (docChanged) options.onChange(state.doc.toString());
    if (transactions.length > 0) options.onHistory({ undo: undoDepth(state), redo: redoDepth(state) });
    if (selectionSet && !docChanged) options.onCursor(state.selection.main.head);
  }),
];

const inBounds = (state: EditorState, { from, to }: Span): Span => {
  const start = Math.min(from, state.doc.length);
  return { from: start, to: Math.max(start, Math.min(to, state.doc.length)) };
};

/**
 * An editor within an element. It stands in a tree of its own (a shadow root): there its styles are sheets made by
 * the script, which the page's policy lets through, and not elements, which it does not.
 */
export const openCodeEditor = (host: HTMLElement, options: CodeEditorOptions): CodeEditor => {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const hint = document.createElement('span');
  hint.id = 'hint';
  hint.hidden = true;
  hint.textContent = options.hint;
  const state = EditorState.create({ doc: options.text, extensions: extensionsOf(options) });
  const view = new EditorView({ state, root, parent: root });
  root.append(hint);
  return {
    text: () => view.state.doc.toString(),
    cursor: () => view.state.selection.main.head,
    write: (text) => {
      const changes = changeBetween(view.state.doc.toString(), text);
      if (changes === undefined) return;
      view.dispatch({ changes, annotations: isolateHistory.of('full'), scrollIntoView: true });
    },
    select: (span) => {
      const { from, to } = inBounds(view.state, span);
      view.dispatch({ selection: { anchor: to, head: from } });
      const { top, bottom } = view.lineBlockAt(from);
      const { scrollTop, clientHeight } = view.scrollDOM;
      if (top < scrollTop || bottom > scrollTop + clientHeight)
        view.scrollDOM.scrollTo({ top: Math.max(0, top - clientHeight / 4) });
    },
    enter: (span) => {
      const { from, to } = inBounds(view.state, span);
      view.dispatch({
        selection: { anchor: to, head: from },
        effects: EditorView.scrollIntoView(from, { y: 'nearest', yMargin: 60 }),
      });
      view.focus();
    },
    mark: (faults) => {
      const diagnostics = faults.map((fault): Diagnostic => ({
        ...inBounds(view.state, fault),
        severity: 'error',
        message: fault.message,
      }));
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    setOff: (span) => view.dispatch({ effects: setOff.of(span) }),
    undo: () => void undo(view),
    redo: () => void redo(view),
    close: () => {
      view.destroy();
      hint.remove();
    },
  };
};
