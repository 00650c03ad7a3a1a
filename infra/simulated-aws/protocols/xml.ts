/** A piece of XML whose text is already escaped. */
export interface Xml {
  readonly xml: string;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

const escape = (text: string): string =>
  text.replace(/[&<>"\r]/g, (character) => escapes[character] ?? character);

const isText = (content: string | number | boolean | readonly Xml[]): content is string | number | boolean =>
  typeof content !== 'object';

/** An element with text or child elements; absent content gives no element at all, as in AWS's answers. */
export const element = (
  name: string,
  content: string | number | boolean | readonly Xml[] | undefined,
): Xml => {
  if (content === undefined) return { xml: '' };
  const inner = isText(content) ? escape(String(content)) : content.map((child) => child.xml).join('');
  return { xml: `<${name}>${inner}</${name}>` };
};

/** A whole document: its root carries the service's namespace. */
export const xmlDocument = (root: string, namespace: string, children: readonly Xml[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${children.map((child) => child.xml).join('')}</${root}>`;

/** The Query protocol's form of a map: `<entry><key/><value/></entry>` each. */
export const mapEntries = (map: Readonly<Record<string, string>>): readonly Xml[] =>
  Object.entries(map).map(([key, value]) => element('entry', [element('key', key), element('value', value)]));
