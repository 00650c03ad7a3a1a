import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ConsoleFile } from '../../console-files.ts';
import { consoleHeaders, contentSecurityPolicyWith } from '../../console-headers.ts';
import type { WireRequest, WireResponse } from '../../simulated-aws/wire.ts';
import type { SignInOptions } from './token-check.ts';

/** Where the page looks for its configuration. */
const configPath = '/config.json';

/** An installed package brings the console built; a checkout builds it. */
const built = new URL('../../console-files.json', import.meta.url);

const loadConsole = async (): Promise<readonly ConsoleFile[]> => {
  if (existsSync(built)) return JSON.parse(await readFile(built, 'utf8')) as readonly ConsoleFile[];
  const { buildConsole } = await import('../../console-files.ts');
  return buildConsole();
};

/** The page's configuration and policy where readers sign in, as a deployment has them. */
const signedIn = ({ issuer, console }: SignInOptions) => ({
  config: JSON.stringify({
    ...(console !== undefined && {
      signIn: { issuer, clientId: console.clientId, scope: ['openid', ...console.scopes].join(' ') },
    }),
  }),
  headers: { 'content-security-policy': contentSecurityPolicyWith([new URL(issuer).origin]) },
});

/** Serves the console, which is loaded when somebody first asks for it. */
export const createConsoleDoor = (signIn?: SignInOptions) => {
  const own = signIn && signedIn(signIn);
  let files: ReturnType<typeof loadConsole> | undefined;
  return async ({ method, path }: WireRequest): Promise<WireResponse | undefined> => {
    if (method !== 'GET' || path.startsWith('/latest/')) return undefined;
    files ??= loadConsole();
    const file = (await files).find((each) => each.path === path);
    if (file === undefined) return undefined;
    const headers = { ...consoleHeaders, ...own?.headers, 'content-type': file.contentType };
    const body = path === configPath ? (own?.config ?? file.body) : file.body;
    return { statusCode: 200, headers, body };
  };
};
