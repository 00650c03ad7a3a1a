import { html, raw } from 'hono/html';
import { groupBy } from '../../core/kernel/group-by.ts';
import type { Heading, Rendered } from './render.ts';

export interface PageLink {
  readonly slug: string;
  readonly title: string;
  readonly group: string;
}

const groupsOf = (pages: readonly PageLink[]) => [...groupBy(pages, ({ group }) => group)];

/** A page with hundreds of headings is found in by its own words. */
const outlineMax = 40;

const outlineOf = (headings: readonly Heading[]): readonly Heading[] => {
  const shown = headings.filter(({ depth }) => depth === 2);
  return shown.length > outlineMax || shown.length < 3 ? [] : shown;
};

/** A whole page of the site: the way to all others, and to the parts of this one. It needs no script. */
export const framePage = (
  pages: readonly PageLink[],
  { slug, title }: PageLink,
  { html: body, headings }: Rendered,
): string => {
  const outline = outlineOf(headings);
  const to = (each: PageLink) =>
    html`<li>
      <a href="${each.slug}.html" ${each.slug === slug ? raw('aria-current="page"') : ''}>${each.title}</a>
    </li>`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title} · Groundswell</title>
        <link rel="stylesheet" href="docs.css" />
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <a class="to-pages" href="#pages">All pages</a>
        <nav id="pages" aria-label="All pages">
          <strong>Groundswell</strong>
          ${groupsOf(pages).map(
            ([group, links]) =>
              html`<h2>${group}</h2>
                <ul>
                  ${links.map(to)}
                </ul>`,
          )}
        </nav>
        <main id="content">${raw(body)}</main>
        ${
          outline.length === 0
            ? ''
            : html`<aside aria-label="On this page">
                <ul>
                  ${outline.map(({ id, text }) => html`<li><a href="#${id}">${text}</a></li>`)}
                </ul>
              </aside>`
        }
      </body>
    </html>`;
  if (page instanceof Promise) throw new Error('Nothing in a page is awaited');
  return page.toString();
};
