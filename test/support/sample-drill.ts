import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import { sampleScenario } from '../../infra/simulated-aws/drs/sample-scenario.ts';
import { drill } from '../../services/faces/cli/drill.ts';
import { openTerminal } from './terminal.ts';

/** Drills the sample plan where DRS differs so from the sample, and gives what was said on the bus. */
export const drillWith = async (drs: object, speed: number): Promise<readonly DomainEvent[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'drill-'));
  const scenario = join(folder, 'drill.scenario.json');
  writeFileSync(scenario, JSON.stringify({ drs: { ...sampleScenario, ...drs } }));
  const { console, out } = openTerminal();
  try {
    expect(await drill({ speed, mode: 'DRILL', json: true, scenario }, console)).toBe(0);
    return out.map((line) => JSON.parse(line) as DomainEvent);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
