import { describe, expect, it } from 'vitest';
import { automationActionSchema } from '../../contracts/actions/automation.ts';
import type { AutomationRequest } from '../../services/core/ports/automation-service.ts';
import { home } from './draw.ts';
import { createRunbookRules, type LaunchedServer } from './runbook-rules.ts';

const action = automationActionSchema.parse({
  kind: 'automation',
  actionId: 'smoke-test',
  document: 'SmokeTest',
  parameters: { InstanceIds: ['${servers.instanceIds}'] },
});
const place = {
  ...{ executionId: 'exec-1', waveId: 'web', planId: 'shop', mode: 'DRILL' as const },
  ...{ target: home, actsIn: home },
};
const first = { id: 's-1', instanceId: 'i-1' };
const second = { id: 's-2', instanceId: 'i-2' };

/** The invariant that is violated by a runbook that was told of these instances. */
const judged = (
  launched: { readonly atClaim: readonly LaunchedServer[]; readonly atStart: readonly LaunchedServer[] },
  told: readonly string[],
): string | undefined => {
  let now = launched.atClaim;
  let violated: string | undefined;
  const request = {
    document: 'SmokeTest',
    parameters: { InstanceIds: told },
  } as unknown as AutomationRequest;
  const rules = createRunbookRules(
    {
      ...{ estate: [], allowedDocuments: ['SmokeTest'], reach: () => undefined },
      requestOf: () => request,
      launchedBy: () => now,
    },
    (invariant) => (violated ??= invariant),
  );
  rules.onClaimed(action, place);
  now = launched.atStart;
  rules.onStarted('automation-1', action, place);
  return violated;
};

describe('what a runbook is told of the servers of its wave', () => {
  it('is what was launched when it was claimed, or when it was started', () => {
    const changed = { atClaim: [first, second], atStart: [first] };
    expect(judged(changed, ['i-2', 'i-1'])).toBeUndefined();
    expect(judged(changed, ['i-1'])).toBeUndefined();
  });

  it('is nothing else', () => {
    const changed = { atClaim: [first, second], atStart: [first] };
    expect(judged(changed, ['i-2'])).toBe('S24');
    expect(judged(changed, [])).toBe('S24');
    expect(judged({ atClaim: [], atStart: [first, second] }, ['i-1'])).toBe('S24');
  });
});
