import { InvalidArgumentError, type Command } from 'commander';
import type { ApiMethod, ApiOptions } from './api.ts';
import type { Shell } from './console.ts';
import { withExamples } from './help.ts';

const methods: readonly ApiMethod[] = ['get', 'post', 'put'];

const methodNamed = (text: string): ApiMethod => {
  const method = methods.find((each) => each === text.toLowerCase());
  if (method === undefined) throw new InvalidArgumentError(`Valid: ${methods.join(', ')}.`);
  return method;
};

/** Adds `api`: the HTTP API, asked by machines in their own name. */
export const addApi = (program: Command, { console, end }: Shell): void => {
  const api = program
    .command('api')
    .description('ask the HTTP API, as a machine with a token by the client credentials of the issuer')
    .argument('<method>', 'get, post or put', methodNamed)
    .argument('<path>', 'such as /plans; see /openapi.json')
    .option('--context <name>', 'the deployment and the client under a name that you gave them')
    .option('--body <file>', 'the body, in JSON; - reads the standard input')
    .option('--key <key>', 'under which what is asked happens once, however often it is sent')
    .option('--follow', 'wait until the execution that the answer names has ended')
    .action(async (method: ApiMethod, path: string, options: ApiOptions) =>
      end(await (await import('./api.ts')).askApi(method, path, options, console)),
    );
  withExamples(api, [
    ['api get /caller', 'as whom it is asked, and what that may do'],
    [
      'api post /executions --body order.json --follow',
      'start a drill, and end with it: 0 if it has COMPLETED',
    ],
    [
      'api get /plans --context production',
      'client id and issuer of a context; the secret from GROUNDSWELL_CLIENT_SECRET or a file',
    ],
  ]);
};
