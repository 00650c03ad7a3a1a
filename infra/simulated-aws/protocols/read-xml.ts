/** An element of a request: its text, or the elements in it. */
export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decoded = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);

/** As much of XML as clients of AWS write; undefined for what is none. */
export const readXml = (xml: string): XmlElement | undefined => {
  const open: { name: string; text: string; children: XmlElement[] }[] = [
    { name: '', text: '', children: [] },
  ];
  for (const [, closing, name = '', empty, text = ''] of xml.matchAll(
    /<(\/?)([\w:.-]+)[^<>]*?(\/?)>|<[?!][^<>]*>|([^<]+)/g,
  )) {
    const last = open.at(-1);
    if (last === undefined) return undefined;
    if (name === '') last.text += decoded(text);
    else if (closing === '/') {
      const ended = open.pop();
      if (ended?.name !== name) return undefined;
      open.at(-1)?.children.push({ ...ended, text: ended.text.trim() });
    } else if (empty === '/') last.children.push({ name, text: '', children: [] });
    else open.push({ name, text: '', children: [] });
  }
  return open.length === 1 ? open[0]?.children.at(0) : undefined;
};

export const childrenOf = (element: XmlElement | undefined, name: string): readonly XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];

/** The text of the only child of this name; undefined where there is none. */
export const textOf = (element: XmlElement | undefined, name: string): string | undefined =>
  childrenOf(element, name)[0]?.text;
