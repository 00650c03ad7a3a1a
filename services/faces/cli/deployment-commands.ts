import type { Command } from 'commander';
import { numberBetween } from './arguments.ts';
import { withConnection } from './connection.ts';
import type { DoctorOptions } from './doctor/doctor.ts';
import { withExamples } from './help.ts';
import type { Shell } from './console.ts';
import type { CheckRulesOptions } from './notice-rules.ts';
import type { NoticesOptions } from './notices.ts';

/** Adds `doctor`: what a deployer runs before the first drill. */
export const addDoctor = (program: Command, { console, end }: Shell): void => {
  const doctor = withConnection(program.command('doctor'))
    .description('check a deployment: DRS, quotas, permissions, wiring, and a probe through every service')
    .option('--patience <seconds>', 'how long to wait for the probe', numberBetween(1, 600), 60)
    .option('--json', 'every finding as JSON')
    .action(async (options: DoctorOptions) =>
      end(await (await import('./doctor/doctor.ts')).doctor(options, console)),
    );
  withExamples(doctor, [
    ['doctor', 'of the local runtime'],
    [
      'doctor --endpoint aws --profile dr --region eu-west-1',
      'of the deployment on AWS, before the first drill',
    ],
  ]);
};

/** Adds `notices`. */
export const addNotices = (program: Command, { console, end }: Shell): void => {
  const notices = withConnection(program.command('notices'))
    .description('list undelivered notices, those being retried and those given up, each with the reason')
    .option('--again', 'retry those that were given up, once the receiver is fixed')
    .option('--json', 'as JSON')
    .action(async (options: NoticesOptions) =>
      end(await (await import('./notices.ts')).notices(options, console)),
    );
  const check = withConnection(notices.command('check <file>'))
    .description('report everything that is wrong with rules of notification, before they are stored')
    .option(
      '--send',
      'also send a test message to each channel, in your own name; exit code 1 if one is not taken',
    )
    .option('--json', 'of each test message what its receiver answered, as JSON')
    // What both commands know is read for the one in front.
    .action(async (file: string, _options: unknown, command: Command) =>
      end(
        await (
          await import('./notice-rules.ts')
        ).checkRules(file, command.optsWithGlobals<CheckRulesOptions>(), console),
      ),
    );
  withExamples(check, [
    ['notices check rules.json', 'every fault at once, with what would be valid'],
    ['notices check rules.json --send', 'and whether each receiver takes a message; no execution is touched'],
  ]);
  withExamples(notices, [
    ['notices', 'what was not delivered, and why'],
    ['notices --again', 'retry what was given up'],
  ]);
};
