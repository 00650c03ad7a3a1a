import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryRecordStore } from '../../memory/record-store.ts';
import { survey } from '../../../services/functions/reconcile/survey.ts';
import { synthesise } from './deployment.ts';

const { hub } = synthesise({});
const readme = readFileSync(join(import.meta.dirname, '../../../infra/aws/README.md'), 'utf8');
const ofType = (type: string) => hub.filter(({ Type }) => Type === type);

const minutesOfMonth = 30 * 24 * 60;

const billedMetrics = ({ Properties }: (typeof hub)[number]): number => {
  const metrics: unknown = Properties['Metrics'];
  return Array.isArray(metrics) ? metrics.filter((metric) => 'MetricStat' in (metric as object)).length : 1;
};

describe('the cost in the README', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm').map(billedMetrics);
  const polledQueues = ofType('AWS::Lambda::EventSourceMapping').length;

  it('counts every metric that an alarm watches', () => {
    const metrics = alarms.reduce((sum, each) => sum + each, 0);
    expect(readme).toContain(
      `| ${alarms.length} alarms over ${metrics} metrics: ${metrics} × 0.10 | ${(metrics / 10).toFixed(2)} |`,
    );
  });

  it('has one dashboard, which is priced once', () => {
    expect(ofType('AWS::CloudWatch::Dashboard')).toHaveLength(1);
    expect(readme).toContain('| dashboard | | 3.00 |');
  });

  it('counts the queues that Lambda polls', () => {
    expect(readme).toContain(`| queues | ${polledQueues} queues ×`);
  });

  it('counts the runs that schedules make in a month', () => {
    const runs = ofType('AWS::Events::Rule').flatMap(({ Properties }) => {
      const [, every] = /^rate\((\d+) minutes?\)$/.exec(String(Properties['ScheduleExpression'])) ?? [];
      return every === undefined ? [] : [minutesOfMonth / Number(every)];
    });
    expect(runs).toHaveLength(
      ofType('AWS::Events::Rule').filter(({ Properties }) => 'ScheduleExpression' in Properties).length,
    );
    const terms = [...new Set(runs)]
      .sort((a, b) => a - b)
      .map((each) => {
        const times = runs.filter((other) => other === each).length;
        return `${times > 1 ? `${times} × ` : ''}${each.toLocaleString('en-US')}`;
      });
    expect(readme).toContain(`| schedules | (${terms.join(' + ')}) runs ×`);
    const all = runs.reduce((sum, each) => sum + each, 0);
    expect(readme).toContain(`| traces | ${all.toLocaleString('en-US')} runs × 5.00 / M |`);
  });

  it('counts the metrics that every sweep writes, with one place that has capacity', async () => {
    const store = createMemoryRecordStore();
    const always = await survey(store, 0, 0);
    await store.write({ kind: 'capacity', id: '111122223333/eu-west-1' }, { holds: [], waiting: [] }, 0);
    const all = await survey(store, 0, 0);
    const [names, more] = [always.length, all.length - always.length];
    expect(readme).toContain(
      `| custom metrics | ${all.length} that every sweep writes (${names}, and ${more} for a place): ${all.length} × 0.30;`,
    );
  });
});
