import { describe, expect, it } from 'vitest';
import type { FunctionReader } from '../../../../services/core/ports/function-reader.ts';
import type { FunctionService } from '../../../../services/core/ports/function-service.ts';
import type { FunctionModel } from '../../../memory/function-service.ts';

export interface FunctionFixture {
  readonly service: FunctionService;
  readonly reader: FunctionReader;
  /** Lets so much of the service's time pass, in ms. */
  readonly pass: (ms: number) => Promise<void>;
}

export const target = { account: '111122223333', region: 'eu-west-1' };

/** What every adapter is given: functions that work, that fail at first, and durable ones. */
export const suiteFunctions: Readonly<Record<string, FunctionModel>> = {
  plain: { qualifiers: ['live'], run: (payload) => ({ got: payload }) },
  'second-time': {
    run(_payload, count) {
      if (count === 1) throw new Error('not warm yet');
      return 'warm';
    },
  },
  lasting: { isDurable: true, qualifiers: ['live'], lastsMs: 60_000, run: () => ({ warmed: 12 }) },
  failing: {
    ...{ isDurable: true, qualifiers: ['1'] },
    run() {
      throw new TypeError('no cache');
    },
  },
};

const call = (functionName: string, payload: unknown = { key: 1 }) => ({
  functionName,
  payload: JSON.stringify(payload),
});

/** The promises of the two ports of Lambda. */
export const functionServiceSuite = (open: () => Promise<FunctionFixture>): void => {
  describe('functions of Lambda', () => {
    it.each([
      ['plain', { status: 'found', isDurable: false }],
      ['plain:live', { status: 'found', isDurable: false }],
      ['plain:$LATEST', { status: 'found', isDurable: false }],
      ['lasting:live', { status: 'found', isDurable: true }],
      ['lasting:no-such-alias', { status: 'missing' }],
      ['no-such-function', { status: 'missing' }],
    ])('%s reads as it is', async (name, reading) => {
      const { reader } = await open();
      expect(await reader.read(target, name)).toMatchObject(reading);
    });

    it('take a payload that is handed over, and refuse it where they do not exist', async () => {
      const { service } = await open();
      expect(await service.handOver(target, call('plain:live'))).toEqual({ status: 'accepted' });
      expect(await service.handOver(target, call('plain:old'))).toMatchObject({ status: 'refused' });
      expect(await service.handOver(target, call('no-such-function'))).toMatchObject({ status: 'refused' });
    });

    it('are done when they return, and not yet when they fail', async () => {
      const { service } = await open();
      expect(await service.poll(target, call('second-time'))).toEqual({
        ...{ status: 'not-yet', message: 'not warm yet' },
      });
      expect(await service.poll(target, call('second-time'))).toEqual({ status: 'done', result: '"warm"' });
      expect(await service.poll(target, call('plain', { a: 'b' }))).toEqual({
        ...{ status: 'done', result: '{"got":{"a":"b"}}' },
      });
      expect(await service.poll(target, call('no-such-function'))).toMatchObject({ status: 'refused' });
    });

    it('start a durable execution once under its name', async () => {
      const { service, pass } = await open();
      expect(await service.findDurable(target, 'lasting:live', 'one')).toBeUndefined();
      const started = await service.startDurable(target, call('lasting:live'), 'one');
      expect(started).toMatchObject({ status: 'started' });
      expect(await service.startDurable(target, call('lasting:live'), 'one')).toEqual(started);
      const other = await service.startDurable(target, call('lasting:live', { key: 2 }), 'one');
      expect(other).toMatchObject({ status: 'used' });
      const arn = (await service.findDurable(target, 'lasting:live', 'one')) ?? '';
      expect(started).toEqual({ status: 'started', durableExecutionArn: arn });
      expect(await service.describeDurable(target, arn)).toMatchObject({ status: 'running' });
      await pass(70_000);
      expect(await service.describeDurable(target, arn)).toEqual({
        ...{ status: 'succeeded', lambdaStatus: 'SUCCEEDED', result: '{"warmed":12}' },
      });
    });

    it('tell why a durable execution failed', async () => {
      const { service, pass } = await open();
      const started = await service.startDurable(target, call('failing:1'), 'two');
      await pass(10_000);
      const arn = started.status === 'started' ? started.durableExecutionArn : '';
      expect(await service.describeDurable(target, arn)).toMatchObject({
        ...{ status: 'failed', lambdaStatus: 'FAILED', failure: 'TypeError: no cache' },
      });
    });

    it('stop a durable execution, more than once, and nothing that has ended', async () => {
      const { service, pass } = await open();
      const started = await service.startDurable(target, call('lasting:live'), 'three');
      const arn = started.status === 'started' ? started.durableExecutionArn : '';
      await service.stopDurable(target, arn, 'enough');
      await service.stopDurable(target, arn, 'again');
      expect(await service.describeDurable(target, arn)).toMatchObject({
        ...{ status: 'failed', lambdaStatus: 'STOPPED', failure: 'Stopped: enough' },
      });
      const done = await service.startDurable(target, call('lasting:live'), 'four');
      const doneArn = done.status === 'started' ? done.durableExecutionArn : '';
      await pass(70_000);
      await service.stopDurable(target, doneArn, 'late');
      expect(await service.describeDurable(target, doneArn)).toMatchObject({ status: 'succeeded' });
    });

    it('start no durable execution without a version, and know none that was never started', async () => {
      const { service } = await open();
      expect(await service.startDurable(target, call('lasting'), 'five')).toMatchObject({
        status: 'refused',
      });
      const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:lasting:$LATEST/durable-execution/none/1';
      expect(await service.describeDurable(target, arn)).toBeUndefined();
      await service.stopDurable(target, arn, 'nothing');
    });
  });
};
