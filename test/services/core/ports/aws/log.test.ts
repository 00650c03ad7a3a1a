import { afterEach, describe, expect, it, vi } from 'vitest';
import { createAwsLog } from '../../../../../services/core/ports/aws/log.ts';

const lines = (): Record<string, unknown>[] => {
  const calls = [...vi.mocked(console.info).mock.calls, ...vi.mocked(console.warn).mock.calls];
  return calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>);
};

describe('log', () => {
  afterEach(() => vi.restoreAllMocks());

  it("writes lines with the execution's id as their correlation id, and none into another's", () => {
    vi.spyOn(console, 'info').mockReturnValue();
    vi.spyOn(console, 'warn').mockReturnValue();
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    const log = createAwsLog('launch-wave');
    log('exec-1').info('launched', { waveId: 'app' });
    log().warn('alone');
    vi.unstubAllEnvs();
    expect(lines()).toMatchObject([
      { service: 'launch-wave', level: 'INFO', message: 'launched', waveId: 'app', correlation_id: 'exec-1' },
      { service: 'launch-wave', level: 'WARN', message: 'alone' },
    ]);
    expect(lines()[1]).not.toHaveProperty('correlation_id');
  });

  it('shows control characters of every kind, in facts and messages', () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    createAwsLog('launch-wave')().warn('refused \u009b2J', { why: ['a\u202eb', { c: '\u001b[2J' }] });
    vi.unstubAllEnvs();
    const line = String(vi.mocked(console.warn).mock.calls[0]?.[0]);
    expect(line).not.toMatch(/[\u007f-\u009f\u202e]/);
    expect(JSON.parse(line)).toMatchObject({
      message: 'refused \\u009b2J',
      why: ['a\\u202eb', { c: '\\u001b[2J' }],
    });
  });
});
