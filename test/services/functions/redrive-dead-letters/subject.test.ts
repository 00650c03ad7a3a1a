import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../../services/functions/redrive-dead-letters/subject.ts';

const executionId = 'exec-0123456789abcdef0123';
const event = (detailType: string, detail: unknown, source = 'groundswell') => ({
  id: 'e-1',
  source,
  'detail-type': detailType,
  detail,
});
const read = (delivery: unknown) => subjectOf(JSON.stringify(delivery));

describe('a dead letter', () => {
  it('of an own event is about its execution', () => {
    expect(read(event('WaveStarted', { metadata: { executionId }, data: {} }))).toEqual({
      kind: 'execution',
      executionId,
    });
  });

  it('of a failed invocation is about the execution of the event in it', () => {
    const requestPayload = event('DRSJobStarted', { metadata: { executionId }, data: {} });
    expect(read({ version: '1.0', requestPayload, responsePayload: { errorMessage: 'no' } })).toEqual({
      kind: 'execution',
      executionId,
    });
  });

  it.each(['DrillDue', 'ScheduleChanged'])(
    'of %s may go: the next look at schedules does the same',
    (name) => {
      expect(read(event(name, { data: { scheduleId: 'nightly' } }))).toMatchObject({ kind: 'expendable' });
    },
  );

  it('of a message to people is for an operator: a look at the execution would tell nobody', () => {
    const body = JSON.stringify(event('WaveFailed', { metadata: { executionId }, data: {} }));
    expect(subjectOf(body, 'notify')).toEqual({
      kind: 'operator',
      why: `WaveFailed of ${executionId} may have been told to nobody`,
    });
    expect(subjectOf(body, 'launch-wave').kind).toBe('execution');
  });

  it('of an overdue proof is for an operator: nobody else tells of that lapse', () => {
    const body = JSON.stringify(event('ProofOverdue', { data: { planId: 'shop' } }));
    expect(subjectOf(body, 'notify')).toEqual({
      kind: 'operator',
      why: 'ProofOverdue may have been told to nobody',
    });
  });

  it('of a timer is about the execution that the timer wakes', () => {
    const wake = { service: 'watch-jobs', executionId, waveId: 'web' };
    expect(read({ wake, token: 't', remainingMs: 0 })).toEqual({ kind: 'execution', executionId });
  });

  it.each(['ExecutionRequested', 'ApproveRequested', 'CancelRequested'])(
    'of a request (%s) is for an operator, even when it names an execution',
    (name) => {
      const { kind } = read(event(name, { metadata: { executionId }, data: { executionId } }));
      expect(kind).toBe('operator');
    },
  );

  it('of a probe is expendable: whoever sent it has long been told that it is lost', () => {
    expect(read(event('ProbeRequested', { data: { probeId: 'probe-1', by: 'me' } })).kind).toBe('expendable');
  });

  it.each(['aws.drs', 'aws.ssm', 'aws.events'])('of a hint or a schedule (%s) is expendable', (source) => {
    expect(read(event('Anything', {}, source)).kind).toBe('expendable');
  });

  it('of a foreign source is for an operator', () => {
    expect(read(event('WaveStarted', { metadata: { executionId } }, 'somebody')).kind).toBe('operator');
  });

  it('that names an execution of another form is for an operator', () => {
    expect(read(event('WaveStarted', { metadata: { executionId: '../etc' } })).kind).toBe('operator');
  });

  it.each(['', 'no json', '[]', 'null', '"text"'])('that cannot be read (%j) is for an operator', (body) => {
    expect(subjectOf(body)).toEqual({ kind: 'operator', why: 'it is neither an event nor a timer' });
  });
});
