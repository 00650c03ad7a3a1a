import type { Command } from 'commander';
import { withPlace } from './connection.ts';
import type { Context } from './contexts.ts';
import { withExamples } from './help.ts';
import type { Shell } from './console.ts';

/** Adds `context`: names for deployments. */
export const addContexts = (program: Command, { console, end }: Shell): void => {
  const context = program
    .command('context')
    .description('names for the deployments that you work with, in a file of your own');
  const list = context
    .command('list')
    .description('list them; * marks the one in use')
    .option('--json', 'as JSON')
    .action(async (options: { readonly json?: boolean }) =>
      end((await import('./context.ts')).listContexts(options, console)),
    );
  withExamples(list, [['context list', 'each with where it leads']]);
  const use = context
    .command('use [context]')
    .description('take one for every later command; without a name, none')
    .action(async (name: string | undefined) =>
      end((await import('./context.ts')).useContext(name, console)),
    );
  withExamples(use, [
    [
      'context use production',
      '--context and GROUNDSWELL_CONTEXT choose another for one command or one shell',
    ],
    ['context use', 'none: the local runtime, or as the environment says'],
  ]);
  const show = context
    .command('show [context]')
    .description('where one leads; without a name, where a command without options goes, and what says so')
    .option('--json', 'as JSON')
    .action(async (name: string | undefined, options: { readonly json?: boolean }) =>
      end((await import('./context.ts')).showContext(name, options, console)),
    );
  withExamples(show, [['context show', 'before you press the button']]);
  const put = withPlace(context.command('put <name>'))
    .description('store one under a name, or replace it')
    .action(async (name: string, options: Context) =>
      end((await import('./context.ts')).putContext(name, options, console)),
    );
  withExamples(put, [
    ['context put production --endpoint aws --profile dr --region eu-central-1', 'no secret is stored'],
  ]);
  const remove = context
    .command('delete <context>')
    .description('forget one')
    .action(async (name: string) => end((await import('./context.ts')).deleteContext(name, console)));
  withExamples(remove, [['context delete staging', 'and the use of it']]);
};
