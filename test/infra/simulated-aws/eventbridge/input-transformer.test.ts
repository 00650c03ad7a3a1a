import { describe, expect, it } from 'vitest';
import type { BusEvent } from '../../../../infra/simulated-aws/eventbridge/event.ts';
import {
  renderInput,
  type TargetInput,
  undefinedPlaceholder,
} from '../../../../infra/simulated-aws/eventbridge/input-transformer.ts';

const event: BusEvent = {
  version: '0',
  id: 'e-1',
  'detail-type': 'OrderPlaced',
  source: 'shop',
  account: '111122223333',
  time: '2026-11-23T10:00:00Z',
  region: 'eu-west-1',
  resources: [],
  detail: {
    order: 7,
    paid: true,
    name: 'a "b" c',
    customer: { id: 'c-1', tags: ['x', 'y'] },
    lines: [{ sku: 's-1' }, { sku: 's-2' }],
    single: ['HIGH'],
  },
};

const render = (input: TargetInput) =>
  renderInput(input, {
    event,
    eventText: JSON.stringify(event),
    ruleArn: 'arn:aws:events:eu-west-1:111122223333:rule/all',
    ruleName: 'all',
    ingestedAt: '2026-11-23T10:00:01Z',
  });

const paths = {
  order: '$.detail.order',
  paid: '$.detail.paid',
  name: '$.detail.name',
  customer: '$.detail.customer',
  id: '$.detail.customer.id',
  single: '$.detail.single',
  tags: '$.detail.customer.tags',
  type: '$.detail-type',
  missing: '$.detail.missing',
};

const template = (text: string) => render({ inputTransformer: { paths, template: text } });

describe('a target gets', () => {
  it('the event when it asks for nothing else', () => {
    expect(render({})).toBe(JSON.stringify(event));
  });

  it('constant input as it is written', () => {
    expect(render({ input: '{"a": 1}' })).toBe('{"a": 1}');
  });

  it.each([
    ['$', JSON.stringify(event)],
    ['$.detail.customer', '{"id":"c-1","tags":["x","y"]}'],
    ['$.detail.customer.id', '"c-1"'],
    ["$['detail-type']", '"OrderPlaced"'],
    ['$.detail.lines[1].sku', '"s-2"'],
    ['$.detail.lines[*].sku', '["s-1","s-2"]'],
  ])('what is at %s', (inputPath, expected) => {
    expect(render({ inputPath })).toBe(expected);
  });

  it('nothing when its path leads nowhere', () => {
    expect(render({ inputPath: '$.detail.customer.id.more' })).toBeUndefined();
  });
});

describe('a template', () => {
  it.each([
    ['"Order <order> of <id> at <type>"', '"Order 7 of c-1 at OrderPlaced"'],
    ['"Paid: <paid>!"', '"Paid: true!"'],
    ['"Of <customer>"', '"Of {id:c-1,tags:[x,y]}"'],
    ['"<single> priority"', '"[HIGH] priority"'],
    ['"<missing> is empty"', '" is empty"'],
    ['"<order> one"\n"<id> two"', '"7 one"\n"c-1 two"'],
    ['{"id": <id>, "order": <order>}', '{"id": "c-1", "order": 7}'],
    ['{"id": "<id>", "path": "a/<id>/<id>"}', '{"id": "c-1", "path": "a/c-1/c-1"}'],
    ['{"list": [<id>, "fixed"], "tags": <tags>}', '{"list": ["c-1", "fixed"], "tags": ["x","y"]}'],
    ['{"missing": <missing>}', '{"missing": ""}'],
    ['{"name": "<name>", "same": <name>}', '{"name": "a \\"b\\" c", "same": "a \\"b\\" c"}'],
    ['{"quoted\\"<id>": 1}', '{"quoted\\"c-1": 1}'],
    [
      '"<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>"',
      '"arn:aws:events:eu-west-1:111122223333:rule/all all 2026-11-23T10:00:01Z"',
    ],
    ['{"event": <aws.events.event.json>}', `{"event": ${JSON.stringify(event)}}`],
  ])('%s becomes %s', (text, expected) => {
    expect(template(text)).toBe(expected);
  });

  it('may ask for the event without its detail', () => {
    expect(JSON.parse(template('{"event": <aws.events.event>}') ?? '')).toEqual({
      event: {
        version: '0',
        id: 'e-1',
        detailType: 'OrderPlaced',
        source: 'shop',
        account: '111122223333',
        time: '2026-11-23T10:00:00Z',
        region: 'eu-west-1',
        resources: [],
      },
    });
  });

  it.each(['{"customer": "<customer>"}', '{"single": "<single>"}', '<single> priority', 'order: <order>'])(
    '%s gives nothing to deliver',
    (text) => {
      expect(template(text)).toBeUndefined();
    },
  );

  it('has only placeholders that are defined', () => {
    expect(undefinedPlaceholder({ paths, template: '"<order> <aws.events.rule-name>"' })).toBeUndefined();
    expect(undefinedPlaceholder({ paths, template: '"<order> <ordr>"' })).toBe('ordr');
    expect(undefinedPlaceholder({ paths, template: '"<constructor>"' })).toBe('constructor');
  });
});
