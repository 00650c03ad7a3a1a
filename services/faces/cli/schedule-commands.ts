import type { Command } from 'commander';
import { numberBetween } from './arguments.ts';
import { withConnection } from './connection.ts';
import type { Shell } from './console.ts';
import { withExamples } from './help.ts';
import type { ScheduleNextOptions, ScheduleOptions } from './schedule.ts';

const changes = [
  ['pause', 'PAUSED', 'no drill of it starts until it is resumed; what is due meanwhile is skipped'],
  ['resume', 'ACTIVE', 'its drills start again; nothing that was skipped is made up for'],
  ['delete', 'DELETED', 'its versions and what became of its drills stay on record'],
] as const;

/** Adds `schedule` with its commands. */
export const addSchedules = (program: Command, { console, end }: Shell): void => {
  const schedule = program.command('schedule').description('drills that start by themselves');
  const put = withConnection(schedule.command('put <file>'))
    .description('store a schedule of drills, YAML or JSON; an unchanged one stays at its version')
    .option('--by <name>', 'who stores it (default: you)')
    .option('--json', 'the stored schedule as JSON')
    .action(async (file: string, options: ScheduleOptions) =>
      end(await (await import('./schedule.ts')).schedulePut(file, options, console)),
    );
  withExamples(put, [['schedule put quarterly.yaml', 'every fault at once, with what would be valid']]);
  const list = withConnection(schedule.command('list'))
    .description('schedules, when each is due next, and what came of the last time')
    .option('--json', 'as JSON')
    .action(async (options: ScheduleOptions) =>
      end(await (await import('./schedule.ts')).scheduleList(options, console)),
    );
  withExamples(list, [['schedule list', 'also what was skipped, with the reason']]);
  for (const [verb, status, meaning] of changes) {
    const command = withConnection(schedule.command(`${verb} <schedule>`))
      .description(`${verb} a schedule: ${meaning}`)
      .option('--by <name>', 'who does so (default: you)')
      .option('--json', 'the schedule as JSON')
      .action(async (scheduleId: string, options: ScheduleOptions) =>
        end(await (await import('./schedule.ts')).scheduleStatus(status)(scheduleId, options, console)),
      );
    withExamples(command, [[`schedule ${verb} quarterly`, meaning]]);
  }
  const next = withConnection(schedule.command('next <schedule>'))
    .description(
      'the next times of a schedule, stored or in a file, as EventBridge Scheduler keeps them, daylight saving included',
    )
    .option('--count <number>', 'how many', numberBetween(1, 100), 10)
    .option('--json', 'as JSON')
    .action(async (subject: string, options: ScheduleNextOptions) =>
      end(await (await import('./schedule.ts')).scheduleNext(subject, options, console)),
    );
  withExamples(next, [
    ['schedule next quarterly', 'in the zone of the schedule and in UTC, with what is skipped and why'],
    ['schedule next quarterly.yaml --count 4', 'before it is stored'],
  ]);
};
