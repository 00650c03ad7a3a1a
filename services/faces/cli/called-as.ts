import { sep } from 'node:path';

/** What to type in front of a command: an installed package has its own name, a checkout has npm's script. */
export const calledAs = (
  folder: string = import.meta.dirname,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string => {
  if (!folder.split(sep).includes('node_modules')) return 'npm run groundswell --';
  return env['npm_command'] === 'exec' ? 'npx groundswell' : 'groundswell';
};
