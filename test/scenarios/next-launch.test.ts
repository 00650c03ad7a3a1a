import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import { sampleScenario } from '../../infra/simulated-aws/drs/sample-scenario.ts';
import { drill } from '../../services/faces/cli/drill.ts';

/** Drills the sample plan, and gives what was said on the bus. */
const drillWith = async (drs: object, speed: number): Promise<readonly DomainEvent[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'next-launch-'));
  const scenario = join(folder, 'drill.scenario.json');
  writeFileSync(scenario, JSON.stringify({ drs: { ...sampleScenario, ...drs } }));
  const lines: string[] = [];
  const console = {
    colors: createColors(false),
    print: (text: string) => void lines.push(text),
    warn: () => undefined,
  };
  try {
    expect(await drill({ speed, mode: 'DRILL', json: true, scenario }, console)).toBe(0);
    return lines.map((line) => JSON.parse(line) as DomainEvent);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

type Named<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>;
const named = <Type extends DomainEvent['type']>(
  events: readonly DomainEvent[],
  type: Type,
): readonly Named<Type>[] => events.filter((event): event is Named<Type> => event.type === type);
const at = ({ metadata }: DomainEvent): number => Date.parse(metadata.emittedAt);

describe('the next StartRecovery', { timeout: 180_000 }, () => {
  it('comes after the end of the job where DRS shows results, and sends its hints, only then', async () => {
    const drs = { visibility: { launchStatusAt: 'JOB_END' }, hints: { at: 'JOB_END' } };
    const events = await drillWith(drs, 500);
    expect(named(events, 'ServerLaunchesEnded')).toEqual([]);
    const ends = named(events, 'DRSJobCompleted').map(at);
    const claims = named(events, 'DRSJobClaimed').map(at);
    expect([ends.length, claims.length]).toEqual([3, 3]);
    for (const [wave, end] of ends.slice(0, -1).entries())
      expect(claims[wave + 1]).toBeGreaterThanOrEqual(end);
  });
});
