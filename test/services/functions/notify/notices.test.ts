import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { noticeSchema } from '../../../../contracts/notice.ts';
import { parseDomainEvent } from '../../../../services/core/streams/domain-event.ts';
import { commandOptionsOf, noticeOf } from '../../../../services/functions/notify/notice.ts';
import {
  renderPagerDuty,
  renderSlack,
  renderSns,
  renderTeams,
} from '../../../../services/core/view/notice-messages.ts';
import { notifyRulesSchema } from '../../../../contracts/notify-rules.ts';
import {
  approval,
  canary,
  completed,
  everyChannel,
  executionId,
  needed,
  oneChannel,
  routingKey,
  receiverOfAll,
  startNotify,
  takenBy,
  wait,
} from './fixture.ts';
import { pagerDutyEvent, slackMessage, snsMessage, teamsMessage } from './vendor-schemas.ts';

const receiver = await receiverOfAll();

const ajv = new Ajv({ allErrors: true });
const faultsOf = (schema: object, body: unknown) => {
  const valid = ajv.compile(schema);
  return valid(body) ? [] : valid.errors;
};
const vendors = [
  ['slack', slackMessage],
  ['teams', teamsMessage],
  ['pager', pagerDutyEvent],
] as const;

describe('a notice', () => {
  it.each(vendors)('is what %s documents', async (channel, schema) => {
    const { notify } = await startNotify(receiver, everyChannel(receiver));
    for (const event of [needed(), approval, completed()]) await notify(event);
    expect(takenBy(receiver, channel)).toHaveLength(3);
    for (const body of takenBy(receiver, channel)) expect(faultsOf(schema, body)).toEqual([]);
    for (const { headers, method } of receiver.taken)
      expect([method, headers['content-type']]).toEqual(['POST', 'application/json']);
  });

  it('keeps within every limit that the vendors document, however much an event says', () => {
    const endless = '& <b>*é*</b> 🚒 '.repeat(2_000);
    const notice = noticeSchema.parse({
      ...{ eventId: `${executionId}@1`, event: 'OperatorNeeded', executionId, planId: 'shop' },
      ...{
        at: '2026-11-23T09:00:00.000Z',
        severity: 'critical',
        isOver: false,
        link: 'https://console.example.com/',
      },
      ...{
        title: endless,
        meaning: endless,
        next: endless,
        commands: Array.from({ length: 40 }, () => endless),
      },
    });
    expect(faultsOf(slackMessage, renderSlack(notice))).toEqual([]);
    expect(faultsOf(teamsMessage, renderTeams(notice))).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(renderTeams(notice)))).toBeLessThan(28_000);
    const event = renderPagerDuty(notice, routingKey);
    expect(faultsOf(pagerDutyEvent, event)).toEqual([]);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512_000);
    expect(faultsOf(snsMessage, renderSns(notice))).toEqual([]);
  });

  it('says what happened, what it means, what is next and what the reader can do', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver));
    await notify(approval);
    const [body] = takenBy(receiver, 'plain');
    expect(noticeSchema.parse(body)).toEqual({
      ...{ eventId: `${executionId}@2`, event: 'ActionStarted', executionId, planId: 'shop' },
      ...{ at: '2026-11-23T09:00:00.000Z', severity: 'warning', isOver: false },
      title: 'DRILL of shop: Approval needed: go-ahead of wave database',
      mode: 'DRILL',
      meaning: 'Go ahead? Only the-approver may answer.',
      next: 'The wave waits until 2026-11-23T09:00:00.000Z; without an answer, the plan decides.',
      commands: [
        `groundswell approve ${executionId} database go-ahead --reason "..."`,
        `groundswell decline ${executionId} database go-ahead --reason "..."`,
      ],
      link: `https://console.example.com/#/executions/${executionId}`,
    });
    expect(receiver.taken[0]!.headers).toMatchObject({
      authorization: `Bearer ${routingKey}`,
      'idempotency-key': `${executionId}@2`,
    });
  });

  it.each([
    ['on AWS', { AWS_REGION: 'eu-west-1' }, ' --endpoint aws --region eu-west-1'],
    ['locally', { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }, ''],
  ])('has commands that reach the deployment %s', async (_place, environment, options) => {
    const commandOptions = commandOptionsOf(environment);
    const { notify } = await startNotify(receiver, oneChannel(receiver), { commandOptions });
    await notify(completed());
    expect(takenBy(receiver, 'plain')).toMatchObject([
      { commands: [`groundswell report ${executionId}${options}`] },
    ]);
  });

  it.each(['DRILL', 'RECOVERY'] as const)('of a %s says so first, in every channel', (mode) => {
    const { detail } = needed();
    const event = parseDomainEvent('OperatorNeeded', detail) ?? expect.fail('it is no event');
    const notice =
      noticeOf(event, { planId: 'shop', mode }, { commandOptions: '' }) ?? expect.fail('no notice');
    const first = `${mode} of shop: An operator is needed`;
    expect([notice.title, notice.mode]).toEqual([first, mode]);
    expect(renderSns(notice)).toMatchObject({ subject: first, text: expect.stringMatching(`^${first}\n`) });
    expect(renderSlack(notice).blocks[0]).toMatchObject({ type: 'header', text: { text: first } });
    expect(JSON.stringify(renderTeams(notice))).toContain(first);
    expect(renderPagerDuty(notice, routingKey)).toMatchObject({
      payload: { summary: expect.stringMatching(`^${first}: `) },
    });
  });

  it('calls nobody, and leads nowhere, by what an event says', async () => {
    const { notify } = await startNotify(receiver, everyChannel(receiver));
    await notify(needed(1, '<!channel> [look](http://evil.example.com) <http://evil.example.com|here>'));
    expect(JSON.stringify(takenBy(receiver, 'slack'))).not.toMatch(/<!|<http/);
    expect(JSON.stringify(takenBy(receiver, 'teams'))).not.toContain('](');
  });

  it('resolves the alert of an execution that ends well', async () => {
    const { notify } = await startNotify(receiver, oneChannel(receiver, 'pager'));
    await notify(completed());
    expect(takenBy(receiver, 'pager')).toMatchObject([{ event_action: 'resolve', dedup_key: executionId }]);
  });

  it('is not made of the small steps in between', async () => {
    const { notify } = await startNotify(receiver, everyChannel(receiver));
    await notify(wait);
    expect(receiver.asked).toEqual([]);
  });
});

describe('a rule', () => {
  it.each([
    ['another plan', { plans: ['other'] }, 0],
    ['this plan', { plans: ['shop'] }, 1],
    ['another event', { events: ['WaveFailed'] }, 0],
    ['this event', { events: ['OperatorNeeded'] }, 1],
    ['its severity', { severity: 'critical' }, 1],
  ])('that names %s decides', async (_name, rule, count) => {
    const rules = everyChannel(receiver, { rules: [{ ...rule, channels: ['hook'] }] });
    const { notify } = await startNotify(receiver, rules);
    await notify(needed());
    expect(receiver.taken).toHaveLength(count);
  });

  it('is refused when it names a channel that is not there', () => {
    expect(notifyRulesSchema.safeParse({ rules: [{ channels: ['nobody'] }] }).error?.issues).toMatchObject([
      { path: ['rules', 0, 'channels'], message: 'there is no channel nobody' },
    ]);
  });

  it('holds references to secrets, and no secret', () => {
    const channels = { hook: { kind: 'webhook', url: `https://hooks.example.com/${canary}` } };
    expect(notifyRulesSchema.safeParse({ channels }).success).toBe(false);
  });
});
