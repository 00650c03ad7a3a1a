import { inflateSync } from 'node:zlib';

interface PdfObject {
  readonly header: string;
  readonly content: Buffer | undefined;
}

/** The objects of a PDF as Chromium writes it: without compressed objects, and with the length of each stream in its header. */
const objectsOf = (pdf: Uint8Array): ReadonlyMap<string, PdfObject> => {
  const bytes = Buffer.from(pdf);
  const text = bytes.toString('latin1');
  const found = new Map<string, PdfObject>();
  const begins = /(\d+) 0 obj\s/g;
  for (let match = begins.exec(text); match !== null; match = begins.exec(text)) {
    const [, id = ''] = match;
    const from = begins.lastIndex;
    const end = text.indexOf('endobj', from);
    const stream = text.slice(from, end).search(/stream\r?\n/);
    const header = text.slice(from, stream < 0 ? end : from + stream);
    const length = Number(/\/Length (\d+)/.exec(header)?.[1] ?? 0);
    const at = text.indexOf('\n', from + Math.max(stream, 0)) + 1;
    const raw = bytes.subarray(at, at + length);
    found.set(id, {
      header,
      content: stream < 0 ? undefined : /FlateDecode/.test(header) ? inflateSync(raw) : raw,
    });
    begins.lastIndex = stream < 0 ? end : at + length;
  }
  return found;
};

const numberOf = (hex: string): number => Number.parseInt(hex, 16);

/** Which character each glyph of a font stands for. */
const charactersOf = (cmap: string): ReadonlyMap<number, string> => {
  const characters = new Map<number, string>();
  for (const [, block = ''] of cmap.matchAll(/beginbfchar([^]*?)endbfchar/g))
    for (const [, glyph = '', to = ''] of block.matchAll(/<(\w+)> <(\w+)>/g))
      characters.set(numberOf(glyph), String.fromCodePoint(numberOf(to)));
  for (const [, block = ''] of cmap.matchAll(/beginbfrange([^]*?)endbfrange/g))
    for (const [, first = '', last = '', to = ''] of block.matchAll(/<(\w+)> <(\w+)> <(\w+)>/g))
      for (let glyph = numberOf(first); glyph <= numberOf(last); glyph++)
        characters.set(glyph, String.fromCodePoint(numberOf(to) + glyph - numberOf(first)));
  return characters;
};

/** The text of each page, in the order in which it is drawn, each piece on a line of its own. */
export const pdfPages = (pdf: Uint8Array): readonly string[] => {
  const objects = objectsOf(pdf);
  const textOf = (id: string | undefined): string => objects.get(id ?? '')?.content?.toString('latin1') ?? '';
  const pages = [...objects.values()].filter(({ header }) => /\/Type \/Page\b/.test(header));
  return pages.map(({ header }) => {
    const fonts = new Map(
      [...header.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', font = '']) => {
        const cmap = /\/ToUnicode (\d+) 0 R/.exec(objects.get(font)?.header ?? '')?.[1];
        return [name, charactersOf(textOf(cmap))];
      }),
    );
    let font: ReadonlyMap<number, string> | undefined;
    let text = '';
    const drawn = textOf(/\/Contents (\d+) 0 R/.exec(header)?.[1]);
    for (const [token, name, glyphs] of drawn.matchAll(/\/(F\d+) [\d.]+ Tf|<([\dA-F]+)>|\bET\b/g)) {
      if (token === 'ET') text += '\n';
      if (name !== undefined) font = fonts.get(name);
      for (const [glyph] of (glyphs ?? '').matchAll(/.{4}/g)) text += font?.get(numberOf(glyph)) ?? '';
    }
    return text.trimEnd();
  });
};
