import { describe, expect, it } from 'vitest';
import { createLocalServiceQuotas } from '../../../../infra/simulated-aws/servicequotas/local-servicequotas.ts';
import { jsonRequest } from '../service-handler.ts';

const { service } = createLocalServiceQuotas({
  account: '111122223333',
  region: 'eu-west-1',
  values: { 'L-D88FAC3A': 5 },
});

interface Quota {
  readonly QuotaCode: string;
  readonly Value: number;
}

interface Answer {
  readonly Quotas: readonly Quota[];
  readonly Quota: Quota;
  readonly NextToken?: string;
}

const call = async (operation: string, input: unknown) => {
  const target = `ServiceQuotasV20190624.${operation}`;
  const { statusCode, body } = await service.handle(jsonRequest(target, JSON.stringify(input)));
  return { statusCode, ...(JSON.parse(body) as Answer) };
};

describe('the quotas of DRS', () => {
  it('are those of AWS, but for those that the scenario sets', async () => {
    const { Quotas } = await call('ListServiceQuotas', { ServiceCode: 'drs' });
    const values = Quotas.map(({ QuotaCode, Value }: { QuotaCode: string; Value: number }) => [
      QuotaCode,
      Value,
    ]);
    expect(values).toEqual([
      ['L-D88FAC3A', 5],
      ['L-B827C881', 100],
      ['L-05AFA8C6', 500],
      ['L-DD6D028C', 1],
      ['L-C1D14A2B', 300],
      ['L-E28BE5E0', 4000],
    ]);
  });

  it('come in pages', async () => {
    const first = await call('ListServiceQuotas', { ServiceCode: 'drs', MaxResults: 4 });
    const rest = await call('ListServiceQuotas', {
      ServiceCode: 'drs',
      MaxResults: 4,
      NextToken: first.NextToken,
    });
    expect([first.Quotas.length, rest.Quotas.length, rest.NextToken]).toEqual([4, 2, undefined]);
  });

  it('can be asked for one by one', async () => {
    const answer = await call('GetServiceQuota', { ServiceCode: 'drs', QuotaCode: 'L-B827C881' });
    expect(answer.Quota).toMatchObject({
      QuotaArn: 'arn:aws:servicequotas:eu-west-1:111122223333:drs/L-B827C881',
      Value: 100,
      Adjustable: false,
    });
  });

  it.each([
    ['another service', { ServiceCode: 'ec2', QuotaCode: 'L-B827C881' }],
    ['an unknown code', { ServiceCode: 'drs', QuotaCode: 'L-0' }],
  ])('do not answer for %s', async (_, input) => {
    expect(await call('GetServiceQuota', input)).toMatchObject({
      statusCode: 400,
      __type: 'NoSuchResourceException',
    });
  });
});
