import { describe, expect, it } from 'vitest';
import { executionReportSchema } from '../../../../contracts/report.ts';
import { executionReport } from '../../../../services/faces/report/execution-report.ts';
import { reportHtml } from '../../../../services/faces/report/html.ts';
import { reportMarkdown } from '../../../../services/faces/report/markdown.ts';
import { summaryText } from '../../../../services/faces/report/sentences.ts';
import type { Verdict } from '../../../../services/core/domain/audit/discrepancy.ts';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import { parseDomainEvent } from '../../../../services/core/streams/domain-event.ts';
import { runEventfulDrill } from '../../../support/eventful-drill.ts';
import { createSpeaker, definition, executionId, result } from '../../core/view/said.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const { events } = await runEventfulDrill();
const archived = events.map(({ type, data, metadata }) => ({ type, detail: { data, metadata } }));
const eventsOf = (all: typeof archived) =>
  all.flatMap(({ type, detail }) => parseDomainEvent(type, detail) ?? []);
const reportOf = (events: typeof archived) => executionReport(eventsOf(events))!;

describe('the report of a drill in which much happens', () => {
  it('tells it as it was, to the letter', () => {
    expect(reportOf(archived)).toMatchSnapshot({
      planHash: expect.any(String),
      frozenHash: expect.any(String),
    });
  });

  it('is the same whatever the order of the events, and however often each is there', () => {
    expect(reportOf([...archived.toReversed(), ...archived])).toEqual(reportOf(archived));
  });

  it('leaves out what is no event of the catalogue, or not as its contract says', () => {
    const strange = [
      { type: 'ExecutionForgiven', detail: archived[0]!.detail },
      { type: 'WaveFailed', detail: archived[0]!.detail },
      { type: 'PauseRequested', detail: { data: {} } },
    ];
    expect(reportOf([...strange, ...archived] as typeof archived)).toEqual(reportOf(archived));
  });

  it('holds the verdict of the audit where there is one', () => {
    const verdict = { sound: true } as Verdict;
    expect(executionReport(eventsOf(archived), verdict)).toEqual({ ...reportOf(archived), verdict });
  });
});

describe('the report of an execution', () => {
  const at = (event: DomainEvent): number => Date.parse(event.metadata.emittedAt);
  const said = (...events: readonly DomainEvent[]) => executionReport(events)!;
  const asked = { planId: 'shop', mode: 'RECOVERY', requestedBy: 'ann', reason: 'fire' };
  const started = {
    ...asked,
    planVersion: 2,
    planHash: 'p',
    frozenHash: 'f',
    waveCount: 1,
    serverCount: 2,
    overrides: [],
  };

  it('says of each record and routing control from what to what it was moved, in every format', () => {
    const say = createSpeaker();
    const of = { waveId: 'a', attempt: 1, stage: 'after', tryNumber: 1, actionId: 'to-recovery' };
    const www = { what: 'record', hostedZoneId: 'Z0SHOP', name: 'www.example.com', type: 'A' };
    const control = 'arn:aws:route53-recovery-control::111122223333:controlpanel/shop/routingcontrol/web';
    const values = (value: string) => ({ ttlSeconds: 60, values: [value] });
    const moves = [
      {
        ...{ point: www, before: values('203.0.113.7') },
        ...{ from: values('203.0.113.8'), after: values('198.51.100.9') },
      },
      { point: { what: 'routing-control', arn: control }, before: 'Off', after: 'On' },
    ];
    const wave = { waveId: 'a', attempt: 1, definition: { ...definition('a', [], [1]), target: home } };
    const events = [
      say(executionId, 'ExecutionStarted', started),
      say(executionId, 'WaveStarted', wave),
      say(`${executionId}/a`, 'ActionClaimed', { ...of, moves }),
      say(`${executionId}/a`, 'ActionStarted', { ...of, kind: 'traffic' }),
      say(`${executionId}/a`, 'ActionCompleted', { ...of, moves, reason: 'in words' }),
    ];
    const running = said(...events.slice(0, 4));
    expect(running.waves[0]!.actions).toMatchObject([{ outcome: 'running', moves }]);
    const report = said(...events);
    expect(report.waves[0]!.actions).toMatchObject([{ outcome: 'succeeded', note: '', moves }]);
    const cells = ['www.example.com A', '203.0.113.8 (TTL 60 s)', '198.51.100.9 (TTL 60 s)', 'succeeded'];
    expect(reportMarkdown(report)).toContain(`| to-recovery | ${cells.join(' | ')} |`);
    expect(reportMarkdown(report)).toContain('| to-recovery | routing control web | Off | On | succeeded |');
    const page = reportHtml(report);
    for (const cell of [...cells, 'routing control web', 'Off', 'On']) expect(page).toContain(`>${cell}</`);
  });

  it('is not there without events', () => {
    expect(executionReport([])).toBeUndefined();
  });

  it('that was rejected gives who asked, and every fault', () => {
    const say = createSpeaker();
    const faults = [
      { path: 'planId', message: 'no plan' },
      { path: 'mode', message: 'no mode' },
    ];
    const accepted = say(executionId, 'ExecutionAccepted', asked);
    const rejected = say(executionId, 'ExecutionRejected', { faults });
    expect(said(accepted, rejected)).toMatchObject({
      ...{ status: 'REJECTED', isOver: true, requestedBy: 'ann', reason: 'fire', faults, waves: [] },
      ...{ rto: {}, rpo: { wasExceeded: false }, serverCount: 0, launched: 0 },
      problems: [
        { at: rejected.metadata.emittedAt, where: 'execution', what: 'planId: no plan; mode: no mode' },
      ],
    });
  });

  it('that runs goes to its last event, and lets what has not ended last until then', () => {
    const say = createSpeaker();
    const a = `${executionId}/a`;
    const inA = { waveId: 'a', attempt: 1 };
    const action = { ...inA, stage: 'before', tryNumber: 1 };
    const events = [
      say(executionId, 'ExecutionStarted', started),
      say(executionId, 'WaveStarted', {
        ...inA,
        definition: { ...definition('a', [], [1, 2]), target: home },
      }),
      say(a, 'ActionStarted', { ...action, actionId: 'go', kind: 'approval' }),
      say(a, 'ActionStarted', { ...action, actionId: 'stop', kind: 'automation' }),
      say(a, 'CapacityAwaited', inA),
      say(a, 'DRSJobStarted', { ...inA, jobId: 'drsjob-a' }),
      say(executionId, 'ExecutionPaused', { by: 'bob', reason: 'lunch' }),
      say(a, 'DRSJobProgressed', { ...inA, jobId: 'drsjob-a', phases: {} }, 60),
    ];
    const running = said(...events);
    const end = at(events.at(-1)!);
    expect(running).toMatchObject({ status: 'PAUSED', isOver: false, endedAt: end, requestedBy: 'ann' });
    expect(running.rto).toEqual({});
    expect(running.waves).toHaveLength(1);
    expect(running.waves[0]).toMatchObject({
      outcome: 'RUNNING',
      durationMs: end - at(events[1]!),
      servers: [],
    });
    expect(running.waves[0]!.spans.map(({ label, from, to }) => [label, from, to])).toEqual([
      ['approval go', at(events[2]!), end],
      ['automation stop', at(events[3]!), end],
      ['waiting for quota', at(events[4]!), end],
      ['launch in drsjob-a', at(events[5]!), end],
    ]);
    expect(running.waves[0]!.actions).toEqual([
      expect.objectContaining({
        actionId: 'go',
        outcome: 'running',
        durationMs: end - at(events[2]!),
        note: '',
      }),
      expect.objectContaining({
        actionId: 'stop',
        outcome: 'running',
        durationMs: end - at(events[3]!),
        note: '',
      }),
    ]);
    const phase = (name: string) => running.phases.find((each) => each.phase === name)?.ms;
    expect(phase('waiting for people')).toBe(end - at(events[2]!));
    expect(phase('orchestration')).toBe(at(events[2]!) - at(events[0]!));
  });

  it('tells of approvals that nobody answered in time as decided by their time-outs, and of nothing else', () => {
    const say = createSpeaker();
    const a = `${executionId}/a`;
    const of = (actionId: string) => ({ waveId: 'a', attempt: 1, stage: 'before', tryNumber: 1, actionId });
    const begun = (actionId: string, kind: string) => say(a, 'ActionStarted', { ...of(actionId), kind });
    const ended = (actionId: string, cause: string) =>
      say(a, 'ActionFailed', { ...of(actionId), cause, message: 'no approval in time', final: true });
    const before = [
      say(executionId, 'ExecutionStarted', started),
      say(executionId, 'WaveStarted', {
        ...{ waveId: 'a', attempt: 1 },
        definition: { ...definition('a', [], [1, 2]), target: home },
      }),
      begun('stopped', 'approval'),
      ended('stopped', 'stopped'),
      begun('slow', 'automation'),
      ended('slow', 'timed-out'),
      begun('pause', 'wait'),
      say(a, 'ActionCompleted', of('pause')),
      begun('go', 'approval'),
    ];
    expect(said(...before).decisions).toEqual([]);
    expect(summaryText(said(...before))).toContain('No decisions were needed.');
    const silence = say(a, 'ActionCompleted', { ...of('go'), reason: 'the plan says to approve' });
    const one = said(...before, silence);
    expect(one.decisions).toEqual([
      {
        ...{ at: silence.metadata.emittedAt, by: 'the time-out' },
        ...{ what: 'approved go of wave a', reason: 'the plan says to approve' },
      },
    ]);
    expect(summaryText(one)).toContain('Nobody answered 1 approval: its time-out decided.');
    expect(summaryText(one)).not.toMatch(/No decisions|Decisions were/);
    const two = said(
      ...[...before, silence, begun('late', 'approval'), ended('late', 'timed-out')],
      say(executionId, 'ExecutionPaused', { by: 'bob', reason: 'lunch' }),
    );
    expect(two.decisions.map(({ by, what }) => `${by} ${what}`)).toEqual([
      'the time-out approved go of wave a',
      'the time-out declined late of wave a',
      'bob paused the execution',
    ]);
    expect(summaryText(two)).toContain(
      'Decisions were made by bob. Nobody answered 2 approvals: their time-outs decided.',
    );
  });

  it('that was cancelled ends its pauses with the cancellation', () => {
    const say = createSpeaker();
    const events = [
      say(executionId, 'ExecutionStarted', { ...started, overrides: ['lag'], rtoMinutes: 30, rpoMinutes: 5 }),
      say(executionId, 'ExecutionPaused', { by: 'bob', reason: 'lunch' }),
      say(executionId, 'ExecutionCancelling', { by: 'bob', reason: 'enough' }, 90),
      say(executionId, 'ExecutionCancelled', { outcome: 'CANCELLED' }, 30),
    ];
    const cancelled = said(...events);
    expect(cancelled).toMatchObject({
      ...{ status: 'CANCELLED', isOver: true, overrides: ['lag'] },
      ...{ rto: { targetMinutes: 30, achievedMinutes: 2.02 }, rpo: { targetMinutes: 5, wasExceeded: true } },
    });
    expect(cancelled.phases.find(({ phase }) => phase === 'waiting for people')?.ms).toBe(90_000);
    expect(cancelled.phases.find(({ phase }) => phase === 'orchestration')?.ms).toBe(31_000);
    expect(cancelled.decisions).toEqual([
      { at: events[1]!.metadata.emittedAt, by: 'bob', what: 'paused the execution', reason: 'lunch' },
      { at: events[2]!.metadata.emittedAt, by: 'bob', what: 'cancelled the execution', reason: 'enough' },
    ]);
  });

  it('says which machines it was allowed to end or overwrite, and by whom', () => {
    const say = createSpeaker();
    const allowReplacing = ['i-000000000000000aa', 'i-000000000000000bb'];
    const allowed = said(say(executionId, 'ExecutionStarted', { ...started, allowReplacing }));
    expect(executionReportSchema.parse(JSON.parse(JSON.stringify(allowed)))).toMatchObject({
      allowReplacing,
    });
    const line = `${allowReplacing.join(' and ')}, which ${started.requestedBy} allowed to be ended or overwritten`;
    expect(reportMarkdown(allowed)).toContain(`- Machines given up: ${line}`);
    expect(reportHtml(allowed)).toContain(`<dt>Machines given up</dt><dd>${line}</dd>`);
    const plain = said(say(executionId, 'ExecutionStarted', started));
    expect(reportMarkdown(plain) + reportHtml(plain)).not.toContain('given up');
  });

  it('follows its own facts by version, even where a clock went back between two', () => {
    const say = createSpeaker();
    const begun = say(executionId, 'ExecutionStarted', started, 100);
    const paused = say(executionId, 'ExecutionPaused', { by: 'bob', reason: 'lunch' }, -30);
    const resumed = say(executionId, 'ExecutionResumed', { by: 'bob', reason: 'back' }, -30);
    expect(said(begun, paused, resumed)).toMatchObject({ status: 'RUNNING', planId: 'shop' });
  });

  it('that holds no beginning says nothing of who asked', () => {
    const say = createSpeaker();
    const progressed = { waveId: 'a', attempt: 1, jobId: 'drsjob-a', phases: {} };
    const only = said(say(`${executionId}/a`, 'DRSJobProgressed', progressed));
    expect(only).toMatchObject({
      ...{ executionId, requestedBy: '', reason: '', overrides: [], faults: [] },
      ...{ decisions: [], problems: [], serverCount: 0, isOver: false },
    });
    expect(only.endedAt).toBe(only.startedAt);
    expect(only).not.toHaveProperty('verdict');
    expect(only.waves).toMatchObject([
      { ...{ waveId: 'a', dependsOn: [], place: '', policy: '', attempts: 0, durationMs: 0 }, notes: [] },
    ]);
  });

  it('has failed when it ends so, and took as long as it took', () => {
    const say = createSpeaker();
    const failed = said(
      say(executionId, 'ExecutionStarted', started),
      say(executionId, 'ExecutionFailed', { outcome: 'FAILED' }, 60),
    );
    expect(failed).toMatchObject({ status: 'FAILED', isOver: true, rto: { achievedMinutes: 1 } });
    expect(failed.phases.find(({ phase }) => phase === 'orchestration')?.ms).toBe(60_000);
  });

  it('tells its pauses apart, each until it was resumed', () => {
    const say = createSpeaker();
    const person = { by: 'bob', reason: 'lunch' };
    const twice = said(
      say(executionId, 'ExecutionStarted', started),
      say(executionId, 'ExecutionPaused', person, 10),
      say(executionId, 'ExecutionResumed', person, 20),
      say(executionId, 'ExecutionPaused', person, 100),
      say(executionId, 'ExecutionResumed', person, 0),
      say(executionId, 'ExecutionPaused', person, 100),
      say(executionId, 'ExecutionCancelled', { outcome: 'CANCELLED' }, 5),
    );
    expect(twice.phases.find(({ phase }) => phase === 'waiting for people')?.ms).toBe(25_000);
  });

  it('tells tries, stages and attempts of an action apart, and ends what waits with what it waits for', () => {
    const say = createSpeaker();
    const a = `${executionId}/a`;
    const of = (actionId: string, stage: string, tryNumber = 1, attempt = 1) => ({
      ...{ waveId: 'a', attempt, stage, tryNumber, actionId, kind: 'automation' },
    });
    const end = { cause: 'failed', message: 'no', final: false };
    const wave = { waveId: 'a', attempt: 1, definition: { ...definition('a', [], [1]), target: home } };
    const told = said(
      say(executionId, 'ExecutionStarted', started),
      say(executionId, 'WaveStarted', wave),
      say(a, 'CapacityAwaited', { waveId: 'a', attempt: 1 }),
      say(a, 'DRSJobClaimed', { waveId: 'a', attempt: 1 }, 7),
      say(a, 'ActionStarted', of('x', 'before')),
      say(a, 'ActionStarted', of('x', 'after')),
      say(a, 'ActionStarted', of('y', 'before')),
      say(a, 'ActionFailed', { ...of('y', 'before'), ...end }, 2),
      say(a, 'ActionCompleted', of('x', 'after'), 4),
      say(a, 'ActionCompleted', { ...of('x', 'before'), by: 'ann', reason: 'fine' }, 8),
      say(a, 'ActionStarted', of('x', 'before', 1, 2)),
      say(a, 'ActionCompleted', of('x', 'before', 1, 2), 3),
      say(executionId, 'WaveFailed', { ...wave, reasons: ['no'], servers: [], onFailure: 'ask' }),
      say(executionId, 'WaveSkipped', { waveId: 'a', reason: 'enough', satisfiesDependants: true }, 40),
      say(a, 'CapacityAwaited', { waveId: 'a', attempt: 1 }),
      say(a, 'WaveStopped', { waveId: 'a', attempt: 1, reason: 'enough' }, 11),
      say(executionId, 'ExecutionFailed', { outcome: 'FAILED' }, 100),
    ).waves[0]!;
    const lengths = told.spans.map(({ label, from, to, failed }) => [label, (to - from) / 1_000, failed]);
    expect(lengths).toEqual([
      ['waiting for quota', 7, false],
      ['automation x', 16, false],
      ['automation x', 7, false],
      ['automation y', 2, true],
      ['automation x', 3, false],
      ['waiting for a decision', 40, false],
      ['waiting for quota', 11, false],
    ]);
    expect(
      told.actions.map(({ stage, actionId, tries, durationMs, note }) => [
        stage,
        actionId,
        tries,
        durationMs,
        note,
      ]),
    ).toEqual([
      ['before', 'x', 2, 19_000, ''],
      ['after', 'x', 1, 7_000, ''],
      ['before', 'y', 1, 2_000, 'no'],
    ]);
    expect(told.outcome).toBe('FAILED, then SKIPPED');
    expect(told.notes).toEqual(['no', 'enough']);
  });

  it('names every problem, and where it was', () => {
    const say = createSpeaker();
    const a = `${executionId}/a`;
    const inA = { waveId: 'a', attempt: 1 };
    const problems = said(
      say(executionId, 'ExecutionStarted', started),
      say(a, 'DRSJobRefused', { ...inA, cause: 'conflict', message: 'busy' }),
      say(a, 'DRSJobStuck', { ...inA, jobId: 'drsjob-a', phase: 'CONVERSION', sinceMinutes: 61 }),
      say(executionId, 'WaveFailed', { ...inA, reasons: [], servers: [], onFailure: 'stop' }),
      say(executionId, 'TimeoutNear', { about: 'execution', endsBy: '', consequence: 'Somebody is asked.' }),
      say(executionId, 'OperatorNeeded', { about: 'execution-timed-out', why: 'too long', choices: [] }),
      say(executionId, 'OperatorNeeded', { ...inA, about: 'wave-failed', why: 'told already', choices: [] }),
      say(a, 'DRSJobCompleted', {
        ...{ ...inA, jobId: 'drsjob-a' },
        servers: [
          { sourceServerId: 's-1', name: '', launchResult: 'FAILED', phases: {} },
          { sourceServerId: 's-2', name: 'two', launchResult: 'FAILED', failure: 'no subnet', phases: {} },
          { sourceServerId: 's-3', name: 'three', launchResult: 'LAUNCHED', phases: {} },
        ],
      }),
    ).problems;
    expect(problems.map(({ where, what }) => `${where}: ${what}`)).toEqual([
      'wave a: DRS started no job (conflict): busy',
      'wave a: drsjob-a stayed in CONVERSION for 61 minutes',
      'wave a: the wave failed: no reason given',
      'execution: the time-out of the execution is near: Somebody is asked.',
      'execution: too long',
      'wave a: s-1: launch failed; two: no subnet',
    ]);
  });

  it('of a recovery that a second person approved tells who did, and counts its time from the request', () => {
    const say = createSpeaker();
    const told = said(
      say(executionId, 'ExecutionAccepted', { ...asked, requestId: 'r' }),
      say(executionId, 'ApprovalAwaited', { planId: 'shop', planVersion: 2, planHash: 'p' }),
      say(executionId, 'ExecutionApproved', { by: 'bob', reason: 'it burns', planHash: 'p' }, 1_800),
      say(executionId, 'ExecutionStarted', { ...started, rtoMinutes: 45, approvedBy: 'bob' }),
      say(executionId, 'ExecutionCompleted', { outcome: 'COMPLETED' }, 1_200),
    );
    expect(told.decisions).toMatchObject([{ by: 'bob', what: 'approved the recovery', reason: 'it burns' }]);
    expect(told.rto.achievedMinutes).toBeGreaterThan(50);
    expect(told.phases.find(({ phase }) => phase === 'waiting for people')?.ms).toBe(1_800_000);
    for (const text of [reportHtml(told), reportMarkdown(told)]) {
      expect(text).toContain('approved the recovery');
      expect(text).toContain('missed');
    }
  });

  it('of a recovery that was declined tells by whom', () => {
    const say = createSpeaker();
    const decidedBy = { decisionId: 'd', by: 'bob', reason: 'a false alarm' };
    const told = said(
      say(executionId, 'ExecutionAccepted', { ...asked, requestId: 'r' }),
      say(executionId, 'ExecutionRejected', { faults: [], decidedBy }),
    );
    expect(told.decisions).toMatchObject([{ by: 'bob', what: 'declined the recovery' }]);
  });

  it('calls a wave whose failure was accepted continued without, not skipped', () => {
    const say = createSpeaker();
    const inA = { waveId: 'a', attempt: 1, definition: { ...definition('a', [], [1]), target: home } };
    const decidedBy = { decisionId: 'd', by: 'bob', reason: 'not needed' };
    const told = said(
      say(executionId, 'ExecutionStarted', started),
      say(executionId, 'WaveStarted', inA),
      say(executionId, 'WaveFailed', { ...inA, reasons: ['no'], servers: [], onFailure: 'ask' }),
      say(executionId, 'WaveSkipped', {
        ...{ waveId: 'a', reason: 'not needed', satisfiesDependants: false, decidedBy },
      }),
    );
    expect(told.decisions.map(({ what }) => what)).toEqual(['continued without wave a']);
    expect(told.waves[0]?.outcome).toBe('FAILED, continued without it');
    expect(summaryText(told)).not.toContain('skipped');
  });

  it('calls a wave cancelled that was given up when its execution was, and lists servers as people count', () => {
    const say = createSpeaker();
    const inA = { waveId: 'a', attempt: 1 };
    const servers = [10, 2].map((n) => result(n, 'FAILED'));
    const person = { decisionId: 'd', by: 'bob', reason: 'a false alarm' };
    const told = said(
      say(executionId, 'ExecutionStarted', started),
      say(executionId, 'WaveStarted', {
        ...inA,
        definition: { ...definition('a', [], [10, 2]), target: home },
      }),
      say(executionId, 'ExecutionCancelling', person),
      say(`${executionId}/a`, 'WaveStopped', { ...inA, reason: 'the execution was cancelled' }),
      say(executionId, 'WaveFailed', {
        ...{ ...inA, policy: 'all', onFailure: 'continue', reasons: ['the execution was cancelled'] },
        servers,
      }),
    );
    expect(told.waves[0]?.outcome).toBe('CANCELLED');
    expect(told.waves[0]?.servers.map(({ name }) => name)).toEqual(['server-2', 'server-10']);
    expect(summaryText(told)).toContain('Of its waves, a was cancelled.');
  });

  it('says in Markdown what its proof is', () => {
    const say = createSpeaker();
    const told = said(say(executionId, 'ExecutionStarted', started));
    const proof = (verdict?: Partial<Verdict>) =>
      reportMarkdown({ ...told, ...(verdict && { verdict: verdict as Verdict }) })
        .split('## Proof')[1]
        ?.trim();
    expect(proof()).toBe('The record was not verified.');
    expect(proof({ sound: true, events: 9, streams: 2, discrepancies: [] })).toBe(
      'The record verifies: 9 events in 2 hash-linked streams, no discrepancies.',
    );
  });
});
