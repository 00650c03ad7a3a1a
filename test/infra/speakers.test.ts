import { build } from 'esbuild';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../contracts/catalogue.ts';
import type { EventContract } from '../../contracts/envelope.ts';
import { deciders, serviceNames } from '../../contracts/services.ts';
import { taskEvents } from '../../contracts/task-events.ts';

const root = join(import.meta.dirname, '../..');
const faces = ['cli/main', 'plan-resource/handler', 'region-switch/handler'];

/** What each programme can come to run: esbuild leaves out what nothing in it refers to. */
const readCode = async (): Promise<ReadonlyMap<string, string>> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      ...Object.fromEntries(serviceNames.map((name) => [name, `services/functions/${name}/handler.ts`])),
      ...Object.fromEntries(faces.map((face) => [face.replace('/', '-'), `services/faces/${face}.ts`])),
    },
    ...{ bundle: true, write: false, outdir: 'dist', format: 'esm', platform: 'node', target: 'node20' },
    ...{ packages: 'external', logLevel: 'error' },
  });
  return new Map(outputFiles.map(({ path, text }) => [basename(path, '.js'), text]));
};
const code = await readCode();

/** A fact of a stream is made as `{ type, data }`. */
const isMadeIn = (text: string, name: string): boolean =>
  new RegExp(`type: "${name}",\\s*data\\b`).test(text);

/** All else is said by its name, or by that of its contract's value, which is called like the event. */
const isSaidIn = (text: string, name: string): boolean => {
  const value = `${name.charAt(0).toLowerCase()}${name.slice(1)}\\.name`;
  const named = `(?:say\\d*\\(|[?]|(?<!type"?):)\\s*"${name}"`;
  return new RegExp(`${named}|(?:say\\d*\\(|DetailType:)\\s*${value}\\b`).test(text);
};

const anywhere = [...code.keys()];
const isSaid = ({ name, saidBy }: Pick<EventContract, 'name' | 'saidBy'>): boolean => {
  // What workers say is said by other people's code.
  if (saidBy === 'worker') return true;
  const speakers = saidBy === 'any' ? deciders : saidBy === 'operator' ? anywhere : [saidBy];
  return speakers.some((speaker) => {
    const text = code.get(speaker) ?? '';
    return isMadeIn(text, name) || isSaidIn(text, name);
  });
};

describe('an event', () => {
  it.each([...catalogue, ...taskEvents].map(({ name, saidBy }) => [name, saidBy] as const))(
    '%s is said by %s, as its contract has it',
    (name, saidBy) => expect(isSaid({ name, saidBy })).toBe(true),
  );

  it.each([
    ['that no code says', { name: 'MoonRisen', saidBy: 'watch-jobs' }],
    ['that another service says', { name: 'WaveStarted', saidBy: 'watch-jobs' }],
  ] as const)('%s is found out', (_which, contract) => expect(isSaid(contract)).toBe(false));
});
