import { catalogue } from '../catalogue.ts';
import { requestContractOf } from '../decision-events.ts';
import { type EventContract, eventSource } from '../envelope.ts';
import { taskEvents, taskSource } from '../task-events.ts';
import { detailSchemaOf, type JsonSchema } from './event-schema.ts';

const everything: readonly EventContract[] = [...catalogue, ...taskEvents];

const sourceOf = ({ name }: EventContract): string =>
  taskEvents.some((task) => task.name === name) ? taskSource : eventSource;

const payloadOf = (contract: EventContract): JsonSchema => {
  const { $schema: _schema, ...detail } = detailSchemaOf(contract, 'draft-7');
  return {
    type: 'object',
    required: ['source', 'detail-type', 'detail'],
    properties: {
      source: { const: sourceOf(contract) },
      'detail-type': { const: contract.name },
      detail,
    },
  };
};

/** What others say, and the product hears. */
const isHeard = ({ name, saidBy }: EventContract): boolean =>
  saidBy === 'worker' || requestContractOf(name) !== undefined;

const messageOf = (contract: EventContract) => ({
  name: contract.name,
  title: contract.name,
  summary: contract.meaning,
  contentType: 'application/json',
  tags: [{ name: isHeard(contract) ? 'request' : 'fact' }],
  payload: payloadOf(contract),
});

const refs = (contracts: readonly EventContract[], at: string) =>
  contracts.map(({ name }) => ({ $ref: `#/${at}/${name}` }));

/** The bus as an AsyncAPI 3.1 document: what Groundswell says, and what it can be asked. */
export const asyncApiDocument = (version: string) => {
  const requests = everything.filter(isHeard);
  const facts = everything.filter((contract) => !isHeard(contract));
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'Groundswell',
      version,
      description:
        'Recovery plans on AWS Elastic Disaster Recovery, by events on an Amazon EventBridge bus. Delivery is at least once and in no order; metadata.stream and metadata.version are the order.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    channels: {
      groundswell: {
        address: 'groundswell',
        description: 'The event bus.',
        messages: Object.fromEntries(
          everything.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      say: {
        action: 'send',
        summary: 'What Groundswell says.',
        channel: { $ref: '#/channels/groundswell' },
        messages: refs(facts, 'channels/groundswell/messages'),
      },
      hear: {
        action: 'receive',
        summary: 'What Groundswell can be asked, by anybody who may publish it.',
        channel: { $ref: '#/channels/groundswell' },
        messages: refs(requests, 'channels/groundswell/messages'),
      },
    },
    components: {
      messages: Object.fromEntries(everything.map((contract) => [contract.name, messageOf(contract)])),
    },
  };
};
