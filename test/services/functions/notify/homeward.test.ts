import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { noticeOf } from '../../../../services/functions/notify/notice.ts';
import { executionId } from '../../core/view/said.ts';
import { failback } from '../../core/view/said-failback.ts';

const about = { planId: 'shop-home', mode: 'RECOVERY', direction: 'failback' } as const;
const noticesOf = (mode: 'DRILL' | 'RECOVERY', isMeant: (event: DomainEvent) => boolean) =>
  failback({ mode })
    .filter(isMeant)
    .flatMap((event) => noticeOf(event, { ...about, mode }, { commandOptions: '' }) ?? []);
const named = (name: DomainEvent['type']) => (event: DomainEvent) => event.type === name;

describe('the notices of a failback', () => {
  it.each([
    ['RECOVERY', 'FAILBACK of shop-home: Failback started'],
    ['DRILL', 'FAILBACK DRILL of shop-home: Failback drill started'],
  ] as const)('name the direction of a %s', (mode, title) => {
    expect(noticesOf(mode, named('ExecutionStarted'))).toMatchObject([{ title, mode }]);
  });

  it('say that servers are launched at home, and not that they are recovered', () => {
    const [ended] = noticesOf('RECOVERY', named('ExecutionCompleted'));
    expect(ended?.meaning).toContain('2 of 2 servers were launched at home.');
    const [wave] = noticesOf(
      'RECOVERY',
      ({ type, data }) => type === 'WaveCompleted' && (data as { waveId: string }).waveId === 'web',
    );
    expect(wave).toMatchObject({
      title: 'FAILBACK of shop-home: Wave web completed',
      meaning: '2 of 2 servers were launched at home.',
    });
  });

  it('tell of a replication that stands still, with what shows it', () => {
    const [stalled] = noticesOf('RECOVERY', named('ReplicationStalled'));
    expect(stalled).toMatchObject({
      severity: 'warning',
      title: 'FAILBACK of shop-home: Replications of wave reverse-web do not move',
      commands: [`groundswell failback status ${executionId}`],
    });
  });
});
