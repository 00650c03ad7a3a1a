import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ConsoleFile } from '../../console-files.ts';
import { consoleHeaders } from '../../console-headers.ts';
import type { WireRequest, WireResponse } from '../../simulated-aws/wire.ts';

/** An installed package brings the console built; a checkout builds it. */
const built = new URL('../../console-files.json', import.meta.url);

const loadConsole = async (): Promise<readonly ConsoleFile[]> => {
  if (existsSync(built)) return JSON.parse(await readFile(built, 'utf8')) as readonly ConsoleFile[];
  const { buildConsole } = await import('../../console-files.ts');
  return buildConsole();
};

/** Serves the console, which is loaded when somebody first asks for it. */
export const createConsoleDoor = () => {
  let files: ReturnType<typeof loadConsole> | undefined;
  return async ({ method, path }: WireRequest): Promise<WireResponse | undefined> => {
    if (method !== 'GET' || path.startsWith('/latest/')) return undefined;
    files ??= loadConsole();
    const file = (await files).find((each) => each.path === path);
    if (file === undefined) return undefined;
    const headers = { ...consoleHeaders, 'content-type': file.contentType };
    return { statusCode: 200, headers, body: file.body };
  };
};
