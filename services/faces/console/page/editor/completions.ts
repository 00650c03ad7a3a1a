import { stringify } from 'yaml';
import * as z from 'zod';
import { planSchema } from '../../../../../contracts/plan.ts';
import { formsOf, isKindOf, memberOf, membersOf } from '../../../../../contracts/schema-forms.ts';
import { knownReferences } from '../../../../core/domain/parameter-reference.ts';
import { connectionRefusal } from './document-edits.ts';
import { type CursorPlace, placesOf, type Word, wordAt } from './cursor-place.ts';
import type { KnownName, KnownNames } from './known-names.ts';

/** What could stand where the cursor is. */
export interface Option {
  readonly label: string;
  /** What is written in place of the word. */
  readonly text: string;
  readonly detail?: string;
  readonly about?: string;
  readonly isNeeded?: boolean;
}

export interface Completed {
  readonly from: number;
  readonly to: number;
  readonly options: readonly Option[];
}

type Schema = z.core.$ZodType;
type Fields = Readonly<Record<string, Schema>>;

/** Of several forms of an object those that have its kind; all of them while it has none. */
const meant = (forms: readonly Schema[], value: unknown): readonly Schema[] => {
  const fitting = forms.filter((form) => !(form instanceof z.ZodObject) || isKindOf(form, value));
  return fitting.some((form) => form instanceof z.ZodObject) ? fitting : forms;
};

const formsAt = (path: CursorPlace['path'], around: unknown): readonly Schema[] => {
  let [forms, value]: [readonly Schema[], unknown] = [formsOf(planSchema), around];
  for (const part of path) {
    const isOfPart = (form: Schema): boolean => !(form instanceof z.ZodArray) || typeof part === 'number';
    forms = meant(forms, value)
      .filter(isOfPart)
      .flatMap((form) => membersOf(form, part));
    value = memberOf(value, part);
  }
  return meant(forms, value);
};

const describedOf = (schema: Schema): string | undefined => {
  const described = z.globalRegistry.get(schema)?.description;
  if (described !== undefined) return described;
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault
    ? describedOf(schema.unwrap())
    : undefined;
};

const isNeeded = (schema: Schema): boolean =>
  !(schema instanceof z.ZodOptional) && !(schema instanceof z.ZodDefault);

const defaultOf = (schema: Schema): string | undefined => {
  if (!(schema instanceof z.ZodDefault)) return undefined;
  const value: unknown = schema.def.defaultValue;
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return isPlain ? `default ${value}` : undefined;
};

/** How names and texts are written at this place. */
interface Writing {
  readonly isJson: boolean;
  readonly word: Word;
  /** What stands behind the word. */
  readonly after: string;
}

const asName = (name: string, { isJson, word: { quote }, after }: Writing): string => {
  if (quote !== '') return /^['"]?\s*:/.test(after) ? name + quote : `${name}${quote}: `;
  const colon = /^\s*:/.test(after) ? '' : ': ';
  return (isJson ? JSON.stringify(name) : stringify(name).trim()) + colon;
};

const asText = (value: unknown, { isJson, word: { quote } }: Writing): string => {
  if (quote !== '') return String(value) + quote;
  if (isJson) return JSON.stringify(value);
  return typeof value === 'string' && value.startsWith('${') ? `'${value}'` : stringify(value).trim();
};

/** An object with the fields that it needs, to be filled in. */
const skeletonOf = (form: z.ZodObject, { isJson }: Writing): string => {
  const empty = (schema: Schema): string => {
    if (schema instanceof z.ZodLiteral) return isJson ? JSON.stringify(schema.value) : String(schema.value);
    if (schema instanceof z.ZodRecord || schema instanceof z.ZodUnion) return '{}';
    if (schema instanceof z.ZodArray) return '[]';
    return schema instanceof z.ZodNumber ? '1' : isJson ? '""' : "''";
  };
  const fields = Object.entries(form.shape as Fields).filter(([, schema]) => isNeeded(schema));
  return `{ ${fields.map(([name, schema]) => `${isJson ? JSON.stringify(name) : name}: ${empty(schema)}`).join(', ')} }`;
};

/** Servers have tags, and a plan has others. */
const tagsAt = ({ path }: CursorPlace, { tags }: KnownNames): Readonly<Record<string, readonly string[]>> =>
  path[0] === 'tags' ? tags.plan : tags.servers;

const fieldOptions = (place: CursorPlace, known: KnownNames, writing: Writing): readonly Option[] =>
  formsAt(place.path, place.around).flatMap((form): readonly Option[] => {
    if (form instanceof z.ZodRecord) {
      const names = place.path.at(-1) === 'tags' ? Object.keys(tagsAt(place, known)) : [];
      return names.map((name) => ({ label: name, text: asName(name, writing), detail: 'tag' }));
    }
    if (!(form instanceof z.ZodObject)) return [];
    return Object.entries(form.shape as Fields)
      .filter(([name]) => !place.taken.includes(name))
      .map(([name, schema]) => {
        const [about, fallback] = [describedOf(schema), defaultOf(schema)];
        return {
          ...{ label: name, text: asName(name, writing), isNeeded: isNeeded(schema) },
          detail: isNeeded(schema) ? 'needed' : (fallback ?? 'optional'),
          ...(about !== undefined && { about }),
        };
      });
  });

const listIn = (value: unknown, name: string): readonly unknown[] => {
  const list = memberOf(value, name);
  return Array.isArray(list) ? list : [];
};

const waveIdsIn = (around: unknown): readonly string[] =>
  listIn(around, 'waves').flatMap((wave) => {
    const waveId = memberOf(wave, 'waveId');
    return typeof waveId === 'string' ? [waveId] : [];
  });

/** The waves that this one can wait for without a circle. */
const possibleDependencies = ({ path, around }: CursorPlace): readonly KnownName[] => {
  const own = memberOf(memberOf(memberOf(around, 'waves'), path[1] ?? 0), 'waveId');
  const waves = listIn(around, 'waves').map((wave) => ({
    waveId: String(memberOf(wave, 'waveId')),
    dependsOn: listIn(wave, 'dependsOn').map(String),
  }));
  return waveIdsIn(around)
    .filter((waveId) => typeof own !== 'string' || connectionRefusal(waves, own, waveId) === undefined)
    .map((name) => ({ name, detail: 'wave' }));
};

/** The names that a text at this place may have, as far as they are known. */
const namesFor = (place: CursorPlace, known: KnownNames): readonly KnownName[] => {
  const names = place.path.filter((part) => typeof part === 'string');
  const [field = '', parent = '', grandparent = ''] = [names.at(-1), names.at(-2), names.at(-3)];
  if (field === 'dependsOn') return possibleDependencies(place);
  if (field === 'waveId')
    return parent === 'move' ? waveIdsIn(place.around).map((name) => ({ name, detail: 'wave' })) : [];
  if (field === 'target') {
    const targets = memberOf(place.around, 'targets');
    return Object.keys(typeof targets === 'object' && targets !== null ? targets : {}).map((name) => ({
      ...{ name, detail: 'target' },
    }));
  }
  if (parent === 'tags') return (tagsAt(place, known)[field] ?? []).map((name) => ({ name, detail: field }));
  if (parent === 'parameters' || (grandparent === 'move' && field === 'values'))
    return knownReferences.map((name) => ({ name: `\${${name}}`, detail: 'reference' }));
  return known.byField[field] ?? [];
};

const valueOptions = (place: CursorPlace, known: KnownNames, writing: Writing): readonly Option[] =>
  formsAt(place.path, place.around).flatMap((form): readonly Option[] => {
    const about = describedOf(form);
    const of = (value: unknown, detail?: string): Option => ({
      ...{ label: String(value), text: asText(value, writing) },
      ...(detail !== undefined && { detail }),
      ...(about !== undefined && { about }),
    });
    if (form instanceof z.ZodLiteral) return [...form.values].map((value) => of(value));
    if (form instanceof z.ZodEnum) return form.options.map((value) => of(value));
    if (form instanceof z.ZodBoolean) return [of(true), of(false)];
    if (form instanceof z.ZodObject && writing.word.quote === '') {
      const text = skeletonOf(form, writing);
      return text === '{  }'
        ? []
        : [{ label: text, text, detail: 'object', ...(about !== undefined && { about }) }];
    }
    if (form._zod.def.type !== 'string') return [];
    return namesFor(place, known).map(({ name, detail, also }) => ({
      ...of(name, detail),
      // What else a name is known by is found by typing it, too.
      ...(also !== undefined && { label: `${name} ${also}` }),
    }));
  });

const unique = (options: readonly Option[]): readonly Option[] => [
  ...new Map(options.map((option) => [option.label, option])).values(),
];

/** What could stand where the cursor is in the text of a plan; undefined where nothing is known. */
export const completionsAt = (text: string, offset: number, known: KnownNames): Completed | undefined => {
  const word = wordAt(text, offset);
  if (word === undefined) return undefined;
  const after = text.slice(
    word.to,
    text.indexOf('\n', word.to) < 0 ? undefined : text.indexOf('\n', word.to),
  );
  const writing: Writing = { isJson: text.trimStart().startsWith('{'), word, after };
  const options = placesOf(text, word).flatMap((place) =>
    place.of === 'field' ? fieldOptions(place, known, writing) : valueOptions(place, known, writing),
  );
  if (options.length === 0) return undefined;
  const isClosed = word.quote !== '' && after.startsWith(word.quote);
  return { from: word.from, to: word.to + (isClosed ? 1 : 0), options: unique(options) };
};
