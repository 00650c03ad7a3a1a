import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type CodeEditor, openCodeEditor } from './code-editor.ts';
import { completionsAt } from './completions.ts';
import type { KnownNames } from './known-names.ts';

const hint =
  'Control and Space completes. F8 goes to the next fault. Tab indents; Escape and then Tab leaves the text.';

interface CodePanelProps {
  /** What it opens with; later the text is the editor's own. */
  readonly text: string;
  readonly editor: RefObject<CodeEditor | null>;
  readonly known: RefObject<KnownNames>;
  readonly onChange: (text: string) => void;
  readonly onCursor: (offset: number) => void;
  readonly onHistory: (steps: { readonly undo: number; readonly redo: number }) => void;
}

/** The text of the plan. Its editor keeps it: the page only hears of it. */
export const CodePanel = ({ text, editor, known, ...heard }: CodePanelProps) => {
  const host = useRef<HTMLDivElement>(null);
  const now = useRef(heard);
  now.current = heard;
  useEffect(() => {
    if (host.current === null) return undefined;
    const opened = openCodeEditor(host.current, {
      ...{ text, label: 'Plan document, YAML or JSON', hint },
      complete: (written, offset) => completionsAt(written, offset, known.current),
      onChange: (written) => now.current.onChange(written),
      onCursor: (offset) => now.current.onCursor(offset),
      onHistory: (steps) => now.current.onHistory(steps),
    });
    editor.current = opened;
    return () => {
      editor.current = null;
      opened.close();
    };
  }, []);
  return (
    <>
      <div class="code-editor" ref={host} />
      <p class="quiet keys">
        <kbd>Ctrl</kbd> <kbd>Space</kbd> completes · <kbd>F8</kbd> next fault · <kbd>Tab</kbd> indents,{' '}
        <kbd>Esc</kbd> <kbd>Tab</kbd> leaves the text · <kbd>Ctrl</kbd> <kbd>F</kbd> finds
      </p>
    </>
  );
};
