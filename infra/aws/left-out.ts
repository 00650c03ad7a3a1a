import type { Plugin } from 'esbuild';

/** Modules that no handler ever reaches, and what stands for them: whoever calls one after all is told so. */
type LeftOut = readonly [module: RegExp, names: readonly string[]];
const leftOut: readonly LeftOut[] = [
  // No operation that is called has a stream of events in its answer.
  [/^@smithy\/core\/event-streams$/, ['EventStreamSerde', 'eventStreamSerdeProvider']],
  // DynamoDB's endpoints are found by Region; the client asks for them only when told to.
  [/^mnemonist\/lru-cache$/, ['default']],
];

/** Of zod: how a schema is written as JSON Schema. Only the HTTP API describes itself so. */
const jsonSchema: LeftOut = [
  /\/(?:to-json-schema|json-schema-processors|json-schema-generator|from-json-schema)\.js$/,
  [
    'createStandardJSONSchemaMethod',
    'createToJSONSchemaMethod',
    'fromJSONSchema',
    'JSONSchemaGenerator',
    'toJSONSchema',
  ],
];

const sourceOf = (path: string): string => {
  const names = [...leftOut, jsonSchema].find(([module]) => module.test(path))?.[1] ?? [];
  const exported = names.map((name) => (name === 'default' ? 'absent as default' : `absent as ${name}`));
  return `class Absent { get() { throw new Error('${path} is not in this bundle'); } has() { return this.get(); } set() { this.get(); } }
const absent = Absent;
export { ${exported.join(', ')} };`;
};

/** Keeps out of the bundles what is only ever reached by features that the product does not use. */
export const leaveOut = ({ withJsonSchema }: { readonly withJsonSchema: boolean }): Plugin => ({
  name: 'left-out',
  setup(build) {
    for (const [filter] of withJsonSchema ? leftOut : [...leftOut, jsonSchema])
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out', sideEffects: false }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: sourceOf(path),
      loader: 'js',
    }));
  },
});
