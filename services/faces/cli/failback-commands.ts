import { type Command, InvalidArgumentError } from 'commander';
import { roleArnSchema } from '../../../contracts/identifiers.ts';
import { withConnection } from './connection.ts';
import type { Shell } from './console.ts';
import type { FailbackOptions } from './failback.ts';
import { withExamples } from './help.ts';

const role = (text: string, before: readonly string[] = []): readonly string[] => {
  if (roleArnSchema.safeParse(text).success) return [...before, text];
  throw new InvalidArgumentError(
    'Valid: the ARN of a role, such as arn:aws:iam::444455556666:role/groundswell.',
  );
};

/** Adds `failback`. */
export const addFailback = (program: Command, { console, end }: Shell): void => {
  const failback = program.command('failback').description('bring home what was recovered');
  const status = withConnection(failback.command('status <execution>'))
    .description(
      'where the servers of a real recovery are on their way home, what is in the way, and the calls that come next; changes nothing',
    )
    .option(
      '--home-role <arn>',
      'a role to assume in an account that servers came from; may be repeated',
      role,
    )
    .option('--json', 'as JSON')
    .action(async (executionId: string, options: FailbackOptions) =>
      end(await (await import('./failback.ts')).failbackStatus(executionId, options, console)),
    );
  withExamples(status, [
    ['failback status exec-3f2a…', 'asks DRS and EC2 in both places'],
    [
      'failback status exec-3f2a… --home-role arn:aws:iam::444455556666:role/groundswell',
      'of another account',
    ],
    ['failback status exec-3f2a… --json | jq ".servers[].stage"', 'for a script'],
  ]);
};
