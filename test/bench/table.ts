/** One figure of a table, with what it is to be judged by. */
export interface Row {
  /** What was measured, unique in its table: 'hints, p99'. */
  readonly subject: string;
  readonly figure: number;
  readonly unit: string;
  /**
   * `counted`: the same in every run on every machine (virtual time, calls, bytes), and held to the committed
   * results. `timed`: measured on this machine's clock; published, and never failed on.
   */
  readonly kind: 'counted' | 'timed';
  /** What the figure is compared with, in the same unit; an empty handler, another design. */
  readonly baselines?: readonly Baseline[];
  readonly target?: Target;
  /** Which way is better where no target says so. Default: less. */
  readonly better?: 'less' | 'more';
  /** Share of the committed figure by which a counted one may be worse. Default: 0. */
  readonly tolerance?: number;
  /** Smallest and largest of the runs of which `figure` is the median. */
  readonly spread?: readonly [least: number, most: number];
}

export interface Baseline {
  readonly name: string;
  readonly figure: number;
}

export type Target = { readonly atMost: number } | { readonly atLeast: number };

export interface BenchOptions {
  /** A tenth of the work or less: figures of their own, which are compared with those of an earlier quick run. */
  readonly quick: boolean;
}

/** One table. Each file of this folder that measures exports one as `bench`. */
export interface Bench {
  /** What `npm run bench -- NAME` calls it, and its file in `results/`. */
  readonly name: string;
  /** The workload and the figure, in a sentence. */
  readonly about: string;
  readonly run: (options: BenchOptions) => Promise<readonly Row[]>;
}

export const isMet = (figure: number, target: Target): boolean =>
  'atMost' in target ? figure <= target.atMost : figure >= target.atLeast;
