import { buildConsole, consoleHeaders } from '../../console-files.ts';
import type { WireRequest, WireResponse } from '../../simulated-aws/wire.ts';

/** Serves the console, which is built when somebody first asks for it. */
export const createConsoleDoor = () => {
  let files: ReturnType<typeof buildConsole> | undefined;
  return async ({ method, path }: WireRequest): Promise<WireResponse | undefined> => {
    if (method !== 'GET' || path.startsWith('/latest/')) return undefined;
    files ??= buildConsole();
    const file = (await files).find((each) => each.path === path);
    if (file === undefined) return undefined;
    const headers = { ...consoleHeaders, 'content-type': file.contentType };
    return { statusCode: 200, headers, body: file.body };
  };
};
