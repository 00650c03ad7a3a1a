import { onEvents, onLiveEvents } from '../../services/core/ports/aws/delivery.ts';
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
  const { service, hostile } = delivery;
  if (service === 'redrive-dead-letters') throw new Error('no event leads to the dead letters');
  const act = () => async (): Promise<void> => {
    world.invariants.fail(hostile === 'replayed' ? 'S4' : 'S15', `${delivery.eventId} was acted upon`);
  };
  const handler =
    service === 'schedule-drills'
      ? onLiveEvents({ ports: own, name: service }, act)
      : onEvents(own, service, act);
  const replayed = hostile === 'replayed';
  const envelope = {
    id: delivery.eventId,
    source: 'groundswell',
    'detail-type': delivery.type,
    account: '111122223333',
    region: 'eu-west-1',
    time: new Date(epoch).toISOString(),
    resources: [],
    detail:
      hostile === 'malformed'
        ? { metadata: { executionId: '../../etc' }, data: 'of a version to come' }
        : {
            metadata: {
              eventId: delivery.eventId,
              executionId: delivery.wake?.executionId,
              schemaVersion: hostile === 'newer' ? 2 : 1,
            },
            data: {},
          },
    ...(replayed && { 'replay-name': 'an-audit' }),
  };
  await handler(envelope, { awsRequestId: delivery.eventId });
  if (!replayed && parked.length !== 1) world.invariants.fail('S15', `${delivery.eventId} was not parked`);
  world.reach(
    replayed
      ? 'replayed event ignored'
      : hostile === 'newer'
        ? 'newer event parked'
        : 'malformed event parked',
  );
};
