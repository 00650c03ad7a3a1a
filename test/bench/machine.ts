import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** Where and from what figures come. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly node: string;
  readonly platform: string;
  /** Of the commit that was measured; `+` when files differed from it. */
  readonly commit: string;
  readonly at: string;
}

const git = (...args: readonly string[]): string => {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
};

/** What the results and the page about them say is not what is measured. */
const measured = ['--', '.', ':!test/bench/results', ':!test/bench/README.md'];

export const thisMachine = (): Machine => {
  const isChanged = git('status', '--porcelain', ...measured) !== '';
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    commit: `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${isChanged ? '+' : ''}`,
    at: new Date().toISOString(),
  };
};
