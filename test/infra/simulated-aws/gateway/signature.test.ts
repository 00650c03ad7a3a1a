import { describe, expect, it } from 'vitest';
import { judgeSignature } from '../../../../infra/simulated-aws/gateway/judge-signature.ts';
import type { WireRequest } from '../../../../infra/simulated-aws/wire.ts';

/** Of the test suite for SigV4 that AWS published. */
const suite = {
  now: Date.parse('2015-08-30T12:36:00Z'),
  key: 'AKIDEXAMPLE',
  secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  vanilla: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  queryOrder: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
};

const keys = {
  secretOf: (key: string) => (key === suite.key ? suite.secret : undefined),
  isTokenOf: (_: string, token: string | undefined) => token === undefined,
};

const authorization = (signature: string, scope = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request') =>
  `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`;

const request = (changes: Partial<WireRequest> = {}): WireRequest => ({
  method: 'GET',
  path: '/',
  query: {},
  body: '',
  ...changes,
  headers: {
    host: 'example.amazonaws.com',
    'x-amz-date': '20150830T123600Z',
    authorization: authorization(suite.vanilla),
    ...changes.headers,
  },
});

const judge = (asked: WireRequest, now = suite.now) => judgeSignature(asked, 'service', keys, now);

describe('a signature', () => {
  it.each<[string, WireRequest]>([
    ['get-vanilla', request()],
    [
      'get-vanilla-query-order-key',
      request({
        headers: { authorization: authorization(suite.queryOrder) },
        raw: { search: 'Param2=value2&Param1=value1', body: Buffer.from('') },
      }),
    ],
  ])('of AWS’s own suite is right: %s', (_, asked) => {
    expect(judge(asked)).toBeUndefined();
  });

  it.each<[string, Partial<WireRequest>, string, RegExp]>([
    ['of nobody', { headers: { authorization: '' } }, 'missing', /Authentication Token/],
    ['of another kind', { headers: { authorization: 'Bearer a' } }, 'missing', /Authentication Token/],
    [
      'with parts missing',
      { headers: { authorization: 'AWS4-HMAC-SHA256 Credential=a' } },
      'incomplete',
      /requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter/,
    ],
    [
      'of another algorithm',
      { headers: { authorization: 'AWS4-HMAC-SHA25 Credential=a' } },
      'incomplete',
      /Unsupported AWS 'algorithm'/,
    ],
    [
      'with a credential that is too short',
      { headers: { authorization: authorization('0', 'a/b/c') } },
      'incomplete',
      /exactly 5 slash-delimited elements/,
    ],
    ['without a date', { headers: { 'x-amz-date': '' } }, 'incomplete', /'X-Amz-Date' or a 'Date' header/],
    ['of no date', { headers: { 'x-amz-date': 'today' } }, 'incomplete', /ISO-8601 'basic format'/],
    [
      'of another Region, service, end and day',
      { headers: { authorization: authorization('0', 'AKIDEXAMPLE/20150829/moon/s3/aws5') } },
      'mismatch',
      /valid Region, not 'moon'.*correct service: 'service'.*'aws4_request', not 'aws5'.*'20150829' != '20150830'/,
    ],
    [
      'of an unknown key',
      { headers: { authorization: authorization('0', 'AKIDOTHER/20150830/us-east-1/service/aws4_request') } },
      'unknown-key',
      /security token included in the request is invalid/,
    ],
    [
      'with a token that is not its own',
      { headers: { 'x-amz-security-token': 'x' } },
      'bad-token',
      /security token included in the request is invalid/,
    ],
    [
      'of another path',
      { path: '/other' },
      'mismatch',
      /The Canonical String for this request should have been\n'GET\n\/other/,
    ],
    ['of another body', { body: 'other' }, 'mismatch', /does not match/],
    [
      'of another hash than the body’s',
      { headers: { 'x-amz-content-sha256': '0' } },
      'mismatch',
      /does not match/,
    ],
  ])('is wrong %s', (_, changes, kind, message) => {
    expect(judge(request(changes))).toEqual({
      kind,
      message: expect.stringMatching(new RegExp(message, 's')),
    });
  });

  it('must cover the host', () => {
    const asked = authorization(suite.vanilla).replace('host;', '');
    expect(judge(request({ headers: { authorization: asked } }))).toMatchObject({
      kind: 'mismatch',
      message: expect.stringContaining("'Host' or ':authority'"),
    });
  });

  it('is good for five minutes before and after, and of DynamoDB for fifteen', () => {
    const minutes = (count: number) => suite.now + count * 60_000;
    expect(judge(request(), minutes(5))).toBeUndefined();
    expect(judge(request(), minutes(5) + 1000)).toEqual({
      kind: 'expired',
      message:
        'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
    });
    expect(judge(request(), minutes(-5))).toBeUndefined();
    expect(judge(request(), minutes(-6))).toEqual({
      kind: 'expired',
      message:
        'Signature not yet current: 20150830T123600Z is still later than 20150830T123500Z (20150830T123000Z + 5 min.)',
    });
    const scope = 'AKIDEXAMPLE/20150830/us-east-1/dynamodb/aws4_request';
    const asked = request({ headers: { authorization: authorization('0', scope) } });
    expect(judgeSignature(asked, 'dynamodb', keys, minutes(15))).toMatchObject({ kind: 'mismatch' });
    expect(judgeSignature(asked, 'dynamodb', keys, minutes(16))).toMatchObject({ kind: 'expired' });
  });
});
