import { describe, expect, it } from 'vitest';
import { createAwsRunbookReader } from '../../../../services/core/ports/aws/runbook-reader.ts';
import {
  type SignedCall,
  SignedCallError,
  type SignedRequest,
} from '../../../../services/core/ports/aws/signed-call.ts';
import { ssmFixture } from '../../../infra/simulated-aws/ssm/fixture.ts';
import { signedCallTo } from '../../../support/runbooks.ts';
import { target } from './recovery-service.suite.ts';
import { runbookReaderSuite } from './runbook-reader.suite.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const access = async () => ({ region: target.region, credentials });
const reading = (call: SignedCall) =>
  createAwsRunbookReader({ access, call }).read(target, 'Takes', undefined);
const answering = (answer: unknown) => reading(async () => JSON.stringify(answer));
const failing = (status: number, type: string) =>
  reading(async () => {
    throw new SignedCallError('ssm', status, JSON.stringify({ __type: `com.amazonaws.ssm#${type}` }));
  });

describe('reader of runbooks on SSM', () => {
  runbookReaderSuite(() => {
    const { local } = ssmFixture({
      documents: {
        Takes: { parameters: { Names: { default: [] } } },
        Needs: { parameters: { Names: {} } },
      },
    });
    return createAwsRunbookReader({ access, call: signedCallTo(local.service) });
  });

  it.each([
    [400, 'InvalidDocument', 'missing'],
    [400, 'InvalidDocumentVersion', 'missing'],
    [400, 'AccessDeniedException', 'unknown'],
    [400, 'ThrottlingException', 'unknown'],
    [500, 'InternalServerError', 'unknown'],
  ])('takes %i %s for a runbook that is %s', async (status, type, expected) => {
    expect(await failing(status, type)).toEqual({
      status: expected,
      message: expect.stringContaining(type),
    });
  });

  it.each([
    [{ DocumentType: 'Command', Content: '{}' }, 'missing'],
    [{ DocumentType: 'Automation', Status: 'Deleting', Content: '{}' }, 'missing'],
    [{ DocumentType: 'Automation', Status: 'Active', Content: 'schemaVersion: 0.3' }, 'unknown'],
    [{ DocumentType: 'Automation', Status: 'Active' }, 'unknown'],
    ['nothing', 'unknown'],
  ])('takes the document %j for a runbook that is %s', async (document, status) => {
    expect(await answering(document)).toMatchObject({ status });
  });

  it('reads what a runbook says of its values, be it written as text or as numbers', async () => {
    const Color = {
      type: 'String',
      allowedValues: ['red', 7],
      allowedPattern: '^r',
      minChars: '1',
      maxChars: 9,
    };
    const Content = JSON.stringify({ schemaVersion: '0.3', parameters: { Color } });
    expect(await answering({ DocumentType: 'Automation', Content })).toEqual({
      status: 'found',
      runbook: {
        parameters: {
          Color: {
            ...{ type: 'String', isRequired: true, allowedValues: ['red', '7'], allowedPattern: '^r' },
            ...{ minChars: 1, maxChars: 9 },
          },
        },
      },
    });
  });

  it('asks for the version and for JSON, again where the call was lost or SSM is busy', async () => {
    const seen: SignedRequest[] = [];
    const { local } = ssmFixture({ documents: { Takes: {} } });
    const reader = createAwsRunbookReader({
      access,
      call: async (request) => {
        seen.push(request);
        if (seen.length === 1) throw new TypeError('fetch failed');
        if (seen.length === 2) throw new SignedCallError('ssm', 400, '{"__type":"ThrottlingException"}');
        return signedCallTo(local.service)(request);
      },
    });
    expect(await reader.read(target, 'Takes', '1')).toMatchObject({ status: 'found' });
    expect(seen).toHaveLength(3);
    expect(JSON.parse(seen[2]?.body ?? '')).toEqual({
      ...{ Name: 'Takes', DocumentFormat: 'JSON', DocumentVersion: '1' },
    });
  });

  it('cannot say anything of an account that no role leads to', async () => {
    const reader = createAwsRunbookReader({
      access: async () => {
        throw new Error('no role');
      },
      call: async () => '',
    });
    expect(await reader.read(target, 'Takes', undefined)).toEqual({
      status: 'unknown',
      message: expect.stringContaining('no role'),
    });
  });
});
