/** How long Lambda keeps a sandbox after its last invocation. It promises nothing; minutes are usual. */
export const keeping = {
  /** Every invocation starts a sandbox: what a hop costs that nobody has prepared. */
  never: 0,
  /** Less than any job takes: a sandbox serves what follows within a minute, and every wave begins cold. */
  minute: 60_000,
  /** What Lambda is mostly seen to do: a sandbox serves what follows within five minutes. */
  'five minutes': 300_000,
  always: Number.POSITIVE_INFINITY,
} as const;
export type Keeping = keyof typeof keeping;

export interface SandboxPool {
  /** Takes an idle sandbox of the function, or starts one. Gives the ms until its handler begins. */
  begin(service: string, now: number): number;
  end(service: string, now: number): void;
  /** How many were started. */
  readonly started: () => number;
}

/** Lambda's sandboxes: one invocation each at a time. */
export const createSandboxPool = (keep: Keeping, coldMs: () => number, warmMs: () => number): SandboxPool => {
  const idle = new Map<string, number[]>();
  let started = 0;
  const idleOf = (service: string): number[] => {
    const known = idle.get(service) ?? [];
    idle.set(service, known);
    return known;
  };
  return {
    begin(service, now) {
      const freeSince = idleOf(service).pop();
      if (keep === 'always' || (freeSince !== undefined && now - freeSince < keeping[keep])) return warmMs();
      started += 1;
      return coldMs();
    },
    end: (service, now) => void idleOf(service).push(now),
    started: () => started,
  };
};
