import * as z from 'zod';
import { createJsonService } from '../protocols/json-protocol.ts';
import { operation } from '../protocols/operation.ts';
import { pageOf } from '../protocols/page.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { LocalService } from '../wire.ts';
import { type DrsQuota, drsQuotas } from './drs-quotas.ts';

export interface LocalServiceQuotasOptions {
  readonly account: string;
  readonly region: string;
  /** Applied values by quota code where they are not AWS's defaults. */
  readonly values: Readonly<Record<string, number>>;
}

export interface LocalServiceQuotas {
  readonly service: LocalService;
}

const serviceCode = { ServiceCode: z.string().min(1) };

const list = z.object({
  ...serviceCode,
  QuotaCode: z.string().optional(),
  MaxResults: z.number().int().min(1).max(100).default(100),
  NextToken: z.string().optional(),
});

const render = ({ account, region, values }: LocalServiceQuotasOptions, quota: DrsQuota): unknown => ({
  ServiceCode: 'drs',
  ServiceName: 'AWS Elastic Disaster Recovery',
  QuotaArn: `arn:aws:servicequotas:${region}:${account}:drs/${quota.code}`,
  QuotaCode: quota.code,
  QuotaName: quota.name,
  Value: values[quota.code] ?? quota.value,
  Unit: 'None',
  Adjustable: quota.adjustable,
  GlobalQuota: false,
  QuotaAppliedAtLevel: 'ACCOUNT',
});

const none = (text: string): ServiceError => new ServiceError('NoSuchResourceException', text);

const checkService = (code: string): void => {
  if (code !== 'drs') throw none(`The quotas of ${code} are not simulated.`);
};

/** Service Quotas for DRS, so that a client can ask for the limits that the simulated DRS keeps. */
export const createLocalServiceQuotas = (options: LocalServiceQuotasOptions): LocalServiceQuotas => ({
  service: createJsonService({
    signingName: 'servicequotas',
    targetPrefix: 'ServiceQuotasV20190624',
    version: '1.1',
    operations: {
      ListServiceQuotas: operation(list, ({ ServiceCode, QuotaCode, MaxResults, NextToken }) => {
        checkService(ServiceCode);
        const found = drsQuotas.filter(({ code }) => QuotaCode === undefined || code === QuotaCode);
        const { items, nextToken } = pageOf(found, MaxResults, NextToken);
        return { Quotas: items.map((quota) => render(options, quota)), NextToken: nextToken };
      }),
      GetServiceQuota: operation(
        z.object({ ...serviceCode, QuotaCode: z.string() }),
        ({ ServiceCode, QuotaCode }) => {
          checkService(ServiceCode);
          const quota = drsQuotas.find(({ code }) => code === QuotaCode);
          if (quota === undefined) throw none(`DRS has no quota ${QuotaCode}.`);
          return { Quota: render(options, quota) };
        },
      ),
    },
  }),
});
