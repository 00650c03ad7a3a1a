import { html } from 'hono/html';

/** HTML in which whatever an event says stays text. */
export type Html = ReturnType<typeof html>;

export const code = (text: string): Html => html`<code>${text}</code>`;

/** A table whose rows become blocks where the page is narrow, each cell under its own name. */
export const tableHtml = (
  label: string,
  head: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
): Html => {
  const names = head.map((name) => html`<th scope="col">${name}</th>`);
  const lines = rows.map(
    (row) => html`<tr>${row.map((cell, at) => html`<td data-label="${head[at] ?? ''}">${cell}</td>`)}</tr>`,
  );
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table><thead><tr>${names}</tr></thead><tbody>${lines}</tbody></table></div>`;
};

export const sectionHtml = (title: string, body: Html): Html =>
  html`<section><h2>${title}</h2>${body}</section>`;

const toneOf = (outcome: string): string => {
  if (/^(COMPLETED|LAUNCHED|succeeded|terminated)$/.test(outcome)) return 'good';
  return /FAILED|failed|REJECTED/.test(outcome) ? 'bad' : 'warn';
};
/** How something ended, coloured. */
export const chip = (outcome: string): Html => html`<span class="chip ${toneOf(outcome)}">${outcome}</span>`;
/** A figure with its name, and what it is compared with. */
export const card = (label: string, value: string, note: string, tone = ''): Html =>
  html`<div class="card"><span>${label}</span><b class="${tone}">${value}</b><span>${note}</span></div>`;
