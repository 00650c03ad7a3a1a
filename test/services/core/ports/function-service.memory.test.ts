import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { createMemoryFunctionService } from '../../../memory/function-service.ts';
import { functionServiceSuite, suiteFunctions } from './function-service.suite.ts';

functionServiceSuite(async () => {
  const clock = createManualClock(0);
  const { service, reader } = createMemoryFunctionService(clock, suiteFunctions);
  return { service, reader, pass: async (ms) => void (await clock.advance(ms)) };
});
