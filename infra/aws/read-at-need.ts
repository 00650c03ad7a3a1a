import type { Plugin } from 'esbuild';
import { apiService } from '../topology.ts';

const answers = [
  ...['answer-check', 'answer-drills', 'answer-due', 'answer-evidence', 'answer-forecast'],
  ...['answer-judged', 'answer-report', 'answer-schedules', 'answer-servers'],
];

/** What a service reads only when it is first asked for: an entry point of its own, beside the handler's. */
export const readAtNeed: Readonly<Record<string, string>> = Object.fromEntries(
  answers.map((name) => [`${apiService}/${name}`, `services/faces/api/${name}.ts`]),
);

/** Leaves an import at need to the file beside the handler; esbuild would make it a part of the handler. */
export const besideHandler = (): Plugin => ({
  name: 'read-at-need',
  setup(build) {
    build.onResolve({ filter: new RegExp(`/(${answers.join('|')})\\.ts$`) }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: path.replace(/\.ts$/, '.mjs'), external: true } : undefined,
    );
  },
});
