import {
  CreateDocumentCommand,
  DescribeDocumentCommand,
  GetDocumentCommand,
  GetParameterCommand,
  InvalidDocument,
  InvalidDocumentContent,
  InvalidDocumentVersion,
  ListDocumentsCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
} from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { jsonRequest } from '../service-handler.ts';
import { ssmFixture } from './fixture.ts';

const yaml = `
schemaVersion: '0.3'
description: Wait, then ask
parameters:
  Host: { type: String, allowedPattern: '^[a-z.]+$' }
mainSteps:
  - { name: pause, action: 'aws:sleep', inputs: { Duration: PT1M30S } }
  - { name: ask, action: 'aws:approve', inputs: { Approvers: [ops] } }
`;

const create = (Content: string) =>
  new CreateDocumentCommand({ Name: 'Ask', Content, DocumentType: 'Automation', DocumentFormat: 'YAML' });

describe('a created document', () => {
  it('runs by its own steps: a sleep takes its time, an approval waits', async () => {
    const { clock, client, local, start } = ssmFixture();
    await client.send(create(yaml));
    const id = await start('Ask', { Host: ['db.internal'] });
    await clock.advance(89_999);
    expect(local.automation.view(id).status).toBe('InProgress');
    await clock.advance(1);
    expect(local.automation.view(id).status).toBe('Waiting');
    await expect(start('Ask', { Host: ['DB'] })).rejects.toThrow('does not match');
  });

  it('can be described and read back', async () => {
    const { client } = ssmFixture();
    await client.send(create(yaml));
    const { Document } = await client.send(new DescribeDocumentCommand({ Name: 'Ask' }));
    expect(Document).toMatchObject({ Status: 'Active', Parameters: [{ Name: 'Host', Type: 'String' }] });
    const content = async (DocumentFormat?: 'JSON' | 'YAML') =>
      (await client.send(new GetDocumentCommand({ Name: 'Ask', DocumentFormat }))).Content ?? '';
    expect(await content('YAML')).toBe(yaml);
    expect(JSON.parse(await content())).toMatchObject({
      schemaVersion: '0.3',
      parameters: { Host: { type: 'String', allowedPattern: '^[a-z.]+$' } },
    });
  });

  it('has one version, and no other', async () => {
    const { client } = ssmFixture();
    await client.send(create(yaml));
    for (const DocumentVersion of ['1', '$DEFAULT', '$LATEST'])
      expect(await client.send(new GetDocumentCommand({ Name: 'Ask', DocumentVersion }))).toMatchObject({
        Name: 'Ask',
        DocumentVersion: '1',
      });
    await expect(
      client.send(new GetDocumentCommand({ Name: 'Ask', DocumentVersion: '2' })),
    ).rejects.toBeInstanceOf(InvalidDocumentVersion);
  });

  it('is refused when it is no runbook', async () => {
    const { client } = ssmFixture();
    await expect(client.send(create('mainSteps: 3'))).rejects.toBeInstanceOf(InvalidDocumentContent);
    await expect(client.send(create('a: [1'))).rejects.toBeInstanceOf(InvalidDocumentContent);
  });
});

describe('the list of documents', () => {
  it('tells Amazon’s from the account’s own', async () => {
    const { client } = ssmFixture({ documents: { 'Our-Own': {} } });
    const names = async (owner: string) => {
      const { DocumentIdentifiers } = await client.send(
        new ListDocumentsCommand({ Filters: [{ Key: 'Owner', Values: [owner] }] }),
      );
      return DocumentIdentifiers?.map(({ Name }) => Name);
    };
    expect(await names('Self')).toEqual([
      'Groundswell-HealthCheck',
      'Groundswell-WarmCache',
      'Groundswell-SwitchDns',
      'Groundswell-StopReplication',
      'Groundswell-NotifyTeam',
      'Our-Own',
    ]);
    expect(await names('Amazon')).toContain('AWS-CreateImage');
  });

  it('holds no document that does not exist', async () => {
    const { client } = ssmFixture();
    await expect(client.send(new DescribeDocumentCommand({ Name: 'Nobody' }))).rejects.toBeInstanceOf(
      InvalidDocument,
    );
  });
});

describe('a parameter', () => {
  it('is stored with a version, and a secure one is shown only when decryption is asked for', async () => {
    const { client } = ssmFixture();
    const secret = { Name: '/app/token', Value: 's3cret', Type: 'SecureString' as const };
    await client.send(new PutParameterCommand(secret));
    await expect(client.send(new PutParameterCommand(secret))).rejects.toBeInstanceOf(ParameterAlreadyExists);
    expect((await client.send(new PutParameterCommand({ ...secret, Overwrite: true }))).Version).toBe(2);
    const sealed = await client.send(new GetParameterCommand({ Name: '/app/token' }));
    expect(sealed.Parameter?.Value).not.toContain('s3cret');
    const shown = await client.send(new GetParameterCommand({ Name: '/app/token', WithDecryption: true }));
    expect(shown.Parameter).toMatchObject({
      Value: 's3cret',
      ARN: 'arn:aws:ssm:eu-west-1:111122223333:parameter/app/token',
    });
    await expect(client.send(new GetParameterCommand({ Name: '/app/other' }))).rejects.toBeInstanceOf(
      ParameterNotFound,
    );
  });
});

describe('the wire', () => {
  it('answers an operation that is not simulated, and a body that is not JSON, as AWS does', async () => {
    const { local } = ssmFixture();
    const unknown = await local.service.handle(jsonRequest('AmazonSSM.SendCommand', '{}'));
    expect([unknown.statusCode, JSON.parse(unknown.body).__type]).toEqual([400, 'UnknownOperationException']);
    const broken = await local.service.handle(jsonRequest('AmazonSSM.ListDocuments', '{'));
    expect([broken.statusCode, JSON.parse(broken.body).__type]).toEqual([400, 'SerializationException']);
  });
});
