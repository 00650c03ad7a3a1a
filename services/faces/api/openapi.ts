import * as z from 'zod';
import { problemSchema } from '../../../contracts/api.ts';
import { requestIdSchema } from '../../../contracts/identifiers.ts';
import { answerSchemaOf } from './answer-schemas.ts';
import type { Route, Scope } from './route.ts';

/** JSON Schema as OpenAPI 3.1 embeds it: its own dialect is the document's. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const json = z.toJSONSchema(schema, { io });
  delete json.$schema;
  return json;
};

const jsonOf = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

const pathMeanings: Readonly<Record<string, string>> = {
  executionId: 'The execution, as the answer to its request names it.',
  waveId: 'A wave of the plan that it runs.',
  actionId: 'An action of that wave.',
  planId: 'The name of the plan.',
  scheduleId: 'The name of the schedule.',
  taskId: 'The task, as its request on the bus names it.',
};

const parametersOf = (where: 'path' | 'query', { shape }: z.ZodObject) =>
  Object.entries(shape as Readonly<Record<string, z.ZodType>>).map(([name, schema]) => {
    const json = schemaOf(schema, 'input');
    const description = pathMeanings[name] ?? json.description;
    return {
      ...{ name, in: where, required: where === 'path' },
      ...(description !== undefined && { description }),
      schema: json,
    };
  });

/** What an operation is about, by the first name of its path. */
const tags: Readonly<Record<string, readonly [name: string, description: string]>> = {
  executions: ['Executions', 'Drills and recoveries: request, follow, decide on them, and report.'],
  'open-executions': ['Executions', ''],
  decisions: ['Needs you', 'What waits for people.'],
  caller: ['Needs you', ''],
  plans: ['Plans', 'Versioned plans, their check, and their proof.'],
  schedules: ['Schedules', 'When drills start by themselves.'],
  drills: ['Drills', 'What runs from drills.'],
  servers: ['Servers', 'Source servers of DRS, and which plans recover them.'],
  notices: ['Notices', 'Notices that have not been delivered.'],
  evidence: ['Evidence', 'The evidence of a recovery programme.'],
  proofs: ['Evidence', ''],
  tasks: ['Tasks', 'Reports of workers on the tasks of a plan.'],
};

const tagOf = ({ path }: Pick<Route, 'path'>): string => tags[path.split('/')[1] ?? '']?.[0] ?? 'Other';

const described = (): readonly { readonly name: string; readonly description: string }[] =>
  Object.values(tags).flatMap(([name, description]) => (description === '' ? [] : [{ name, description }]));

const scopeMeanings: Readonly<Record<Scope, string>> = {
  viewer: 'may look',
  operator: 'may start executions and decide on them',
  approver: 'may approve',
  planner: 'may change plans and schedules',
};

const header = (name: string, description: string, schema: z.ZodType) => ({
  ...{ name, in: 'header', required: false, description },
  schema: schemaOf(schema, 'input'),
});

/** What a deployment with access rules asks for beside the scope. */
const accessText = ({ needs }: Route): string => {
  if (needs.on === 'caller') return 'With access rules: also says what they let the caller do.';
  if (needs.on === 'many') return 'With access rules: leaves out what the caller may not see.';
  const what = { order: 'plan', 'new-version': 'plan', 'new-schedule': 'plan of the schedule' } as const;
  const name = needs.on in what ? what[needs.on as keyof typeof what] : needs.on;
  return `With access rules: needs the permission ${needs.may.join(' and ')} on the ${name}.`;
};

/** The document is the same in every deployment, and each has an issuer of its own. */
const issuer = 'https://issuer.example.com';

const tokenScheme = {
  type: 'oauth2',
  description:
    'A bearer token of the issuer that the deployment names, which stands here as issuer.example.com. The local runtime needs none.',
  flows: {
    authorizationCode: {
      authorizationUrl: `${issuer}/authorize`,
      tokenUrl: `${issuer}/token`,
      scopes: scopeMeanings,
    },
    clientCredentials: { tokenUrl: `${issuer}/token`, scopes: scopeMeanings },
  },
};

const operationOf = (route: Route) => ({
  operationId: route.operationId,
  summary: route.summary,
  description: `Needs the scope \`${route.scope}\` (${scopeMeanings[route.scope]}). ${accessText(route)}`,
  tags: [tagOf(route)],
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
      contact: { name: 'Whoever operates this deployment' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: base === '' ? '/' : base }],
    tags: described(),
    paths,
    components: {
      securitySchemes: { token: tokenScheme },
      schemas: { Problem: schemaOf(problemSchema, 'output') },
      responses: {
        Problem: {
          description: 'What is wrong, with every fault at once (RFC 9457).',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
};
