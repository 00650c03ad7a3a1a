import type { Plugin } from 'esbuild';
import { apiService } from '../topology.ts';

const report = 'answer-report';

/** What a service reads only when it is first asked for: an entry point of its own, beside the handler's. */
export const readAtNeed: Readonly<Record<string, string>> = {
  [`${apiService}/${report}`]: `services/${apiService}/${report}.ts`,
};

/** Leaves an import at need to the file beside the handler; esbuild would make it a part of the handler. */
export const besideHandler = (): Plugin => ({
  name: 'read-at-need',
  setup(build) {
    build.onResolve({ filter: new RegExp(`/${report}\\.ts$`) }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `./${report}.mjs`, external: true } : undefined,
    );
  },
});
