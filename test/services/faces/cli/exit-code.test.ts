import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { StateInUseError } from '../../../../infra/simulated-aws/state/occupancy.ts';
import { StateFolderError } from '../../../../infra/simulated-aws/state/state-folder.ts';
import { calledAs } from '../../../../services/faces/cli/help.ts';
import { exitCodeOf } from '../../../../services/faces/cli/errors.ts';
import { InputError } from '../../../../services/faces/cli/input-error.ts';

it.each<readonly [unknown, number]>([
  [new CommanderError(0, 'help', ''), 0],
  [new CommanderError(1, 'unknown', ''), 2],
  [new InputError('Invalid plan', 'plan.yaml', []), 2],
  [new StateFolderError('state', 'it is a file'), 2],
  [new StateInUseError('state', 'another process'), 2],
  [new Error('anything else'), 1],
  ['a text', 1],
])('%s means the exit code %i', (error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

it.each([
  ['/home/user/groundswell/services/cli', {}, 'npm run groundswell --'],
  ['/srv/app/node_modules/groundswell/services/cli', {}, 'groundswell'],
  ['/srv/app/node_modules/groundswell/services/cli', { npm_command: 'exec' }, 'npx groundswell'],
])('in %s with %j is called as %s', (folder, env, name) => {
  expect(calledAs(folder, env)).toBe(name);
});
