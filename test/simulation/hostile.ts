import { onEvents } from '../../services/ports/aws/delivery.ts';
import type { Delivery, RunPorts } from './delivery.ts';
import { epoch, type World } from './world.ts';

/**
 * What must not act goes through the code that refuses it on AWS: replayed events, and events that no version
 * of the product can read. Looking at anything because of them is a violation.
 */
export const handleHostile = async (world: World, delivery: Delivery, ports: RunPorts): Promise<void> => {
  const parked: string[] = [];
  const own = Object.assign(() => ports, {
    receiver: { receive: async () => undefined, complete: async () => undefined },
    park: async ({ reason }: { reason: string }) => void parked.push(reason),
  });
  const handler = onEvents(own, delivery.service, () => async () => {
    world.invariants.fail(
      delivery.hostile === 'replayed' ? 'S4' : 'S15',
      `${delivery.eventId} was acted upon`,
    );
  });
  const replayed = delivery.hostile === 'replayed';
  const envelope = {
    id: delivery.eventId,
    source: 'groundswell',
    'detail-type': delivery.type,
    account: '111122223333',
    region: 'eu-west-1',
    time: new Date(epoch).toISOString(),
    resources: [],
    detail: replayed
      ? { metadata: { eventId: delivery.eventId, executionId: delivery.wake?.executionId }, data: {} }
      : { metadata: { executionId: '../../etc' }, data: 'of a version to come' },
    ...(replayed && { 'replay-name': 'an-audit' }),
  };
  await handler(envelope, { awsRequestId: delivery.eventId });
  if (!replayed && parked.length !== 1) world.invariants.fail('S15', `${delivery.eventId} was not parked`);
  world.reach(replayed ? 'replayed event ignored' : 'malformed event parked');
};
