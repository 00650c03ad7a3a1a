import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { type AutomationCourse, createMemoryAutomationService } from '../../../memory/automation-service.ts';
import { automationServiceSuite, request } from './automation-service.suite.ts';
import { target } from './recovery-service.suite.ts';

const success: AutomationCourse = {
  endsAfterMs: 10_000,
  end: { status: 'succeeded', ssmStatus: 'Success', outputs: { 'last.Address': ['10.0.0.1'] } },
};
const courses: Readonly<Record<string, AutomationCourse>> = {
  Succeeds: success,
  Fails: {
    endsAfterMs: 10_000,
    end: { status: 'failed', ssmStatus: 'Failed', failure: 'no route', outputs: {} },
  },
  Never: { ...success, endsAfterMs: Number.POSITIVE_INFINITY },
};

const openMemory = () => {
  const clock = createManualClock(0);
  const service = createMemoryAutomationService(clock, (_, { document }) => courses[document]);
  return { service, advance: (ms: number) => clock.advance(ms) };
};

describe('automation service in memory', () => {
  automationServiceSuite(async () => openMemory());

  it('tells each automation that was started, and no repetition', async () => {
    const { service } = openMemory();
    await service.start(target, request('Succeeds'));
    await service.start(target, request('Succeeds'));
    await service.start(target, request('Missing', { clientToken: 'other' }));
    expect(service.startedAutomations()).toEqual([request('Succeeds')]);
  });
});
