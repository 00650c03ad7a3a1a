import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createProgram } from '../../../../services/faces/cli/program.ts';
import { openTerminal, runCommand } from '../../../support/terminal.ts';

const scriptFor = async (shell: string): Promise<string> => (await runCommand('completion', shell)).text;

/** What a real bash offers at the end of a line whose last word is being written. */
const offered = async (...words: readonly string[]): Promise<readonly string[]> => {
  const line = ['groundswell', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _groundswell; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const answer = execFileSync('bash', ['--norc', '-c', `set -u\n${await scriptFor('bash')}\n${ask}`]);
  return answer.toString().trim().split('\n');
};

it.each([
  [['wat'], ['watch']],
  [['re'], ['report', 'request', 'resume', 'retry']],
  [['plan', 'p'], ['put']],
  [['plan', 'get', 'shop', '--pl'], ['--plan-version']],
  [
    ['request', 'shop', '--mode', 'drill', '--re'],
    ['--request-id', '--reason', '--region'],
  ],
  [['approve', 'exec-1', '--plan'], ['--plan-hash']],
  [['nothing', '--plan'], ['']],
])('bash completes %j', async (words, answers) => {
  expect((await offered(...words)).toSorted()).toEqual(answers.toSorted());
});

it('bash offers every command', async () => {
  const program = createProgram(openTerminal().console, () => undefined);
  const all = await offered('');
  const names = program.commands.map((each) => each.name()).filter((name) => name !== 'complete');
  for (const name of names) expect(all).toContain(name);
});

it('bash completes the ids of executions and plans where they stand, and nowhere else', async () => {
  const withIds = async (...words: readonly string[]): Promise<readonly string[]> => {
    const line = ['groundswell', ...words].map((word) => `'${word}'`).join(' ');
    const ids = 'groundswell() { [ "$1" = complete ] && shift && local IFS=- && echo "$*-1 $*-2"; }';
    const ask = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _groundswell; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const script = `set -u\n${ids}\n${await scriptFor('bash')}\n${ask}`;
    return execFileSync('bash', ['--norc', '-c', script]).toString().trim().split('\n');
  };
  expect(await withIds('approve', 'exec')).toEqual(['executions-1', 'executions-2']);
  expect(await withIds('plan', 'get', 'pl')).toEqual(['plans-1', 'plans-2']);
  expect(await withIds('approve', 'exec-1', '')).toContain('waves-exec-1-2');
  expect(await withIds('approve', 'exec-1', 'wav')).toEqual(['waves-exec-1-1', 'waves-exec-1-2']);
  expect(await withIds('approve', 'exec-1', 'web', 'act')).toEqual([
    ...['actions-exec-1-web-1', 'actions-exec-1-web-2'],
  ]);
  expect(await withIds('approve', 'exec-1', 'web', 'release', 'act')).toEqual(['']);
  expect(await withIds('retry', '--by', 'ops', 'exec')).toEqual(['']);
  expect(await withIds('status', '--context', 'con')).toEqual(['contexts-1', 'contexts-2']);
  expect(await withIds('context', 'use', 'con')).toEqual(['contexts-1', 'contexts-2']);
  expect(await withIds('doctor', 'exec')).toEqual(['']);
});

it('zsh takes what bash takes, and fish each word with its meaning', async () => {
  expect(await scriptFor('zsh')).toContain(await scriptFor('bash'));
  const lines = (await scriptFor('fish')).split('\n');
  expect(lines).toContain(
    "complete -c groundswell -n '__fish_seen_subcommand_from plan' -a put -d 'store a plan as its next version'",
  );
  expect(lines).toContain(
    "complete -c groundswell -n '__fish_seen_subcommand_from retry; and test (count (commandline -opc)) -eq 3' -f -a '(groundswell complete waves (commandline -opc)[3..] 2>/dev/null)'",
  );
  expect(lines.every((line) => line.startsWith('complete -c groundswell -n '))).toBe(true);
});
