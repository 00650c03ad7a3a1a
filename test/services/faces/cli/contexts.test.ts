import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { applyContext } from '../../../../services/faces/cli/apply-context.ts';
import {
  commandLine,
  connectionFlags,
  type ConnectionOptions,
  placeOf,
  withConnection,
} from '../../../../services/faces/cli/connection.ts';
import { contextsFile } from '../../../../services/faces/cli/contexts.ts';
import { calledAs } from '../../../../services/faces/cli/help.ts';
import { openTerminal, runIn } from '../../../support/terminal.ts';

const terminal = openTerminal();
const { said: out } = terminal;
beforeEach(() => {
  terminal.forget();
  vi.stubEnv('XDG_CONFIG_HOME', mkdtempSync(join(tmpdir(), 'contexts-')));
  for (const name of ['GROUNDSWELL_CONTEXT', 'GROUNDSWELL_ENDPOINT', 'AWS_ENDPOINT_URL', 'AWS_PROFILE'])
    vi.stubEnv(name, '');
});

const groundswell = (...args: readonly string[]): Promise<number> => runIn(terminal, ...args);
const written = (text: string): void => {
  mkdirSync(dirname(contextsFile()), { recursive: true });
  writeFileSync(contextsFile(), text);
};
const two = `# Ours
current: staging
contexts:
  production: { endpoint: aws, profile: dr, region: eu-central-1, bus: dr-bus, table: dr-state } # careful
  staging: { endpoint: 'http://127.0.0.1:8' }
`;

/** The options of a command under these words, as its action would read them. */
const optionsOf = async (...args: readonly string[]): Promise<ConnectionOptions> => {
  let read: ConnectionOptions | undefined;
  const program = new Command('groundswell').hook('preAction', (_program, command) => applyContext(command));
  const outer = withConnection(program.command('outer')).action((options: ConnectionOptions) => {
    read = options;
  });
  withConnection(outer.command('inner')).action((_options: unknown, command: Command) => {
    read = command.optsWithGlobals<ConnectionOptions>();
  });
  await program.parseAsync(['node', 'groundswell', ...args]);
  if (read === undefined) throw new Error('no command ran');
  return read;
};
const placeIn = async (...args: readonly string[]) => placeOf(await optionsOf('outer', ...args));

describe('a context', () => {
  beforeEach(() => written(two));
  const production = { endpoint: undefined, region: 'eu-central-1', bus: 'dr-bus', table: 'dr-state' };
  const staging = { endpoint: 'http://127.0.0.1:8', region: 'eu-west-1', bus: 'groundswell' };

  it('is the one in use, unless the command line or the shell names another', async () => {
    expect(await placeIn()).toMatchObject(staging);
    vi.stubEnv('GROUNDSWELL_CONTEXT', 'production');
    expect(await placeIn()).toMatchObject(production);
    expect((await optionsOf('outer')).profile).toBe('dr');
    expect(await placeIn('--context', 'staging')).toMatchObject(staging);
  });

  it('yields to each option that is given beside it', async () => {
    expect(await placeIn('--context', 'production', '--bus', 'other', '--region', 'us-east-1')).toMatchObject(
      {
        ...{ endpoint: undefined, region: 'us-east-1', bus: 'other', table: 'dr-state' },
      },
    );
  });

  it('is not asked for where the command line or the environment says where to go', async () => {
    const local = { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1', bus: 'groundswell' };
    vi.stubEnv('GROUNDSWELL_CONTEXT', 'production');
    expect(await placeIn('--endpoint', 'local')).toMatchObject(local);
    vi.stubEnv('GROUNDSWELL_CONTEXT', '');
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:7');
    expect(await placeIn()).toMatchObject({ endpoint: 'http://127.0.0.1:7' });
    vi.stubEnv('GROUNDSWELL_ENDPOINT', 'local');
    expect(await placeIn()).toMatchObject(local);
  });

  it('reaches a command under one that has the same options', async () => {
    expect(placeOf(await optionsOf('outer', 'inner', '--context', 'production'))).toMatchObject(production);
    expect(placeOf(await optionsOf('outer', 'inner'))).toMatchObject(staging);
  });

  it('stands in hints by its name where it was given so, and not what it says', async () => {
    const given = await optionsOf('outer', '--context', 'production', '--bus', 'other');
    expect(connectionFlags(given)).toBe(' --context production --bus other');
    expect(commandLine('status', await optionsOf('outer'))).toBe(`${calledAs()} status`);
  });

  it('that does not exist is told with those that do, and nothing is asked', async () => {
    await expect(placeIn('--context', 'prod')).rejects.toThrow(
      /there is no context prod. Did you mean production\?[^]*valid: production, staging/,
    );
  });
});

describe('the file of contexts', () => {
  it('is told with every fault, wherever a context is asked for', async () => {
    written('contexts: { Prod: { endpoint: nowhere }, dr: { region: mars } }\n');
    await expect(groundswell('context', 'list')).rejects.toThrow(/Invalid contexts: \d faults/);
    await expect(placeIn()).rejects.toThrow('Invalid contexts');
    expect(await placeIn('--endpoint', 'local')).toMatchObject({ endpoint: 'http://127.0.0.1:4566' });
    written('contexts: [\n');
    await expect(groundswell('context', 'list')).rejects.toThrow(/contexts.yaml:\d+/);
  });

  it('need not be there', async () => {
    expect(await groundswell('context', 'list')).toBe(0);
    expect(out.join('')).toContain('There are no contexts.');
    expect(await placeIn()).toMatchObject({ endpoint: 'http://127.0.0.1:4566' });
  });
});

describe('the command context', () => {
  it('stores, uses, shows and deletes, and leaves comments where they are', async () => {
    written(two);
    await groundswell('context', 'put', 'test', '--endpoint', 'local', '--bus', 'b');
    await groundswell('context', 'use', 'production');
    expect(readFileSync(contextsFile(), 'utf8')).toMatch(/^# Ours\ncurrent: production\n[^]*# careful\n/);
    out.length = 0;
    await groundswell('context', 'list');
    expect(out.join('\n')).toMatch(/\* +production +aws +eu-central-1 +dr +dr-bus +dr-state/);
    expect(out.join('\n')).toMatch(/ test +http:\/\/127.0.0.1:4566 +– +– +b +–/);
    out.length = 0;
    await groundswell('context', 'show', '--json');
    expect(JSON.parse(out.join(''))).toEqual({
      ...{ why: 'context production, by context use', endpoint: 'aws', region: 'eu-central-1' },
      ...{ profile: 'dr', bus: 'dr-bus', table: 'dr-state' },
    });
    await groundswell('context', 'delete', 'production');
    out.length = 0;
    await groundswell('context', 'show');
    expect(out.join('\n')).toMatch(/why +no context\nendpoint +http:\/\/127.0.0.1:4566/);
    await expect(groundswell('context', 'use', 'production')).rejects.toThrow(
      'there is no context production',
    );
  });

  it('stores nothing that could not be read again', async () => {
    await expect(groundswell('context', 'put', 'A B', '--endpoint', 'aws')).rejects.toThrow(
      'Invalid contexts',
    );
    expect(() => readFileSync(contextsFile())).toThrow('ENOENT');
    await groundswell('context', 'put', 'first', '--endpoint', 'aws', '--profile', 'dr');
    await groundswell('context', 'use', 'first');
    await groundswell('context', 'use');
    expect(readFileSync(contextsFile(), 'utf8')).toBe(
      'contexts:\n  first:\n    endpoint: aws\n    profile: dr\n',
    );
  });
});
