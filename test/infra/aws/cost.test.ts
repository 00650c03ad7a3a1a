import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { synthesise } from './deployment.ts';

const { hub } = synthesise({});
const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
const ofType = (type: string) => hub.filter(({ Type }) => Type === type);

const billedMetrics = ({ Properties }: (typeof hub)[number]): number => {
  const metrics: unknown = Properties['Metrics'];
  return Array.isArray(metrics) ? metrics.filter((metric) => 'MetricStat' in (metric as object)).length : 1;
};

describe('the cost in the README', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm').map(billedMetrics);
  const timerQueues = ofType('AWS::Lambda::EventSourceMapping').length;

  it('counts every metric that an alarm watches', () => {
    const plain = alarms.filter((metrics) => metrics === 1).length;
    const [summed, ...others] = alarms.filter((metrics) => metrics > 1);
    expect(others).toEqual([]);
    expect(readme).toContain(
      `| ${plain} alarms and one over ${summed} metrics: ${plain + (summed ?? 0)} × 0.10 |`,
    );
  });

  it('has one dashboard, which is priced once', () => {
    expect(ofType('AWS::CloudWatch::Dashboard')).toHaveLength(1);
    expect(readme).toContain('| dashboard | | 3.00 |');
  });

  it('counts the queues that Lambda polls', () => {
    expect(readme).toContain(`| timer queues | ${timerQueues} queues ×`);
  });
});
