import { type Document, isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import type { PlacedFault } from '../../../../core/documents/read-document.ts';
import { readDocument } from '../../../../core/documents/read-document.ts';
import { documentFaultsOf } from '../../../../core/domain/judge-plan.ts';
import type { GraphWave } from '../../../../core/view/layers.ts';

/** A wave, and the lines that say it. */
export interface WrittenWave extends GraphWave {
  /** Its number in the document, from 0. */
  readonly index: number;
  readonly from: number;
  readonly to: number;
}

/** The text of a plan, as far as it can be read. */
export interface PlanDocument {
  readonly text: string;
  readonly document: Document.Parsed;
  /** What it says, as JSON; absent where it cannot be read. */
  readonly value?: unknown;
  readonly faults: readonly PlacedFault[];
  readonly waves: readonly WrittenWave[];
}

/** The list of waves; undefined where there is none, or where it is written elsewhere and only named here. */
export const wavesNode = (document: Document.Parsed): YAMLSeq | undefined => {
  const found: unknown = document.contents === null ? undefined : document.get('waves', true);
  return isSeq(found) ? found : undefined;
};

const textsIn = (node: unknown): readonly string[] =>
  isSeq(node) ? node.items.flatMap((item) => (isScalar(item) ? [String(item.value)] : [])) : [];

const wavesOf = (document: Document.Parsed, text: string): readonly WrittenWave[] =>
  (wavesNode(document)?.items ?? []).flatMap((item, index): readonly WrittenWave[] => {
    if (!isMap(item) || !item.range) return [];
    const waveId: unknown = item.get('waveId');
    if (typeof waveId !== 'string' && typeof waveId !== 'number') return [];
    const [from, end] = item.range;
    return [
      {
        ...{ waveId: String(waveId), dependsOn: textsIn(item.get('dependsOn', true)), index, from },
        to: from + text.slice(from, end).trimEnd().length,
      },
    ];
  });

/** Reads the text of a plan and judges it, as the command line does. */
export const readPlanDocument = (text: string): PlanDocument => {
  const read = readDocument(text, documentFaultsOf);
  return { text, ...read, waves: wavesOf(read.document, text) };
};

/** The wave in whose lines an offset stands. */
export const waveAt = (waves: readonly WrittenWave[], offset: number): WrittenWave | undefined =>
  waves.find(({ from, to }) => from <= offset && offset <= to);

/** The node of a wave. */
export const waveNode = (document: Document.Parsed, index: number): YAMLMap | undefined => {
  const item: unknown = wavesNode(document)?.items[index];
  return isMap(item) ? item : undefined;
};
