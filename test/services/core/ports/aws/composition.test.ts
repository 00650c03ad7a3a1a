import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../../infra/simulated-aws/clock.ts';
import { systemClock } from '../../../../../services/core/ports/aws/clock.ts';
import { awsPorts, ConfigurationError } from '../../../../../services/core/ports/aws/composition.ts';

const environment = {
  EVENT_BUS_NAME: 'groundswell',
  STATE_TABLE: 'groundswell-state',
  TIMER_QUEUE_URL_PREFIX: 'https://sqs.eu-west-1.amazonaws.com/111122223333/groundswell-timers-',
  PARKING_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/groundswell-parked',
};

describe('ports of a Lambda', () => {
  it('refuses an environment with every fault at once', () => {
    const broken = () =>
      awsPorts({ ...environment, STATE_TABLE: '', PARKING_QUEUE_URL: 'here' }, 'reconcile');
    expect(broken).toThrow(ConfigurationError);
    expect(broken).toThrow(/STATE_TABLE[^]*PARKING_QUEUE_URL|PARKING_QUEUE_URL[^]*STATE_TABLE/);
  });

  it("take the invocation's clock where it has one, and else the machine's", () => {
    const ports = awsPorts(environment, 'reconcile');
    const clock = createManualClock(0);
    expect(ports({ awsRequestId: 'x', clock }).clock).toBe(clock);
    expect(ports({ awsRequestId: 'x' }).clock).toBe(systemClock);
  });

  it('share one store among all invocations', () => {
    const ports = awsPorts(environment, 'reconcile');
    expect(ports({ awsRequestId: 'x' }).store).toBe(ports({ awsRequestId: 'y' }).store);
  });
});
