import type { Plugin } from 'esbuild';

/** For each old package that client-drs imports: where the same names are in the SDK of all other clients. */
const homes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  '@aws-sdk/core': {
    '@aws-sdk/core/client': ['emitWarningIfUnsupportedVersion'],
    '@aws-sdk/core/httpAuthSchemes': ['AwsSdkSigV4Signer', 'resolveAwsSdkSigV4Config'],
  },
  '@aws-sdk/middleware-host-header': {
    '@aws-sdk/core/client': ['getHostHeaderPlugin', 'resolveHostHeaderConfig'],
  },
  '@aws-sdk/middleware-logger': { '@aws-sdk/core/client': ['getLoggerPlugin'] },
  '@aws-sdk/middleware-recursion-detection': { '@aws-sdk/core/client': ['getRecursionDetectionPlugin'] },
  '@aws-sdk/middleware-user-agent': {
    '@aws-sdk/core/client': ['getUserAgentPlugin', 'resolveUserAgentConfig'],
  },
  '@aws-sdk/region-config-resolver': {
    '@aws-sdk/core/client': ['getAwsRegionExtensionConfiguration', 'resolveAwsRegionExtensionConfiguration'],
  },
  '@aws-sdk/util-endpoints': { '@aws-sdk/core/client': ['awsEndpointFunctions'] },
  '@aws-sdk/util-user-agent-node': { '@aws-sdk/core/client': ['defaultUserAgent'] },
  '@smithy/config-resolver': {
    '@smithy/core/config': [
      'resolveRegionConfig',
      'NODE_REGION_CONFIG_FILE_OPTIONS',
      'NODE_REGION_CONFIG_OPTIONS',
      'NODE_USE_DUALSTACK_ENDPOINT_CONFIG_OPTIONS',
      'NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS',
    ],
  },
  '@smithy/core': {
    '@smithy/core': [
      'DefaultIdentityProviderConfig',
      'getHttpAuthSchemeEndpointRuleSetPlugin',
      'getHttpSigningPlugin',
      'createPaginator',
    ],
    '@smithy/core/protocols': ['requestBuilder'],
  },
  '@smithy/hash-node': { '@smithy/core/serde': ['Hash'] },
  '@smithy/middleware-content-length': { '@smithy/core/protocols': ['getContentLengthPlugin'] },
  '@smithy/middleware-endpoint': { '@smithy/core/endpoints': ['resolveEndpointConfig', 'getEndpointPlugin'] },
  '@smithy/middleware-retry': {
    '@smithy/core/retry': [
      'getRetryPlugin',
      'resolveRetryConfig',
      'NODE_MAX_ATTEMPT_CONFIG_OPTIONS',
      'NODE_RETRY_MODE_CONFIG_OPTIONS',
    ],
  },
  '@smithy/middleware-serde': { '@smithy/core/serde': ['getSerdePlugin'] },
  '@smithy/node-config-provider': { '@smithy/core/config': ['loadConfig'] },
  '@smithy/node-http-handler': {
    '@smithy/node-http-handler': ['NodeHttpHandler'],
    '@smithy/core/serde': ['streamCollector'],
  },
  '@smithy/protocol-http': {
    '@smithy/core/protocols': ['getHttpHandlerExtensionConfiguration', 'resolveHttpHandlerRuntimeConfig'],
  },
  '@smithy/smithy-client': {
    '@smithy/core/client': [
      'Client',
      'SENSITIVE_STRING',
      'createAggregatedClient',
      'Command',
      'NoOpLogger',
      'ServiceException',
      '_json',
      'decorateServiceException',
      'emitWarningIfUnsupportedVersion',
      'getDefaultExtensionConfiguration',
      'loadConfigsForDefaultMode',
      'map',
      'resolveDefaultRuntimeConfig',
      'take',
      'withBaseException',
    ],
    '@smithy/core/protocols': ['collectBody'],
    '@smithy/core/serde': [
      'expectBoolean',
      'expectInt32',
      'expectLong',
      'expectNonNull',
      'expectObject',
      'expectString',
      'parseRfc3339DateTimeWithOffset',
      'strictParseLong',
    ],
  },
  '@smithy/url-parser': { '@smithy/core/protocols': ['parseUrl'] },
  '@smithy/util-base64': { '@smithy/core/serde': ['fromBase64', 'toBase64'] },
  '@smithy/util-body-length-node': { '@smithy/core/serde': ['calculateBodyLength'] },
  '@smithy/util-defaults-mode-node': { '@smithy/core/config': ['resolveDefaultsModeConfig'] },
  '@smithy/util-endpoints': { '@smithy/core/endpoints': ['resolveEndpoint'] },
  '@smithy/util-middleware': { '@smithy/core/client': ['getSmithyContext', 'normalizeProvider'] },
  '@smithy/util-retry': { '@smithy/core/retry': ['DEFAULT_RETRY_MODE'] },
  '@smithy/util-utf8': { '@smithy/core/serde': ['fromUtf8', 'toUtf8'] },
};

const sourceOf = (name: string): string =>
  Object.entries(homes[name] ?? {})
    .map(([home, names]) => `export { ${names.join(', ')} } from '${home}';`)
    .join('\n');

/**
 * Lets client-drs run on the internals that all other clients share, although it is pinned to a version of
 * early 2024, older than they are: every name that it imports is there under another address. A name that is missing fails
 * the build. Without this, each bundle with DRS in it carries a second copy of the SDK's core.
 */
export const oneSdk = (root: string): Plugin => ({
  name: 'one-sdk',
  setup(build) {
    build.onResolve({ filter: /^@(aws-sdk|smithy)\// }, ({ path, importer }) =>
      /[\\/]client-drs[\\/]dist-/.test(importer) && path in homes
        ? { path, namespace: 'one-sdk', sideEffects: false }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'one-sdk' }, ({ path }) => ({
      contents: sourceOf(path),
      loader: 'js',
      resolveDir: root,
    }));
  },
});
