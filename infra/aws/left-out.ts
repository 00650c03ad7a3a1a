import type { Plugin } from 'esbuild';

/** Modules that no handler ever reaches, and what stands for them: whoever calls one after all is told so. */
type LeftOut = readonly [module: RegExp, names: readonly string[]];
const leftOut: readonly LeftOut[] = [
  // No operation that is called has a stream of events in its answer.
  [/^@smithy\/core\/event-streams$/, ['EventStreamSerde', 'eventStreamSerdeProvider']],
  // DynamoDB's endpoints are found by Region; the client asks for them only when told to.
  [/^mnemonist\/lru-cache$/, ['default']],
  // Retries are the SDK's standard ones, and Lambda says in which Region it runs.
  [/\/AdaptiveRetryStrategy$/, ['AdaptiveRetryStrategy']],
  [/\/getInstanceMetadataRegion$/, ['getInstanceMetadataRegion']],
  // Node computes these itself.
  [/\/Sha256Js$/, ['Sha256Js']],
  [/\/Md5Js$/, ['Md5Js']],
  // The key of what is done once is given, and not looked for in a payload.
  [/^@aws-lambda-powertools\/jmespath$/, ['search']],
  [/^@aws-lambda-powertools\/jmespath\/functions$/, ['PowertoolsFunctions']],
  // How zod writes a schema as JSON Schema: the API's document is written when it is built.
  [
    /\/(?:to-json-schema|json-schema-processors|json-schema-generator|from-json-schema)\.js$/,
    [
      'createStandardJSONSchemaMethod',
      'createToJSONSchemaMethod',
      'fromJSONSchema',
      'JSONSchemaGenerator',
      'toJSONSchema',
    ],
  ],
];

const sourceOf = (path: string): string => {
  const names = leftOut.find(([module]) => module.test(path))?.[1] ?? [];
  const exported = names.map((name) => (name === 'default' ? 'absent as default' : `absent as ${name}`));
  return `class Absent { get() { throw new Error('${path} is not in this bundle'); } has() { return this.get(); } set() { this.get(); } }
const absent = Absent;
export { ${exported.join(', ')} };`;
};

/** Keeps out of the bundles what is only ever reached by features that the product does not use. */
export const leaveOut = (): Plugin => ({
  name: 'left-out',
  setup(build) {
    for (const [filter] of leftOut)
      build.onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out', sideEffects: false }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: sourceOf(path),
      loader: 'js',
    }));
  },
});
