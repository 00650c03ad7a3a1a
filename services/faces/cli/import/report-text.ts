import { counted } from '../../../core/view/words.ts';
import { tableText } from '../format.ts';
import type { ImportedPlan } from './assemble.ts';
import type { Note, NoteKind } from './ledger.ts';
import type { Imported } from './read-import.ts';

const isWithin = (from: string, plan: string): boolean =>
  plan === '' || from === plan || from.startsWith(`${plan}.`) || from.startsWith(`${plan}[`);

/** The plan in whose part of the file something stands; none for what all plans share. */
const ownerOf = (plans: readonly ImportedPlan[], from: string): ImportedPlan | undefined =>
  plans.length === 1 ? plans[0] : plans.find(({ origins }) => isWithin(from, origins.get('') ?? '\0'));

const indented = (rows: readonly (readonly string[])[]): readonly string[] =>
  tableText(rows).map((row) => `    ${row}`);

const section = (title: string, rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : [`  ${title}`, ...indented(rows)];

const noteKinds: readonly NoteKind[] = ['changed', 'no counterpart', 'to decide'];

const placeText = (from: string): string => (from === '' ? 'the file' : from);

const noteSections = (notes: readonly Note[]): readonly string[] =>
  noteKinds.flatMap((kind) =>
    section(
      kind,
      notes.filter((note) => note.kind === kind).map(({ from, text }) => [placeText(from), text]),
    ),
  );

/** Servers are told by their list: a wave may have a thousand. */
const mapped = ({ origins }: ImportedPlan): readonly (readonly string[])[] =>
  [...origins]
    .filter(([path]) => path !== '' && !/\.servers\[\d+\]$/.test(path))
    .map(([path, from]) => [placeText(from), path]);

const planLines = (each: ImportedPlan, notes: readonly Note[]): readonly string[] => {
  const { plan, origins, names } = each;
  const name = names.get('');
  const called = name === undefined ? '' : `, ${JSON.stringify(name)}`;
  return [
    `${plan.planId}.yaml: ${counted(plan.waves.length, 'wave')}, from ${placeText(origins.get('') ?? '')}${called}`,
    ...section('mapped', mapped(each)),
    ...noteSections(notes),
    '',
  ];
};

/** What became of each part of a file: mapped, changed and why, without a counterpart, or for a person to decide. */
export const reportText = ({ title, plans, notes, unusedEntries }: Imported, file: string): string => {
  const shared = notes.filter(({ from }) => ownerOf(plans, from) === undefined);
  return [
    `${file}: ${title}, ${counted(plans.length, 'plan')}.`,
    '',
    ...plans.flatMap((plan) =>
      planLines(
        plan,
        notes.filter(({ from }) => ownerOf(plans, from) === plan),
      ),
    ),
    ...(shared.length === 0 ? [] : ['what the plans share', ...noteSections(shared), '']),
    ...(unusedEntries.length === 0
      ? []
      : ['entries of the map that nothing asked for', ...unusedEntries.map((entry) => `    ${entry}`), '']),
  ]
    .join('\n')
    .trimEnd();
};
