import { JSONPath } from 'jsonpath-plus';
import type { StepOutput } from './runbook.ts';

/** A path that leads to one place at most. */
const isDefinite = (path: string): boolean => !/\.\.|\*|\?\(|\[[^\]'"]*[,:]/.test(path);

/** What a selector finds; undefined where there is nothing. Filters are compared and never run as code. */
export const selected = (json: unknown, path: string): unknown => {
  const found: unknown = JSONPath({ path, json: json as object, wrap: true, eval: 'safe' });
  if (!Array.isArray(found)) return undefined;
  return isDefinite(path) ? found[0] : found;
};

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A value as the declared type of its output has it. */
export const typed = (value: unknown, type: StepOutput['Type']): unknown => {
  if (value === undefined || value === null) return undefined;
  switch (type) {
    case 'String':
      return asText(value);
    case 'StringList':
      return (Array.isArray(value) ? value : [value]).map(asText);
    case 'Integer':
      return Number(value);
    case 'Boolean':
      return value === true || asText(value).toLowerCase() === 'true';
    case 'StringMap':
    case 'MapList':
      return value;
  }
};
