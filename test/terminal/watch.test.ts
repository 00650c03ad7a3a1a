import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Runtime, startRuntime } from '../../infra/local/runtime.ts';
import { connect } from '../../services/faces/cli/connect.ts';
import { defaultConnection } from '../../services/faces/cli/connection.ts';
import { storeSamplePlan } from '../../services/faces/cli/sample-plan.ts';
import { executionIdOf } from '../../services/core/kernel/canonical.ts';
import { openTerminal, type PseudoTerminal } from './pseudo-terminal.ts';

let runtime: Runtime;
let terminal: PseudoTerminal | undefined;

beforeAll(async () => {
  runtime = await startRuntime({ speed: 60 });
  await storeSamplePlan({ ...defaultConnection, ...runtime }, runtime.now());
  await runtime.warm();
}, 120_000);
afterEach(() => terminal?.close());
afterAll(() => runtime.close());

it(
  'watch in a terminal finds what runs by itself, draws waves and progress in place and ends with the summary',
  { timeout: 150_000 },
  async () => {
    const { say } = connect({ ...defaultConnection, ...runtime });
    const asked = { planId: 'three-tier', mode: 'DRILL', requestedBy: 'ann' };
    await say('ExecutionRequested', { requestId: 'watched', ...asked });
    const size = { columns: 140, rows: 40 };
    const executionId = executionIdOf('watched');
    const recorded = (): Promise<number> =>
      fetch(`${runtime.endpoint}/api/executions/${executionId}`).then(({ status }) => status);
    await expect.poll(recorded, { timeout: 30_000 }).toBe(200);
    terminal = openTerminal(['watch', '--endpoint', runtime.endpoint], size);
    expect(await terminal.ended).toEqual({ exitCode: 0, signal: 0 });
    const pictures = terminal.pictures().join('\n');
    expect(pictures).toMatch(/[●✔] \w+ +(STARTED|COMPLETED)[^]*\w+-1 +█+░* [A-Z]+/);
    const text = terminal.lines().join('\n');
    expect(text.match(/^three-tier v1 +DRILL/gm)).toHaveLength(1);
    expect(text).toMatch(new RegExp(`✔ web +COMPLETED +2/2[^]*${executionId} of three-tier: COMPLETED`));
    expect(terminal.isWrapped()).toBe(false);
    expect(terminal.isCursorShown()).toBe(true);
  },
);
