import type { Source } from '../source.ts';

/** What a wave of the older orchestrator can be called by. */
export interface NamedWave {
  readonly key: string;
  readonly name: string | undefined;
  /** `WaveId`: wave-0 is the first. */
  readonly id: string | undefined;
  /** `WaveNumber`: 1 is the first. */
  readonly number: number | undefined;
  /** `ExecutionOrder`: 0 is the first. */
  readonly order: number | undefined;
}

type Answer = { readonly key: string } | { readonly trouble: 'unknown' | 'ambiguous' };

const lower = (text: string | undefined): string | undefined => text?.toLowerCase();

/** What a reference may mean, the surest first: positions are never counted, since two numberings are in use. */
const readings: readonly ((wave: NamedWave, reference: string) => boolean)[] = [
  ({ id }, reference) => id === reference,
  ({ number }, reference) => number !== undefined && `Wave-${number}` === reference,
  ({ id, number, order }, reference) =>
    id === undefined && number === undefined && order !== undefined && `wave-${order}` === reference,
  ({ name }, reference) => name === reference,
  ({ id }, reference) => lower(id) === lower(reference),
  ({ id, number }, reference) =>
    id === undefined && number !== undefined && `wave-${number}` === lower(reference),
  ({ id }, reference) =>
    id !== undefined && reference.endsWith(id.replace(/^.*(?=-\d+$)/, '')) && /-\d+$/.test(id),
];

/** The wave that a reference such as `Wave-1` or `wave-0` names, bound by its text. */
export const waveNamed = (waves: readonly NamedWave[], reference: string): Answer => {
  for (const isIt of readings) {
    const found = waves.filter((wave) => isIt(wave, reference));
    const [only] = found;
    if (found.length > 1) return { trouble: 'ambiguous' };
    if (only !== undefined) return { key: only.key };
  }
  return { trouble: 'unknown' };
};

export const nameOf = ({ id, number, order, name, key }: NamedWave): string =>
  id ??
  (number !== undefined ? `Wave-${number}` : undefined) ??
  (order !== undefined ? `wave-${order}` : undefined) ??
  name ??
  key;

/** `"Wave-1"`, or `{ DependsOnWaveId: "wave-0" }`. */
export const referencesOf = (wave: Source): readonly { readonly text: string; readonly path: string }[] =>
  wave.list('Dependencies').flatMap((item) => {
    if (typeof item.value === 'string') return [{ text: String(item.take()).trim(), path: item.path }];
    const text = item.text('DependsOnWaveId');
    return text === undefined ? [] : [{ text, path: item.at('DependsOnWaveId') }];
  });
