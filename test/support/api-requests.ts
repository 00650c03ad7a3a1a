import * as fc from 'fast-check';
import { planSchema } from '../../contracts/plan.ts';
import { arbitraryOf, type JsonSchema } from './arbitrary-of-schema.ts';
import type { Operation } from './open-api-client.ts';

/** A plan that waits for an approval before it recovers anything. */
export const plan = planSchema.parse({
  planId: 'shop',
  waves: [
    {
      waveId: 'web',
      servers: { tags: { Tier: 'web' }, minimum: 1 },
      before: [{ kind: 'approval', actionId: 'go-ahead', prompt: 'Go ahead?' }],
    },
  ],
});
/** What paths are mostly filled with; a test adds the executions that there are. */
export const known: Readonly<Record<string, string[]>> = {
  executionId: [],
  planId: ['shop', 'constructor'],
  waveId: ['web', 'tostring'],
  actionId: ['go-ahead', 'prototype'],
};

/** A request as it is sent: path parameters are encoded already. */
export interface Sent {
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What callers put beside a request: on one's own machine nobody is asked for a token, and no other one counts. */
const beside = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'x',
    ),
    authorization: fc.constantFrom(
      'Bearer',
      'Bearer e30.e30.e30',
      'Basic Og==',
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/eu-west-1/drs/aws4_request, SignedHeaders=host, Signature=0',
    ),
    'x-amz-target': fc.constantFrom('DynamoDB_20120810.DeleteTable', 'AWSEvents.PutEvents'),
    accept: fc.constantFrom('text/html', 'text/markdown;q=0.5, */*;q=0.1', 'application/pdf', ';;q=x'),
    'if-none-match': fc.constantFrom('"x"', '*', 'W/"', '"'.repeat(300)),
  },
  { requiredKeys: [] },
);

const parametersOf = (operation: Operation, where: string) =>
  operation.parameters.filter((parameter) => parameter.in === where);
const textOf = (value: unknown): string => String(value);
const isOf = ({ pattern }: JsonSchema, text: string): boolean =>
  pattern === undefined || new RegExp(pattern).test(text);

const validPath = (operation: Operation): fc.Arbitrary<Record<string, string>> =>
  fc.record(
    Object.fromEntries(
      parametersOf(operation, 'path').map(({ name, schema }) => [
        name,
        fc.oneof(
          { weight: 4, arbitrary: fc.nat().map((at) => known[name]?.[at % known[name].length] ?? 'x') },
          { weight: 1, arbitrary: arbitraryOf(schema).map(textOf) },
        ),
      ]),
    ),
  );
const validQuery = (operation: Operation): fc.Arbitrary<[string, string][]> =>
  fc
    .record(
      Object.fromEntries(
        parametersOf(operation, 'query').map(({ name, schema }) => [name, arbitraryOf(schema).map(textOf)]),
      ),
      { requiredKeys: [] },
    )
    .map((query) => Object.entries(query) as [string, string][]);
const validKey = (operation: Operation): fc.Arbitrary<Record<string, string>> => {
  const key = parametersOf(operation, 'header').find(({ name }) => name === 'Idempotency-Key');
  if (key === undefined) return fc.constant({});
  return fc.oneof(
    fc.constant({}),
    fc.constant({ 'Idempotency-Key': 'used-before' }),
    arbitraryOf(key.schema).map((value) => ({ 'Idempotency-Key': textOf(value) })),
  );
};
const schemaOfBody = ({ requestBody }: Operation): JsonSchema | undefined =>
  requestBody?.content['application/json']?.schema;
const validBody = (operation: Operation): fc.Arbitrary<string | undefined> => {
  const schema = schemaOfBody(operation);
  if (schema === undefined) return fc.constant(undefined);
  const drawn = arbitraryOf(schema).map((value) => JSON.stringify(value));
  if (operation.operationId === 'putPlan') return fc.oneof(fc.constant(JSON.stringify(plan)), drawn);
  if (operation.operationId !== 'requestExecution') return drawn;
  return fc.oneof(fc.constant(JSON.stringify({ planId: 'shop', mode: 'DRILL' })), drawn);
};

/** A request in which each part is as the document has it. */
export const valid = (operation: Operation): fc.Arbitrary<Sent> =>
  fc
    .tuple(validPath(operation), validQuery(operation), validKey(operation), beside, validBody(operation))
    .map(([path, query, key, others, body]) => ({ path, query, headers: { ...others, ...key }, body }));

/** A request with something wrong in it, and what the faults must name. */
interface Wrong {
  readonly part: Partial<Sent>;
  readonly named: string;
}

const wrongPath = (operation: Operation): readonly fc.Arbitrary<Wrong>[] =>
  parametersOf(operation, 'path').map(({ name, schema }) =>
    fc
      .oneof(
        fc.constantFrom('%', '%zz', '%00', '%E0%A4%A', '%2F', '__proto__', '%F0%9F%92%A5', 'a'.repeat(2_000)),
        fc
          .string({ minLength: 1, maxLength: 40, unit: 'binary-ascii' })
          .filter((text) => !isOf(schema, text) && !/^\.\.?$/.test(text))
          .map((text) => encodeURIComponent(text)),
      )
      .map((value) => ({ part: { path: { [name]: value } }, named: name })),
  );

/** What is free text takes nearly everything. */
const isText = (schema: JsonSchema, text: string): boolean =>
  schema.type === 'string' &&
  schema.enum === undefined &&
  schema.format === undefined &&
  isOf(schema, text) &&
  text.length <= (schema.maxLength ?? Infinity);

const wrongQuery = (operation: Operation): readonly fc.Arbitrary<Wrong>[] => {
  const unknown = fc
    .constantFrom('x', '__proto__', 'constructor', 'toString', 'Limit', '')
    .map((name): Wrong => ({ part: { query: [[name, '1']] }, named: `query.${name}`.replace(/\.$/, '') }));
  const listed = parametersOf(operation, 'query').map(({ name, schema }) =>
    fc
      .constantFrom(
        'abc',
        '-1',
        '1.5',
        '9'.repeat(200),
        '\u0000',
        '__proto__',
        '2026~exec',
        '[object Object]',
        'a'.repeat(2_000),
      )
      .filter((value) => !isText(schema, value))
      .map((value): Wrong => ({ part: { query: [[name, value]] }, named: `query.${name}` })),
  );
  return [unknown, ...listed];
};

const wrongKey = (operation: Operation): readonly fc.Arbitrary<Wrong>[] =>
  parametersOf(operation, 'header')
    .filter(({ name }) => name === 'Idempotency-Key')
    .map(({ name }) =>
      fc
        .constantFrom('', 'a b', '!', '\u00ff', 'a'.repeat(129), 'a'.repeat(5_000), '{"a":1}')
        .map((value) => ({ part: { headers: { [name]: value } }, named: name })),
    );

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const polluted = [
  '{"__proto__":{"a":1}}',
  '{"constructor":{"prototype":1}}',
  '{"toString":1}',
  '{"reason":{"__proto__":1}}',
];

const wrongBody = (operation: Operation): readonly fc.Arbitrary<Wrong>[] => {
  if (schemaOfBody(operation) === undefined) return [];
  const body = fc.oneof(
    fc.constantFrom(
      '{',
      '{"planId":"shop","mode"',
      '"',
      'null',
      '[]',
      '1e999',
      '\ufeff{',
      '\u0000',
      ...polluted,
    ),
    fc.constantFrom(
      nested(4_000),
      nested(50_000),
      `{"reason":${nested(50_000)}}`,
      `{"${'x'.repeat(60_000)}":1}`,
    ),
    fc.string({ minLength: 1 }).filter((text) => text.trim() !== '' && !text.trim().startsWith('{')),
    validBody(operation).map((text) => (text ?? '').replace(/^\{/, '{"unheard-of":1,').replace(',}', '}')),
    validBody(operation).map((text) => (text ?? '').slice(0, -1)),
  );
  return [body.map((text) => ({ part: { body: text }, named: 'the body' }))];
};

/** A valid request in which one to three parts, each of another kind, are made wrong. */
export const wrong = (
  operation: Operation,
): fc.Arbitrary<{ readonly request: Sent; readonly named: readonly string[] }> => {
  const places = [wrongPath, wrongQuery, wrongKey, wrongBody].flatMap((of) => {
    const found = of(operation);
    return found.length === 0 ? [] : [fc.oneof(...found)];
  });
  return fc
    .tuple(
      valid(operation),
      fc.subarray(places, { minLength: 1 }).chain((chosen) => fc.tuple(...chosen)),
    )
    .map(([request, wrongs]) => ({
      request: wrongs.reduce<Sent>(
        (made, { part }) => ({
          path: { ...made.path, ...part.path },
          query: part.query ?? made.query,
          headers: { ...made.headers, ...part.headers },
          body: 'body' in part ? part.body : made.body,
        }),
        request,
      ),
      named: wrongs.map(({ named }) => named),
    }));
};
