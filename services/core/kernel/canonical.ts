import { hash } from 'node:crypto';

/** Characters that stand in JSON as they are; nearly all text has no others, and is spared the escaping. */
const plain = /^[ !#-[\]-~]*$/;
const quote = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** JSON with sorted keys and without undefined members: equal values have equal text. */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'string') return quote(value);
  if (value === null || value === undefined) return 'null';
  if (typeof value !== 'object') return JSON.stringify(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const member of value) text += `${text === '' ? '' : ','}${canonicalJson(member)}`;
    return `[${text}]`;
  }
  // An audit hashes every event again: one pass over the names, and no list of pairs.
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(members).sort()) {
    const member = members[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${quote(name)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
};

export const sha256 = (text: string): string => hash('sha256', text, 'hex');

export const hashOf = (value: unknown): string => sha256(canonicalJson(value));

/** The same request id always means the same execution, wherever and whenever it is handled. */
export const executionIdOf = (requestId: string): string => `exec-${sha256(requestId).slice(0, 20)}`;

/** A UUID that follows from its name: SSM accepts only this form as a client token. */
export const uuidOf = (name: string): string => {
  const hex = sha256(name);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
};
