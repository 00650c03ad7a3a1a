import { beforeEach, describe, expect, it } from 'vitest';
import type { AutomationService } from '../../../../services/core/ports/automation-service.ts';
import { actionKnobs } from '../../../../services/functions/run-actions/service.ts';
import { openActions } from '../../../support/action-bench.ts';
import { anAutomation, aWave } from '../../../support/frozen-wave.ts';

const definition = aWave('app', { before: [anAutomation('check')] });

let bench: Awaited<ReturnType<typeof openActions>>;
beforeEach(async () => {
  bench = await openActions(definition);
});

/** The sandbox dies after SSM's answer. */
const dyingAfterStart = (): Partial<AutomationService> => ({
  start: async (...asked) => {
    await bench.ssm.start(...asked);
    throw new Error('died');
  },
});
const statusOf = (id: string | undefined) => bench.ssm.describe(definition.target, id ?? '');

describe('a handler that dies between SSM and its record', () => {
  beforeEach(async () => {
    await expect(bench.run(dyingAfterStart())).rejects.toThrow('died');
  });

  it('leaves a claim', async () => {
    expect(await bench.action('before/check')).toMatchObject({ status: 'CLAIMED', tryNumber: 1 });
  });

  it('is followed by one that names what runs, and starts nothing', async () => {
    await bench.run({ start: () => Promise.reject(new Error('asked again')) });
    expect(await bench.action('before/check')).toMatchObject({ status: 'RUNNING' });
    expect(bench.ssm.startedAutomations()).toHaveLength(1);
  });

  it('has its automation named and stopped when its wave was stopped meanwhile', async () => {
    await bench.stopWave();
    await bench.run();
    const { automationExecutionId, status, cause } = (await bench.action('before/check')) ?? {};
    expect({ status, cause }).toEqual({ status: 'FAILED', cause: 'stopped' });
    expect(await statusOf(automationExecutionId)).toMatchObject({ ssmStatus: 'Cancelled' });
    expect(bench.ssm.startedAutomations()).toHaveLength(1);
    expect(bench.events.slice(-2)).toEqual(['ActionStarted', 'ActionFailed']);
  });

  it('keeps a stopped wave open while SSM does not show what it started', async () => {
    await bench.stopWave();
    await bench.clock.advance(actionKnobs.claim.quarantineMs - 1);
    await bench.run({ find: async () => undefined });
    expect(await bench.action('before/check')).toMatchObject({ status: 'CLAIMED' });
  });

  it('keeps a stopped wave open while SSM does not answer, and then asks an operator where to look', async () => {
    const silent = { find: () => Promise.reject(new Error('Rate exceeded')) };
    await bench.stopWave();
    await bench.clock.advance(actionKnobs.claim.giveUpMs - 1);
    await bench.run(silent);
    expect(await bench.action('before/check')).toMatchObject({ status: 'CLAIMED' });
    expect(bench.delays).toEqual([actionKnobs.claim.findAgainMs]);
    await bench.clock.advance(1);
    await bench.run(silent);
    expect(await bench.action('before/check')).toMatchObject({ status: 'FAILED', cause: 'stopped' });
    expect(bench.events.slice(-2)).toEqual(['ActionFailed', 'OperatorNeeded']);
  });
});

describe('a claim of which SSM knows nothing', () => {
  it('is given up after its quarantine when its wave was stopped, and nothing is begun for it', async () => {
    await bench.run({ start: async () => ({ status: 'later', message: 'Rate exceeded' }) });
    await bench.stopWave();
    await bench.run();
    await bench.clock.advance(actionKnobs.claim.quarantineMs - 1);
    await bench.run();
    expect(await bench.action('before/check')).toMatchObject({ status: 'CLAIMED' });
    await bench.clock.advance(1);
    await bench.run();
    expect(await bench.action('before/check')).toMatchObject({ status: 'FAILED', cause: 'stopped' });
    expect(bench.ssm.startedAutomations()).toEqual([]);
  });

  it('stays in its quarantine when only the clock of a machine says that it is over', async () => {
    await bench.run({ start: async () => ({ status: 'later', message: 'Rate exceeded' }) });
    await bench.stopWave();
    await bench.run();
    bench.quarantines.clear();
    await bench.clock.advance(2 * actionKnobs.claim.quarantineMs);
    await bench.run();
    expect(await bench.action('before/check')).toMatchObject({ status: 'CLAIMED' });
  });

  it('whose quarantine is over and of which SSM says nothing is looked up again soon', async () => {
    await bench.run({ start: async () => ({ status: 'later', message: 'Rate exceeded' }) });
    await bench.stopWave();
    await bench.run();
    await bench.clock.advance(actionKnobs.claim.quarantineMs);
    await bench.run({ find: () => Promise.reject(new Error('Rate exceeded')) });
    expect([...bench.quarantines.values()]).toEqual([bench.clock.now() + actionKnobs.claim.findAgainMs]);
    await bench.clock.advance(actionKnobs.claim.findAgainMs);
    await bench.run();
    expect(await bench.action('before/check')).toMatchObject({ status: 'FAILED', cause: 'stopped' });
  });

  it('counts its quarantine from the stop: a handler that did not see it may still be asking', async () => {
    const later = { start: async () => ({ status: 'later', message: 'Rate exceeded' }) as const };
    await bench.run(later);
    await bench.clock.advance(60_000);
    await bench.run(later);
    await bench.clock.advance(actionKnobs.claim.quarantineMs);
    await bench.stopWave();
    await bench.run();
    expect(await bench.action('before/check')).toMatchObject({ status: 'CLAIMED' });
  });

  it('is asked for again under its token while the wave goes on', async () => {
    await bench.run({ start: async () => ({ status: 'later', message: 'Rate exceeded' }) });
    await bench.clock.advance(60_000);
    await bench.run();
    expect(await bench.action('before/check')).toMatchObject({ status: 'RUNNING', tryNumber: 1 });
  });

  it('is not called refused while an earlier call may have been heard', async () => {
    const refusing = { start: async () => ({ status: 'refused', message: 'AccessDenied' }) as const };
    await bench.run({ start: async () => ({ status: 'later', message: 'no answer' }) });
    await bench.clock.advance(60_000);
    await bench.run(refusing);
    expect(await bench.action('before/check')).toMatchObject({ status: 'CLAIMED' });
    await bench.clock.advance(actionKnobs.claim.quarantineMs);
    await bench.run(refusing);
    expect(await bench.action('before/check')).toMatchObject({ status: 'FAILED', cause: 'refused' });
  });

  it('whose token is used waits until SSM shows the automation', async () => {
    await expect(bench.run(dyingAfterStart())).rejects.toThrow('died');
    await bench.clock.advance(60_000);
    const used = { start: async () => ({ status: 'used', message: 'other parameters' }) as const };
    await bench.run({ ...used, find: async () => undefined });
    expect(await bench.action('before/check')).toMatchObject({ status: 'CLAIMED' });
    await bench.clock.advance(60_000);
    await bench.run(used);
    expect(await bench.action('before/check')).toMatchObject({ status: 'RUNNING' });
  });
});

describe('two handlers that race for one claim', () => {
  /** The first has read that nothing is claimed; before it writes, the second does all that it does. */
  const race = async (second: Partial<AutomationService> = {}) => {
    const asked: string[] = [];
    const counting = (name: string, own: Partial<AutomationService> = {}): Partial<AutomationService> => ({
      start: (...request) => {
        asked.push(name);
        return (own.start ?? bench.ssm.start)(...request);
      },
    });
    bench.rival.atClaim = () => bench.run(counting('second', second));
    await bench.run(counting('first'));
    expect(bench.rival.atClaim).toBeUndefined();
    return asked;
  };
  const count = (type: string) => bench.events.filter((event) => event === type).length;

  it('start its automation once: who loses asks SSM for nothing', async () => {
    expect(await race()).toEqual(['second']);
    expect(await bench.action('before/check')).toMatchObject({ status: 'RUNNING', tryNumber: 1 });
    expect([count('ActionClaimed'), count('ActionStarted')]).toEqual([1, 1]);
    expect(bench.ssm.startedAutomations()).toHaveLength(1);
  });

  it('leave it to a later one when who won died: who lost comes back to look, and starts nothing', async () => {
    expect(await race(dyingAfterStart())).toEqual(['second']);
    expect(await bench.action('before/check')).toMatchObject({ status: 'CLAIMED' });
    expect(bench.delays).toEqual([actionKnobs.claim.findAgainMs]);
    await bench.clock.advance(actionKnobs.claim.findAgainMs);
    await bench.run({ start: () => Promise.reject(new Error('asked again')) });
    expect(await bench.action('before/check')).toMatchObject({ status: 'RUNNING' });
    expect(bench.ssm.startedAutomations()).toHaveLength(1);
  });

  it('start nothing when the wave is stopped before the claim is written', async () => {
    bench.rival.atClaim = bench.stopWave;
    await bench.run({ start: () => Promise.reject(new Error('asked')) });
    expect(await bench.action('before/check')).toBeUndefined();
    expect(count('ActionClaimed')).toBe(0);
  });
});
