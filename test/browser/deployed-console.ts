import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildConsole, configFile } from '../../infra/console-files.ts';
import { consoleHeaders, contentSecurityPolicyWith } from '../../infra/console-headers.ts';
import type { FakeIssuer } from './fake-issuer.ts';

/** The page and its API on one origin, as CloudFront serves them, with the policy of a deployment. */
export interface DeployedConsole {
  readonly address: string;
  /** What the API takes for a token of a reader. */
  accepts: (token: string) => boolean;
  /** Each question to the API: its address and its Authorization. */
  readonly asked: { readonly url: string; readonly authorization: string | undefined }[];
  close(): void;
}

/** Enough for every question that the first pages ask. */
const answers = {
  ...{ executions: [], plans: [], notices: [], decisions: [] },
  ...{ by: 'reader', scopes: ['viewer', 'operator', 'approver', 'planner'] },
};

export const openDeployedConsole = async ({ address, clientId }: FakeIssuer): Promise<DeployedConsole> => {
  const files = await buildConsole();
  const config = JSON.stringify({ signIn: { issuer: address, clientId, scope: 'openid' } });
  const headers = { ...consoleHeaders, 'content-security-policy': contentSecurityPolicyWith([address]) };

  const answerApi = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { url = '', headers: asked } = incoming;
    deployed.asked.push({ url, authorization: asked.authorization });
    const isAllowed = deployed.accepts((asked.authorization ?? '').replace(/^Bearer /, ''));
    outgoing.writeHead(isAllowed ? 200 : 401, { ...headers, 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(isAllowed ? answers : {}));
  };

  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://console');
    const file = files.find(({ path }) => path === pathname);
    if (pathname.startsWith('/api/')) answerApi(incoming, outgoing);
    // S3 says so of a file that is not there.
    else if (file === undefined) outgoing.writeHead(403, { 'content-type': 'application/xml' }).end();
    else
      outgoing
        .writeHead(200, { ...headers, 'content-type': file.contentType })
        .end(pathname === configFile ? config : file.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const deployed: DeployedConsole = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepts: () => true,
    asked: [],
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return deployed;
};
