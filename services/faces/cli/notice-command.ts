import type { Command } from 'commander';
import { withConnection } from './connection.ts';
import { withExamples } from './help.ts';
import type { NoticesOptions } from './notices.ts';
import type { Shell } from './shell.ts';

/** Adds `notices`. */
export const addNotices = (program: Command, { console, end }: Shell): void => {
  const notices = withConnection(program.command('notices'))
    .description('messages to people that wait for their receivers, or were given up, each with the reason')
    .option('--again', 'have those that were given up tried again, once the receiver is fixed')
    .option('--json', 'as JSON')
    .action(async (options: NoticesOptions) =>
      end(await (await import('./notices.ts')).notices(options, console)),
    );
  withExamples(notices, [
    ['notices', 'who was not told, and why'],
    ['notices --again', 'try again what was given up'],
  ]);
};
