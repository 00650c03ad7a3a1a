import { type Command, InvalidArgumentError, Option } from 'commander';
import { roleArnSchema, slugSchema } from '../../../contracts/identifiers.ts';
import { withConnection } from './connection.ts';
import type { Shell } from './console.ts';
import type { FailbackOptions, FailbackPlanOptions } from './failback.ts';
import { withExamples } from './help.ts';

const role = (text: string, before: readonly string[] = []): readonly string[] => {
  if (roleArnSchema.safeParse(text).success) return [...before, text];
  throw new InvalidArgumentError(
    'Valid: the ARN of a role, such as arn:aws:iam::444455556666:role/groundswell.',
  );
};

const planId = (text: string): string => {
  if (slugSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError('Valid: lower-case letters, digits and inner hyphens, 1 to 64 characters.');
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
  const plan = withConnection(failback.command('plan <execution>'))
    .description(
      'print a plan that brings home what a real recovery launched, to review, check, store and drill; changes nothing',
    )
    .addOption(
      new Option('--order <order>', 'of its waves: the other way round than the recovery, or the same')
        .choices(['reversed', 'same'])
        .default('reversed'),
    )
    .option('--plan-id <id>', 'the name of the plan (default: that of the recovery, with -home)', planId)
    .option(
      '--home-role <arn>',
      'a role to assume in an account that servers came from; may be repeated',
      role,
    )
    .action(async (executionId: string, options: FailbackPlanOptions) =>
      end(await (await import('./failback.ts')).failbackPlan(executionId, options, console)),
    );
  withExamples(plan, [
    ['failback plan exec-3f2a… > failback.yaml', 'then: groundswell check failback.yaml'],
    ['failback plan exec-3f2a… --order same', 'the database first, as it went over'],
  ]);
  withExamples(status, [
    ['failback status exec-3f2a…', 'asks DRS and EC2 in both places'],
    [
      'failback status exec-3f2a… --home-role arn:aws:iam::444455556666:role/groundswell',
      'of another account',
    ],
    ['failback status exec-3f2a… --json | jq ".servers[].stage"', 'for a script'],
  ]);
};
