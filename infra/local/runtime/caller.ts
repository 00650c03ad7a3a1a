import type { LocalService } from '../../simulated-aws/wire.ts';
import type { RuleTopology } from '../../topology.ts';

/** Calls operations of a service in process; what it refuses is a fault of whoever calls. */
export const createCaller =
  (service: LocalService, targetPrefix: string) =>
  async (operation: string, input: unknown): Promise<void> => {
    const { statusCode, headers, body } = await service.handle({
      method: 'POST',
      path: '/',
      query: {},
      headers: { 'x-amz-target': `${targetPrefix}.${operation}` },
      body: JSON.stringify(input),
    });
    if (statusCode === 200 || headers['x-amzn-errortype'] === 'ResourceAlreadyExistsException') return;
    throw new Error(`${service.signingName} refused ${operation}: ${body}`);
  };

export type Caller = ReturnType<typeof createCaller>;

export const provisionRule = async (
  call: Caller,
  rule: RuleTopology,
  target: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const { name: Name, bus: EventBusName, pattern, schedule } = rule;
  await call('PutRule', {
    Name,
    EventBusName,
    ...(pattern !== undefined && { EventPattern: JSON.stringify(pattern) }),
    ...(schedule !== undefined && { ScheduleExpression: schedule }),
  });
  await call('PutTargets', { Rule: Name, EventBusName, Targets: [target] });
};
