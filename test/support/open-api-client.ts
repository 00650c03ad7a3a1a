import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { JsonSchema } from './arbitrary-of-schema.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: JsonSchema;
}
type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;
interface DocumentedAnswer {
  readonly $ref?: string;
  readonly content?: Content;
}
export interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, DocumentedAnswer>>;
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly responses: Readonly<Record<string, DocumentedAnswer>> };
}

export interface Heard {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const pointerOf = (...parts: readonly string[]): string =>
  ['openapi#', ...parts.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');

/** Holds answers against an OpenAPI 3.1 document: their status, media type and body (JSON Schema 2020-12). */
export const createAnswerCheck = (document: OpenApi) => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('date-time', (text: string) => text.endsWith('Z') && !Number.isNaN(Date.parse(text)));
  ajv.addSchema(document, 'openapi');

  const placeOf = ({ operationId, responses }: Operation, status: number): readonly string[] => {
    const answer = responses[status];
    if (answer?.$ref !== undefined) return answer.$ref.slice('#/'.length).split('/');
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods))
        if (operation.operationId === operationId)
          return ['paths', path, method, 'responses', String(status)];
    throw new Error(`The document has no operation ${operationId}.`);
  };

  /** Fails unless the document names just such an answer; gives its JSON, undefined where it is none. */
  return (operation: Operation, { status, type, text }: Heard): unknown => {
    const named = operation.responses[status];
    expect(Object.keys(operation.responses), text).toContain(String(status));
    const place = placeOf(operation, status);
    const { content } = named?.$ref === undefined ? named! : document.components.responses[place.at(-1)!]!;
    if (content === undefined) {
      expect(text).toBe('');
      return undefined;
    }
    expect(Object.keys(content)).toContain(type);
    if (!type.endsWith('json')) return undefined;
    const body: unknown = JSON.parse(text);
    const validate = ajv.getSchema(pointerOf(...place, 'content', type, 'schema'))!;
    expect(validate(body) ? [] : validate.errors).toEqual([]);
    return body;
  };
};
