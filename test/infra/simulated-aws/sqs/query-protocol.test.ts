import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import { callOf } from '../../../../infra/simulated-aws/iam/call.ts';
import type { WireRequest } from '../../../../infra/simulated-aws/wire.ts';
import { arnOf, sqsFixture, urlOf } from './fixture.ts';

const QueueUrl = urlOf('jobs');

let fixture: ReturnType<typeof sqsFixture>;
beforeEach(() => void (fixture = sqsFixture()));

const form = (Action: string, members: Record<string, string> = {}, path = '/'): WireRequest => ({
  ...{ method: 'POST', path, query: {} },
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: new URLSearchParams({ Action, Version: '2012-11-05', ...members }).toString(),
});

/** A call as older clients make it; gives the XML without its ids. */
const call = async (...asked: Parameters<typeof form>) => {
  const { statusCode, headers, body } = await fixture.local.service.handle(form(...asked));
  const requestId = headers['x-amzn-requestid'] ?? '';
  expect(body).toContain(`<RequestId>${requestId}</RequestId>`);
  const [, xml = ''] = body.split('<?xml version="1.0" encoding="UTF-8"?>\n');
  return { statusCode, xml: xml.replace(requestId, 'R') };
};

const answer = (operation: string, result: string): string =>
  `<${operation}Response xmlns="http://queue.amazonaws.com/doc/2012-11-05/">${result}<ResponseMetadata><RequestId>R</RequestId></ResponseMetadata></${operation}Response>`;

const create = () =>
  call('CreateQueue', {
    QueueName: 'jobs',
    'Attribute.1.Name': 'VisibilityTimeout',
    'Attribute.1.Value': '5',
    'Attribute.2.Name': 'DelaySeconds',
    'Attribute.2.Value': '0',
    'Tag.1.Key': 'team',
    'Tag.1.Value': 'a',
  });

describe('the Query protocol', () => {
  it('creates a queue with attributes and tags, and tells them', async () => {
    expect(await create()).toEqual({
      statusCode: 200,
      xml: answer('CreateQueue', `<CreateQueueResult><QueueUrl>${QueueUrl}</QueueUrl></CreateQueueResult>`),
    });
    expect(
      (
        await call('GetQueueAttributes', {
          QueueUrl,
          'AttributeName.1': 'VisibilityTimeout',
          'AttributeName.2': 'QueueArn',
        })
      ).xml,
    ).toBe(
      answer(
        'GetQueueAttributes',
        `<GetQueueAttributesResult><Attribute><Name>VisibilityTimeout</Name><Value>5</Value></Attribute><Attribute><Name>QueueArn</Name><Value>${arnOf('jobs')}</Value></Attribute></GetQueueAttributesResult>`,
      ),
    );
    expect((await call('ListQueueTags', { QueueUrl })).xml).toContain(
      '<ListQueueTagsResult><Tag><Key>team</Key><Value>a</Value></Tag></ListQueueTagsResult>',
    );
    await call('UntagQueue', { QueueUrl, 'TagKey.1': 'team' });
    expect((await call('ListQueueTags', { QueueUrl })).xml).toBe(
      answer('ListQueueTags', '<ListQueueTagsResult></ListQueueTagsResult>'),
    );
    expect((await call('ListQueues', { QueueNamePrefix: 'jo' })).xml).toContain(
      `<ListQueuesResult><QueueUrl>${QueueUrl}</QueueUrl></ListQueuesResult>`,
    );
  });

  it('sends to the queue’s own address, and receives what JSON receives', async () => {
    await create();
    const sent = await call(
      'SendMessage',
      {
        MessageBody: 'a < b',
        DelaySeconds: '0',
        'MessageAttribute.1.Name': 'kind',
        'MessageAttribute.1.Value.DataType': 'String',
        'MessageAttribute.1.Value.StringValue': 'hint',
        'MessageSystemAttribute.1.Name': 'AWSTraceHeader',
        'MessageSystemAttribute.1.Value.DataType': 'String',
        'MessageSystemAttribute.1.Value.StringValue': 'Root=1',
      },
      '/111122223333/jobs',
    );
    expect(sent.xml).toMatch(
      /<SendMessageResult><MessageId>[-0-9a-f]{36}<\/MessageId><MD5OfMessageBody>[0-9a-f]{32}<\/MD5OfMessageBody><MD5OfMessageAttributes>[0-9a-f]{32}<\/MD5OfMessageAttributes><MD5OfMessageSystemAttributes>/,
    );
    const received = await call('ReceiveMessage', {
      ...{ QueueUrl, MaxNumberOfMessages: '10', VisibilityTimeout: '0' },
      'AttributeName.1': 'All',
      'MessageAttributeName.1': 'All',
    });
    expect(received.xml).toMatch(
      /<ReceiveMessageResult><Message><MessageId>.*<Body>a &lt; b<\/Body>.*<Attribute><Name>ApproximateReceiveCount<\/Name><Value>1<\/Value><\/Attribute>.*<Name>AWSTraceHeader<\/Name><Value>Root=1<\/Value>.*<MessageAttribute><Name>kind<\/Name><Value><DataType>String<\/DataType><StringValue>hint<\/StringValue><\/Value><\/MessageAttribute><\/Message><\/ReceiveMessageResult>/,
    );
    const { Messages } = await fixture.client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toMatchObject([{ Body: 'a < b' }]);
    const ReceiptHandle = Messages![0]!.ReceiptHandle!;
    expect(await call('DeleteMessage', { QueueUrl, ReceiptHandle })).toEqual({
      statusCode: 200,
      xml: answer('DeleteMessage', ''),
    });
    expect((await call('ReceiveMessage', { QueueUrl })).xml).toBe(
      answer('ReceiveMessage', '<ReceiveMessageResult></ReceiveMessageResult>'),
    );
  });

  it('sends batches, whose entries fail by themselves', async () => {
    await create();
    const { xml } = await call('SendMessageBatch', {
      QueueUrl,
      'SendMessageBatchRequestEntry.1.Id': 'good',
      'SendMessageBatchRequestEntry.1.MessageBody': 'x',
      'SendMessageBatchRequestEntry.2.Id': 'late',
      'SendMessageBatchRequestEntry.2.MessageBody': 'x',
      'SendMessageBatchRequestEntry.2.DelaySeconds': '901',
    });
    expect(xml).toMatch(
      /<SendMessageBatchResult><SendMessageBatchResultEntry><Id>good<\/Id>.*<\/SendMessageBatchResultEntry><BatchResultErrorEntry><Id>late<\/Id><SenderFault>true<\/SenderFault><Code>InvalidParameterValue<\/Code>/,
    );
  });

  it.each<[string, Record<string, string>, number, string, string]>([
    [
      'SendMessage',
      { QueueUrl: urlOf('lost'), MessageBody: 'x' },
      400,
      'AWS.SimpleQueueService.NonExistentQueue',
      'The specified queue does not exist for this wsdl version.',
    ],
    [
      'SendMessage',
      { QueueUrl },
      400,
      'MissingParameter',
      'The request must contain the parameter MessageBody.',
    ],
    [
      'ReceiveMessage',
      { QueueUrl, MaxNumberOfMessages: '11' },
      400,
      'InvalidParameterValue',
      'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    ['SendMessages', {}, 400, 'InvalidAction', 'The action SendMessages is not valid for this endpoint.'],
  ])('answers %s with %j by an error of its own', async (operation, members, status, code, message) => {
    await create();
    expect(await call(operation, members)).toEqual({
      statusCode: status,
      xml: `<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message><Detail></Detail></Error><RequestId>R</RequestId></ErrorResponse>`,
    });
  });

  it('names its operation and queue to whoever judges the call', () => {
    expect(callOf('sqs', form('SendMessage', { MessageBody: 'x' }, '/111122223333/jobs'))).toMatchObject({
      operation: 'SendMessage',
      input: { QueueUrl: '/111122223333/jobs' },
    });
  });
});
