import { beforeEach, describe, expect, it } from 'vitest';
import type {
  AutomationRequest,
  AutomationService,
} from '../../../../services/core/ports/automation-service.ts';
import { target } from './recovery-service.suite.ts';

export interface AutomationHarness {
  /**
   * Knows `Succeeds`, which takes ten seconds and puts out `last.Address: [10.0.0.1]`, `Fails`, which does so
   * after ten seconds with the message `no route`, and `Never`, which never ends.
   */
  readonly service: AutomationService;
  readonly advance: (ms: number) => Promise<void>;
}

export const request = (document: string, changes: Partial<AutomationRequest> = {}): AutomationRequest => ({
  document,
  parameters: {},
  clientToken: '7d3c1a52-0a5e-5a6b-9f0e-3b1f5f0c1d22',
  tags: { executionId: 'exec-1' },
  ...changes,
});

/** What every automation service promises. */
export const automationServiceSuite = (open: () => Promise<AutomationHarness>): void => {
  let harness: AutomationHarness;
  beforeEach(async () => {
    harness = await open();
  });

  const started = async (asked: AutomationRequest): Promise<string> => {
    const answer = await harness.service.start(target, asked);
    if (answer.status !== 'started') throw new Error(`not started: ${answer.message}`);
    return answer.automationExecutionId;
  };

  describe('an automation', () => {
    it('runs, and succeeds with its outputs', async () => {
      const id = await started(request('Succeeds'));
      expect(await harness.service.describe(target, id)).toMatchObject({
        status: 'running',
        ssmStatus: 'InProgress',
      });
      await harness.advance(20_000);
      expect(await harness.service.describe(target, id)).toEqual({
        status: 'succeeded',
        ssmStatus: 'Success',
        outputs: { 'last.Address': ['10.0.0.1'] },
      });
    });

    it('fails with its reason', async () => {
      const id = await started(request('Fails'));
      await harness.advance(20_000);
      expect(await harness.service.describe(target, id)).toMatchObject({
        status: 'failed',
        ssmStatus: 'Failed',
        failure: expect.stringContaining('no route'),
      });
    });

    it('that SSM does not know is undefined', async () => {
      const unknown = '00000000-0000-4000-8000-999999999999';
      expect(await harness.service.describe(target, unknown)).toBeUndefined();
    });
  });

  describe('a start', () => {
    it('with the same token starts nothing new', async () => {
      const first = await started(request('Succeeds', { parameters: { Names: ['a', 'b'] } }));
      expect(await started(request('Succeeds', { parameters: { Names: ['a', 'b'] } }))).toBe(first);
      await harness.advance(20_000);
      expect(await started(request('Succeeds', { parameters: { Names: ['a', 'b'] } }))).toBe(first);
    });

    it('with another token starts another one', async () => {
      const first = await started(request('Succeeds'));
      const clientToken = '00000000-0000-4000-8000-000000000002';
      expect(await started(request('Succeeds', { clientToken }))).not.toBe(first);
    });

    it('with the same token and other parameters starts nothing, and says that the token is used', async () => {
      await started(request('Succeeds', { parameters: { Names: ['a'] } }));
      const other = request('Succeeds', { parameters: { Names: ['b'] } });
      expect(await harness.service.start(target, other)).toMatchObject({ status: 'used' });
    });

    it('is found under its token, and no other one is', async () => {
      const id = await started(request('Succeeds'));
      await started(request('Never', { clientToken: '00000000-0000-4000-8000-000000000003' }));
      expect(await harness.service.find(target, request('').clientToken)).toBe(id);
      await harness.advance(20_000);
      expect(await harness.service.find(target, request('').clientToken)).toBe(id);
      const unknown = '00000000-0000-4000-8000-999999999999';
      expect(await harness.service.find(target, unknown)).toBeUndefined();
    });

    it('of a runbook that does not exist is refused', async () => {
      expect(await harness.service.start(target, request('Missing'))).toEqual({
        status: 'refused',
        message: expect.stringContaining('AutomationDefinitionNotFound'),
      });
    });
  });

  describe('a stop', () => {
    it('ends the automation as failed', async () => {
      const id = await started(request('Never'));
      await harness.advance(3_600_000);
      expect(await harness.service.describe(target, id)).toMatchObject({ status: 'running' });
      await harness.service.stop(target, id);
      await harness.advance(20_000);
      expect(await harness.service.describe(target, id)).toMatchObject({
        status: 'failed',
        ssmStatus: 'Cancelled',
      });
    });

    it('leaves alone what has ended', async () => {
      const id = await started(request('Succeeds'));
      await harness.advance(20_000);
      await harness.service.stop(target, id);
      await harness.advance(20_000);
      expect(await harness.service.describe(target, id)).toMatchObject({ status: 'succeeded' });
    });

    it('of what SSM does not know is no error', async () => {
      await harness.service.stop(target, '00000000-0000-4000-8000-999999999999');
    });
  });
};
