import { Marked, type Tokens } from 'marked';

/** A place in the site, or undefined for what is not part of it. A picture is shown, or only linked to. */
export type ResolveLink = (href: string, isShown: boolean) => string | undefined;

export interface Heading {
  readonly depth: number;
  readonly text: string;
  readonly id: string;
}
export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
}

/** As GitHub makes them, which is what links in the repository's pages are written for. */
export const headingId = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const plainText = (tokens: readonly { readonly raw: string; readonly text?: string }[]): string =>
  tokens.map(({ text, raw }) => text ?? raw).join('');

/** Turns a page of the repository, which is trusted, into HTML. Links that lead out of the site become plain text. */
export const renderMarkdown = (markdown: string, resolve: ResolveLink): Rendered => {
  const headings: Heading[] = [];
  const used = new Map<string, number>();
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }: Tokens.Heading): string {
        const text = plainText(tokens);
        const plain = headingId(text);
        const count = used.get(plain) ?? 0;
        used.set(plain, count + 1);
        const id = count === 0 ? plain : `${plain}-${count}`;
        headings.push({ depth, text, id });
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }: Tokens.Link): string {
        const text = this.parser.parseInline(tokens);
        const to = /^https?:/.test(href) ? href : resolve(href, false);
        return to === undefined ? text : `<a href="${escaped(to)}">${text}</a>`;
      },
      image({ href, text }: Tokens.Image): string {
        const to = resolve(href, true);
        return to === undefined ? '' : `<img src="${escaped(to)}" alt="${escaped(text)}" loading="lazy">`;
      },
      table(token: Tokens.Table): string {
        const row = (cells: readonly Tokens.TableCell[], tag: string): string =>
          `<tr>${cells.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('')}</tr>`;
        const isTitled = token.header.some(({ text }) => text.trim() !== '');
        const head = isTitled ? `<thead>${row(token.header, 'th')}</thead>` : '';
        const body = token.rows.map((cells) => row(cells, 'td')).join('');
        return `<div class="wide" tabindex="0"><table>${head}<tbody>${body}</tbody></table></div>\n`;
      },
    },
  });
  const html = marked.parse(markdown, { async: false });
  return { html, headings };
};
