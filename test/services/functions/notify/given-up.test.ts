import { describe, expect, it } from 'vitest';
import { eventLine } from '../../../../services/faces/cli/event-line.ts';
import { noticeOf } from '../../../../services/functions/notify/notice.ts';
import { createSpeaker, executionId } from '../../core/view/said.ts';

const machine = 'i-000000000000000aa';
const started = (more: object) =>
  createSpeaker()(executionId, 'ExecutionStarted', {
    ...{ planId: 'shop', planVersion: 3, mode: 'DRILL', requestedBy: 'ann', reason: '' },
    ...{ waveCount: 2, serverCount: 3, overrides: [], ...more },
  });

describe('a drill that may end or overwrite machines which somebody named', () => {
  const allowed = started({ allowReplacing: [machine] });

  it('is a warning to those who are told of it, with the name of who allowed it', () => {
    const notice = noticeOf(allowed, { planId: 'shop', mode: 'DRILL' }, { commandOptions: '' });
    expect(notice).toMatchObject({
      severity: 'warning',
      meaning: expect.stringContaining(`ann allowed it to end or overwrite ${machine}.`),
    });
    const plain = noticeOf(started({}), { planId: 'shop', mode: 'DRILL' }, { commandOptions: '' });
    expect(plain).toMatchObject({ severity: 'info', meaning: expect.not.stringContaining('allowed') });
  });

  it('says so in its line of the command line', () => {
    expect(eventLine(allowed)).toContain(`; may end or overwrite ${machine}`);
    expect(eventLine(started({}))).not.toContain('overwrite');
  });
});
