import type { Hosts } from './hosts.ts';
import type { MapReader } from './import-map.ts';
import type { Ledger } from './ledger.ts';
import type { Source } from './source.ts';
import type { PlanDraft } from './draft.ts';

export interface ImportOptions {
  /** Follows the dependencies that a file states, also where the tool it is from ran its waves in a row. */
  readonly asGraph: boolean;
  /** A wave whose servers were started one after the other becomes a wave for each of them. */
  readonly inTurn: boolean;
}

export interface ImportContext {
  readonly root: Source;
  readonly ledger: Ledger;
  readonly map: MapReader;
  readonly options: ImportOptions;
  /** Where machines are looked up that the map does not lead from; undefined: nowhere. */
  readonly hosts: Hosts | undefined;
}

/** A kind of file that can be imported. Pure: a value goes in, drafts come out, and the ledger tells the rest. */
export interface ImportKind {
  /** As `--from` names it. */
  readonly name: string;
  /** What it is, as people say it. */
  readonly title: string;
  readonly isIt: (value: unknown) => boolean;
  readonly read: (context: ImportContext) => readonly PlanDraft[];
}
