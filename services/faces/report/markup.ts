/** Text as HTML: whatever an event says stays text. */
export const escapeHtml = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[char] ?? char,
  );

/** A table whose rows become blocks where the page is narrow, each cell under its own name. Cells are HTML. */
export const tableHtml = (
  label: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string =>
  `<div class="scroll" role="region" aria-label="${escapeHtml(label)}" tabindex="0"><table><thead><tr>${head
    .map((cell) => `<th scope="col">${cell}</th>`)
    .join('')}</tr></thead><tbody>${rows
    .map(
      (row) =>
        `<tr>${row.map((cell, at) => `<td data-label="${head[at] ?? ''}">${cell}</td>`).join('')}</tr>`,
    )
    .join('')}</tbody></table></div>`;

export const sectionHtml = (title: string, body: string): string =>
  body === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>${body}</section>`;
