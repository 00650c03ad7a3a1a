import type { Notice } from './notice.ts';
import type { Severity } from './rules.ts';

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

const lines = (notice: Notice): readonly string[] => [
  notice.title,
  '',
  notice.meaning,
  notice.next,
  ...(notice.commands.length === 0 ? [] : ['', 'You can:', ...notice.commands.map((each) => `  ${each}`)]),
  ...(notice.link === undefined ? [] : ['', notice.link]),
  '',
  `Execution ${notice.executionId}, event ${notice.eventId}, ${notice.at}`,
];

/** SNS: Publish. E-mail shows the subject, SMS the text. */
export const renderSns = (notice: Notice) => ({
  subject: cut(notice.title.replace(/[^\x20-\x7e]/g, '?'), 100),
  text: lines(notice).join('\n'),
});

/** Slack reads `&`, `<` and `>` as markup: `<!channel>` in an event must not call a whole channel. */
const escapeSlack = (text: string): string =>
  text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? char);

const slackSection = (text: string) => ({
  type: 'section',
  text: { type: 'mrkdwn', text: cut(text, 3_000) },
});

/** Slack: incoming webhooks and Block Kit: a header has at most 150 characters, a section 3,000. */
export const renderSlack = (notice: Notice) => ({
  text: escapeSlack(`${notice.title}. ${notice.meaning}`),
  blocks: [
    { type: 'header', text: { type: 'plain_text', text: cut(notice.title, 150) } },
    slackSection(escapeSlack(`${notice.meaning}\n${notice.next}`)),
    ...(notice.commands.length === 0
      ? []
      : [slackSection(`\`\`\`\n${escapeSlack(notice.commands.join('\n'))}\n\`\`\``)]),
    ...(notice.link === undefined
      ? []
      : [
          {
            type: 'actions',
            elements: [
              { type: 'button', text: { type: 'plain_text', text: 'Open the console' }, url: notice.link },
            ],
          },
        ]),
    {
      type: 'context',
      elements: [{ type: 'mrkdwn', text: escapeSlack(`${notice.executionId} · ${notice.at}`) }],
    },
  ],
});

const teamsColors: Readonly<Record<Severity, string>> = {
  info: 'Accent',
  warning: 'Warning',
  critical: 'Attention',
};

const textBlock = (text: string, more: Readonly<Record<string, unknown>> = {}) => ({
  type: 'TextBlock',
  text,
  wrap: true,
  ...more,
});

/** Microsoft Teams: a workflow's webhook takes a message with one Adaptive Card (schema 1.4). */
export const renderTeams = (notice: Notice) => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        fallbackText: notice.title,
        body: [
          textBlock(notice.title, { weight: 'Bolder', size: 'Medium', color: teamsColors[notice.severity] }),
          textBlock(notice.meaning),
          textBlock(notice.next),
          ...notice.commands.map((each) => textBlock(each, { fontType: 'Monospace', spacing: 'Small' })),
          {
            type: 'FactSet',
            facts: [
              { title: 'Execution', value: notice.executionId },
              { title: 'At', value: notice.at },
            ],
          },
        ],
        ...(notice.link !== undefined && {
          actions: [{ type: 'Action.OpenUrl', title: 'Open the console', url: notice.link }],
        }),
      },
    },
  ],
});

/** PagerDuty: Events API v2. One alert per execution, which its good end resolves. */
export const renderPagerDuty = (notice: Notice, routingKey: string) => ({
  routing_key: routingKey,
  event_action: notice.isOver ? 'resolve' : 'trigger',
  dedup_key: notice.executionId,
  payload: {
    summary: cut(`${notice.title}: ${notice.meaning}`, 1_024),
    source: `groundswell/${notice.planId || notice.executionId}`,
    severity: notice.severity,
    timestamp: notice.at,
    component: notice.planId,
    class: notice.event,
    custom_details: { meaning: notice.meaning, next: notice.next, commands: notice.commands.join('\n') },
  },
  client: 'Groundswell',
  ...(notice.link !== undefined && {
    client_url: notice.link,
    links: [{ href: notice.link, text: 'Open the console' }],
  }),
});

/** A plain webhook gets the notice as it is. */
export const renderWebhook = (notice: Notice): Notice => notice;
