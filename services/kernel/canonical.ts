import { hash } from 'node:crypto';

/** JSON with sorted keys and without undefined members: equal values have equal text. */
export const canonicalJson = (value: unknown): string => {
  if (value === null || typeof value !== 'object')
    return value === undefined ? 'null' : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
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
