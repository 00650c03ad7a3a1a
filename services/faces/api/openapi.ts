import * as z from 'zod';
import { problemSchema } from '../../../contracts/api.ts';
import { requestIdSchema } from '../../../contracts/identifiers.ts';
import { planSchema } from '../../../contracts/plan.ts';
import { answerSchemaOf } from './answer-schemas.ts';
import type { Route } from './route.ts';

/** JSON Schema as OpenAPI 3.1 embeds it: its own dialect is the document's. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): unknown => {
  const json = z.toJSONSchema(schema, { io });
  delete json.$schema;
  return json;
};

const jsonOf = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

const parametersOf = (where: 'path' | 'query', { shape }: z.ZodObject) =>
  Object.entries(shape as Readonly<Record<string, z.ZodType>>).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path',
    schema: schemaOf(schema, 'input'),
  }));

const header = (name: string, description: string, schema: z.ZodType) => ({
  ...{ name, in: 'header', required: false, description },
  schema: schemaOf(schema, 'input'),
});

const operationOf = (route: Route) => ({
  operationId: route.operationId,
  summary: route.summary,
  security: [{ token: [route.scope] }],
  parameters: [
    ...parametersOf('path', route.params),
    ...parametersOf('query', route.query),
    ...(route.isIdempotent
      ? [header('Idempotency-Key', 'Requests with the same key are carried out once.', requestIdSchema)]
      : []),
    ...(route.isConditional ? [header('If-None-Match', 'The ETag that the caller has.', z.string())] : []),
  ],
  ...(route.body && { requestBody: { required: true, content: jsonOf(route.body, 'input') } }),
  responses: {
    [route.success.status]: {
      description: route.success.description,
      content: {
        ...jsonOf(answerSchemaOf(route.operationId), 'output'),
        ...Object.fromEntries(
          (route.success.texts ?? []).map((type) => [type, { schema: { type: 'string' } }]),
        ),
      },
    },
    ...(route.isConditional && { 304: { description: 'Nothing has changed.' } }),
    ...(route.operationId === 'putPlan' && {
      200: {
        description: 'Nothing has changed.',
        content: jsonOf(answerSchemaOf(route.operationId), 'output'),
      },
    }),
    ...Object.fromEntries(
      [400, 401, 403, 413, ...route.problems].map((status) => [
        status,
        { $ref: '#/components/responses/Problem' },
      ]),
    ),
  },
});

/** The OpenAPI 3.1 document of these routes, from the very schemas that read their requests. */
export const openApiOf = (routes: readonly Route[], base: string) => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Groundswell',
      version: '1',
      description: 'Disaster recovery as a graph of waves: start it, watch it, decide on it.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: base === '' ? '/' : base }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Plan: schemaOf(planSchema, 'input'), Problem: schemaOf(problemSchema, 'output') },
      responses: {
        Problem: {
          description: 'What is wrong, with every fault at once (RFC 9457).',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
};
