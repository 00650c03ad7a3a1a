import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { createManualClock } from '../../../../../infra/simulated-aws/clock.ts';
import { createLocalSts } from '../../../../../infra/simulated-aws/sts/local-sts.ts';
import { stsScenario } from '../../../../../infra/simulated-aws/sts/scenario.ts';
import { createAssumeRole } from '../../../../../services/core/ports/aws/assume-role.ts';
import {
  type SignedCall,
  SignedCallError,
  signedHeaders,
} from '../../../../../services/core/ports/aws/signed-call.ts';
import { answerOfFailure } from '../../../../../services/core/ports/aws/start-answer.ts';
import { seededRandom } from '../../../../infra/simulated-aws/random.ts';

const startAt = Date.parse('2026-11-23T10:00:00Z');
const role = {
  roleArn: 'arn:aws:iam::444455556666:role/Recovery',
  sessionName: 'groundswell-launch-wave',
  externalId: 'shared',
};
const credentials = () => Promise.resolve({ accessKeyId: 'AK', secretAccessKey: 'SK' });

/** Calls the simulated STS without a socket; `failures` come first. */
const stsFixture = (
  scenario: z.input<typeof stsScenario> = {},
  failures: readonly (readonly [number, string])[] = [],
) => {
  const { service } = createLocalSts({
    clock: createManualClock(startAt),
    account: '111122223333',
    scenario: stsScenario.parse(scenario),
    random: seededRandom(5),
  });
  const asked: string[] = [];
  const call: SignedCall = async (request) => {
    const failure = failures[asked.length];
    asked.push(`${request.service} ${request.region} ${request.body}`);
    if (failure !== undefined) throw new SignedCallError('sts', ...failure);
    const headers = signedHeaders(request, 'sts.eu-west-1.amazonaws.com', startAt);
    const wire = { method: 'POST', path: '/', query: {}, headers, body: request.body };
    const { statusCode, body } = await service.handle(wire);
    if (statusCode !== 200) throw new SignedCallError('sts', statusCode, body);
    return body;
  };
  return { asked, assume: createAssumeRole({ call, credentials, region: 'eu-west-1' }) };
};

const fault = (code: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

describe('assuming a role', () => {
  it("gives a session of the role, until it expires, and asks STS in the hub's Region", async () => {
    const { asked, assume } = stsFixture({ roles: { [role.roleArn]: { externalId: 'shared' } } });
    expect(await assume(role)).toEqual({
      accessKeyId: expect.stringMatching(/^ASIA/),
      secretAccessKey: expect.any(String),
      sessionToken: expect.any(String),
      expiration: new Date(startAt + 3_600_000),
    });
    expect(asked).toEqual([
      'sts eu-west-1 Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2FRecovery&RoleSessionName=groundswell-launch-wave&ExternalId=shared',
    ]);
  });

  it('that STS refuses is refused at once, and proves that no recovery was started', async () => {
    const { asked, assume } = stsFixture({ roles: { [role.roleArn]: { externalId: 'another' } } });
    const refusal: unknown = await assume(role).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    expect(answerOfFailure(refusal).status).toBe('invalid');
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['an error of STS', [503, 'busy']],
    ['throttling', [400, fault('Throttling')]],
  ] as const)('is tried again after %s', async (_name, failure) => {
    const { asked, assume } = stsFixture({}, [failure, failure]);
    expect((await assume(role)).accessKeyId).toMatch(/^ASIA/);
    expect(asked).toHaveLength(3);
  });

  it('is given up after three attempts, and then says nothing of what was started', async () => {
    const { asked, assume } = stsFixture({}, [
      [500, 'a'],
      [500, 'b'],
      [500, 'c'],
    ]);
    const failure: unknown = await assume(role).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SignedCallError);
    expect(answerOfFailure(failure).status).toBe('unknown');
    expect(asked).toHaveLength(3);
  });
});
