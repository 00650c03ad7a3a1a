/** Text as HTML: whatever an event says stays text. */
export const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[char] ?? char,
  );

const tag = (name: string, cell: string): string => `<${name}>${cell}</${name}>`;

/** A table that scrolls by itself where the page is narrow. Cells are HTML. */
export const tableHtml = (
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string =>
  `<div class="scroll" role="region" aria-label="${escapeHtml(label)}" tabindex="0"><table><thead><tr>${head
    .map((cell) => `<th scope="col">${cell}</th>`)
    .join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell) => tag('td', cell)).join('')}</tr>`)
    .join('')}</tbody></table></div>`;

export const sectionHtml = (title: string, body: string): string =>
  body === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>${body}</section>`;
