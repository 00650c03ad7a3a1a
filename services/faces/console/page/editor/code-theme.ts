import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const line = '1px solid var(--line)';

/** In the colours of the page, which are those of light and dark. */
const look = EditorView.theme({
  '&': {
    ...{ color: 'var(--text)', backgroundColor: 'var(--panel)', fontSize: '0.85rem' },
    // As high as its text, within reason: what is wrong with it stands below.
    ...{ minHeight: '14rem', maxHeight: 'clamp(16rem, 62vh, 46rem)' },
  },
  '.cm-scroller': { fontFamily: 'var(--code)', lineHeight: '1.55', overflow: 'auto' },
  '&.cm-focused': { outline: 'none' },
  '&:has(.cm-content:focus)': { outline: '2px solid var(--accent)', outlineOffset: '2px' },
  '.cm-content': { caretColor: 'var(--text)', padding: '0.5rem 0' },
  '.cm-cursor, .cm-dropCursor': { borderLeft: '2px solid var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--quiet)', borderRight: line },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text)', fontWeight: '700' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '.cm-wave': { backgroundColor: 'color-mix(in srgb, var(--accent) 9%, transparent)' },
  '.cm-selectionBackground': { background: 'color-mix(in srgb, var(--accent) 14%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 28%, transparent)',
  },
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in srgb, var(--held) 25%, transparent)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'transparent', outline: '1px solid var(--quiet)' },
  // The pictures that it brings along are addresses of data, which the page's policy does not load.
  '.cm-lintRange-error, .cm-lintRange-active': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--failed) 1.5px',
    textUnderlineOffset: '3px',
  },
  '.cm-lintRange-active': { backgroundColor: 'var(--failed-fill)' },
  '.cm-gutter-lint': { width: '1.4em' },
  '.cm-lint-marker-error': { content: 'normal', color: 'var(--failed)', fontWeight: '700' },
  '.cm-lint-marker-error::before': { content: '"✕"' },
  '.cm-lint-marker': { width: '1em', height: '1em', lineHeight: '1.2' },
  '.cm-tooltip': {
    ...{ backgroundColor: 'var(--panel)', color: 'var(--text)', border: line },
    ...{ borderRadius: '6px', boxShadow: '0 4px 14px #0004', maxWidth: 'min(34rem, 90vw)' },
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--code)', maxHeight: '15em' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '0.2rem 0.5rem', lineHeight: '1.5' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionDetail': { fontStyle: 'normal', color: 'var(--quiet)', marginLeft: '1rem' },
  'li[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionInfo': { padding: '0.5rem 0.7rem', fontFamily: 'system-ui, sans-serif' },
  '.cm-diagnostic': { whiteSpace: 'pre-wrap', padding: '0.4rem 0.7rem' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--failed)' },
  '.cm-diagnosticAction': {
    ...{ backgroundColor: 'var(--accent)', color: 'var(--on-accent)', minHeight: '24px' },
    ...{ padding: '0.1rem 0.5rem', borderRadius: '5px', cursor: 'pointer' },
  },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--text)' },
  '.cm-panels.cm-panels-bottom': { borderTop: line },
  '.cm-panels button, .cm-panels input': { font: 'inherit', fontSize: '0.85rem', minHeight: '26px' },
  '.cm-panel.cm-search': { padding: '0.5rem', paddingRight: '2rem' },
  '.cm-panel.cm-search label': { fontSize: '0.8rem' },
  '.cm-panel.cm-search [name=close]': { minWidth: '26px', fontSize: '1.1rem', color: 'var(--text)' },
  '.cm-textfield, .cm-button': {
    ...{ backgroundImage: 'none', backgroundColor: 'var(--panel)', color: 'var(--text)' },
    ...{ border: '1px solid var(--quiet)', borderRadius: '5px' },
  },
  '.cm-button:active': { backgroundImage: 'none' },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--held) 35%, transparent)' },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--raised)', color: 'var(--quiet)', border: line },
  '.cm-foldGutter span': { cursor: 'pointer' },
  '.cm-specialChar': { color: 'var(--failed)' },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--done)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--quiet)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.labelName, tags.typeName, tags.meta], color: 'var(--held)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--quiet)' },
]);

export const codeTheme = [look, syntaxHighlighting(colours)];
