import { isSeq, parseDocument, type Document } from 'yaml';
import { slugSchema } from '../../../../../contracts/identifiers.ts';
import { memberOf } from '../../../../../contracts/schema-forms.ts';
import { cycleIn } from '../../../../core/domain/graph.ts';
import { isClosing } from '../../../../core/domain/closing.ts';
import { type PlanDocument, readPlanDocument, type WrittenWave } from './plan-document.ts';
import { spliceConnection, spliceDisconnection, spliceWave, spliceWithoutWave } from './splices.ts';

/** A text in which something was changed, or why it was not. */
export type Edited = { readonly text: string } | { readonly refusal: string };

type Waves = Readonly<Record<string, unknown>>[];

const namesIn = ({ dependsOn }: Readonly<Record<string, unknown>>): readonly unknown[] =>
  Array.isArray(dependsOn) ? dependsOn : [];

interface Operation {
  /** What the document is to say afterwards, of its value. */
  readonly mean: (waves: Waves) => void;
  /** The text with the change alone. */
  readonly splice: () => string | undefined;
  /** The same change of the document, which is then written anew: comments survive, and some white space does not. */
  readonly rewrite: (document: Document.Parsed) => void;
}

const valueOf = (text: string): unknown => {
  try {
    const document = parseDocument(text, { prettyErrors: false });
    return document.errors.length > 0 ? undefined : document.toJS();
  } catch {
    return undefined;
  }
};

/** Whether two values are the same as JSON, in whatever order their names stand. */
const isSame = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(Reflect.get(a, name), Reflect.get(b, name)))
  );
};

/** Only a text that says precisely what was meant is taken. */
const carriedOut = ({ text, document }: PlanDocument, operation: Operation): Edited => {
  const refusal = 'This part of the document is written in a way that only its text can change.';
  const value = document.toJS() as { readonly waves: Waves };
  operation.mean(value.waves);
  const rewritten = (): string => {
    const copy = parseDocument(text, { prettyErrors: false });
    operation.rewrite(copy);
    return copy.toString({ lineWidth: 0 });
  };
  for (const attempt of [operation.splice, rewritten]) {
    const next = attempt();
    if (next !== undefined && isSame(valueOf(next), value)) return { text: next };
  }
  return { refusal };
};

const namedIn = ({ waves }: PlanDocument, waveId: string): WrittenWave | undefined =>
  waves.find((wave) => wave.waveId === waveId);

const notThere = (waveId: string): Edited => ({ refusal: `There is no wave ${waveId}.` });
const unreadable: Edited = { refusal: 'The document cannot be read yet: mend its first fault in the text.' };

/** Why a wave cannot wait for another; undefined where it can. */
export const connectionRefusal = (
  waves: readonly Pick<WrittenWave, 'waveId' | 'dependsOn'>[],
  waveId: string,
  dependency: string,
): string | undefined => {
  if (waveId === dependency) return `${waveId} cannot wait for itself.`;
  const known = waves.find((wave) => wave.waveId === waveId);
  if (known?.dependsOn.includes(dependency) === true) return `${waveId} waits for ${dependency} already.`;
  const names = new Set(waves.map((wave) => wave.waveId));
  const cycle = cycleIn(
    waves.map((wave) => ({
      waveId: wave.waveId,
      dependsOn: (wave === known ? [dependency, ...wave.dependsOn] : wave.dependsOn).filter((id) =>
        names.has(id),
      ),
    })),
  );
  return cycle === undefined
    ? undefined
    : `Not connected: these waves would wait for each other: ${cycle.join(' → ')}.`;
};

/** Makes a wave wait for another. */
export const connected = (plan: PlanDocument, waveId: string, dependency: string): Edited => {
  if (plan.value === undefined) return unreadable;
  const [wave, other] = [namedIn(plan, waveId), namedIn(plan, dependency)];
  if (wave === undefined || other === undefined) return notThere(wave === undefined ? waveId : dependency);
  const refusal = connectionRefusal(plan.waves, waveId, dependency);
  if (refusal !== undefined) return { refusal };
  const path = ['waves', wave.index, 'dependsOn'];
  return carriedOut(plan, {
    mean: (waves) => {
      const known = waves[wave.index] ?? {};
      waves[wave.index] = { ...known, dependsOn: [...namesIn(known), dependency] };
    },
    splice: () => spliceConnection(plan, wave.index, dependency),
    rewrite: (document) => {
      const list: unknown = document.getIn(path, true);
      if (isSeq(list)) list.add(document.createNode(dependency));
      else document.setIn(path, document.createNode([dependency], { flow: true }));
    },
  });
};

/** Makes a wave wait for another no longer. */
export const disconnected = (plan: PlanDocument, waveId: string, dependency: string): Edited => {
  if (plan.value === undefined) return unreadable;
  const wave = namedIn(plan, waveId);
  if (wave === undefined) return notThere(waveId);
  if (!wave.dependsOn.includes(dependency)) return { refusal: `${waveId} does not wait for ${dependency}.` };
  const path = ['waves', wave.index, 'dependsOn'];
  return carriedOut(plan, {
    mean: (waves) => {
      const { dependsOn: _, ...rest } = waves[wave.index] ?? {};
      const left = namesIn(waves[wave.index] ?? {}).filter((name) => String(name) !== dependency);
      waves[wave.index] = left.length === 0 ? rest : { ...rest, dependsOn: left };
    },
    splice: () => spliceDisconnection(plan, wave.index, dependency),
    rewrite: (document) => {
      if (wave.dependsOn.length === 1) document.deleteIn(path);
      else document.deleteIn([...path, wave.dependsOn.indexOf(dependency)]);
    },
  });
};

/** What is wrong with the name of a new wave; undefined where it is good. */
export const nameRefusal = (waves: readonly WrittenWave[], waveId: string): string | undefined => {
  const read = slugSchema.safeParse(waveId);
  if (!read.success) return `A wave's name has ${read.error.issues[0]?.message ?? 'another form'}.`;
  if (isClosing(waveId)) return `${waveId} is the name of the plan's own last actions.`;
  return waves.some((wave) => wave.waveId === waveId) ? `There is a wave ${waveId} already.` : undefined;
};

/** Adds a wave; which servers it recovers is for people to say, and a fault until they have. */
export const withWave = (plan: PlanDocument, waveId: string, dependsOn: readonly string[]): Edited => {
  if (plan.value === undefined) return unreadable;
  const refusal = nameRefusal(plan.waves, waveId);
  if (refusal !== undefined) return { refusal };
  if (!Array.isArray(memberOf(plan.value, 'waves')))
    return { refusal: 'The document has no list of waves: write `waves: []` first.' };
  const wave = {
    waveId,
    ...(dependsOn.length > 0 && { dependsOn }),
    servers: { tags: {}, minimum: 1 },
  };
  return carriedOut(plan, {
    mean: (waves) => void waves.push(wave),
    splice: () => spliceWave(plan, waveId, dependsOn),
    rewrite: (document) => {
      const list: unknown = document.get('waves', true);
      if (isSeq(list)) {
        if (list.items.length === 0) list.flow = false;
        list.add(document.createNode(wave));
      }
    },
  });
};

/** Takes a wave out; whoever waited for it waits for it no longer. */
export const withoutWave = (plan: PlanDocument, waveId: string): Edited => {
  if (plan.value === undefined) return unreadable;
  const wave = namedIn(plan, waveId);
  if (wave === undefined) return notThere(waveId);
  if (plan.waves.length === 1) return { refusal: 'A plan has at least one wave.' };
  let freed = plan;
  for (const { waveId: waiting, dependsOn } of plan.waves) {
    if (waiting === waveId || !dependsOn.includes(waveId)) continue;
    const edited = disconnected(freed, waiting, waveId);
    if ('refusal' in edited) return edited;
    freed = readPlanDocument(edited.text);
  }
  return carriedOut(freed, {
    mean: (waves) => void waves.splice(wave.index, 1),
    splice: () => spliceWithoutWave(freed, wave.index),
    rewrite: (document) => void document.deleteIn(['waves', wave.index]),
  });
};
