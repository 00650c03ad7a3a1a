import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * The errors of AWS that some code tells apart by their class. Each client carries a class and a schema for
 * every error of its service, 72 KB of them in SSM's alone; those that nobody asks for arrive as the client's
 * own ServiceException, with the name and the message that AWS gave.
 */
export const errorsByClass: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException',
  'ParameterNotFound',
  'AutomationExecutionNotFoundException',
  'InvalidAutomationStatusUpdateException',
]);

const withHeardErrors = (schemas: string): string =>
  schemas.replace(/^n0_registry\.registerError\(\w+\$, (\w+)\);\n/gm, (line, name: string) =>
    errorsByClass.has(name) ? line : '',
  );

/** A key that is computed, of a constant at that, keeps esbuild from leaving out a schema that nobody uses. */
const withPlainKeys = (schemas: string): string => {
  const constants = new Map(
    [...schemas.matchAll(/^const (_\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]),
  );
  return schemas.replace(/\[(_\w+)\]: /g, (key, name: string) => {
    const value = constants.get(name);
    return value === undefined ? key : `${value}: `;
  });
};

/** Of its own package a client reads the version alone, for the user agent. */
const versionOf = (manifest: string): string => {
  const { version } = JSON.parse(manifest) as { readonly version: string };
  return JSON.stringify({ version });
};

/** Takes out of the SDK's clients what is registered or carried along for operations that nobody calls. */
export const leanClients = (): Plugin => ({
  name: 'lean-clients',
  setup(build) {
    build.onLoad(
      { filter: /[\\/]client-\w+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ },
      async ({ path }) => ({
        contents: withPlainKeys(withHeardErrors(await readFile(path, 'utf8'))),
        loader: 'js',
      }),
    );
    build.onLoad({ filter: /@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => ({
      contents: versionOf(await readFile(path, 'utf8')),
      loader: 'json',
    }));
  },
});
