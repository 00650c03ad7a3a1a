import type { Notice, Severity } from '../../../contracts/notice.ts';

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/** Longer texts help nobody, and every channel has a limit somewhere. */
const detailMax = 10_000;
const commandsMax = 12;

const commandsOf = ({ commands }: Notice): readonly string[] =>
  commands.slice(0, commandsMax).map((each) => cut(each, 300));

/** The execution that it is about, where there is one. */
const placeOf = ({ executionId, eventId }: Notice): string => executionId ?? eventId;

const lines = (notice: Notice): readonly string[] => [
  cut(notice.title, 300),
  '',
  cut(notice.meaning, detailMax),
  cut(notice.next, detailMax),
  ...(notice.commands.length === 0 ? [] : ['', 'You can:', ...commandsOf(notice).map((each) => `  ${each}`)]),
  ...(notice.link === undefined ? [] : ['', notice.link]),
  '',
  `${notice.executionId === undefined ? 'Event' : `Execution ${notice.executionId}, event`} ${notice.eventId}, ${notice.at}`,
];

/** SNS API reference, "Publish": a subject is ASCII without line breaks, of less than 100 characters. E-mail shows it, SMS the text. */
export const renderSns = (notice: Notice) => ({
  subject: cut(notice.title, 99)
    .replace(/…$/, '~')
    .replace(/[^\x20-\x7e]/g, '?'),
  text: lines(notice).join('\n'),
});

/** Slack reads `&`, `<` and `>` as markup: `<!channel>` in an event must not call a whole channel. */
const escapeSlack = (text: string): string =>
  text.replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char] ?? char);

/** The longest beginning that fits once it is escaped: a cut through an escape, or through a fence, would show. */
const fitSlack = (text: string, length: number): string => {
  const escaped = escapeSlack(cut(text, length));
  return escaped.length <= length
    ? escaped
    : fitSlack(cut(text, Math.floor(Math.min(text.length, length) * 0.8)), length);
};

const slackSection = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

/** Slack, "Reference: blocks": a header has at most 150 characters, a section 3,000, a URL 3,000. */
export const renderSlack = (notice: Notice) => ({
  text: fitSlack(`${notice.title}. ${notice.meaning}`, 3_000),
  blocks: [
    { type: 'header', text: { type: 'plain_text', text: cut(notice.title, 150) } },
    slackSection(fitSlack(notice.meaning, 2_900)),
    slackSection(fitSlack(notice.next, 2_900)),
    ...(notice.commands.length === 0
      ? []
      : [slackSection(`\`\`\`\n${fitSlack(commandsOf(notice).join('\n'), 2_900)}\n\`\`\``)]),
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
      elements: [{ type: 'mrkdwn', text: escapeSlack(`${placeOf(notice)} · ${notice.at}`) }],
    },
  ],
});

const teamsColors: Readonly<Record<Severity, string>> = {
  info: 'Accent',
  warning: 'Warning',
  critical: 'Attention',
};

/** A card's text is Markdown: what an event says must not become a link. */
const unlinked = (text: string): string => text.replaceAll('](', '] (');

const textBlock = (text: string, more: Readonly<Record<string, unknown>> = {}) => ({
  type: 'TextBlock',
  text: unlinked(text),
  wrap: true,
  ...more,
});

/** "Limits and specifications for Microsoft Teams": a message has at most 28 KB, of which a character may take four bytes. */
const teamsTextMax = 2_000;

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
        fallbackText: cut(notice.title, 300),
        body: [
          textBlock(cut(notice.title, 300), {
            weight: 'Bolder',
            size: 'Medium',
            color: teamsColors[notice.severity],
          }),
          textBlock(cut(notice.meaning, teamsTextMax)),
          textBlock(cut(notice.next, teamsTextMax)),
          ...commandsOf(notice).map((each) => textBlock(each, { fontType: 'Monospace', spacing: 'Small' })),
          {
            type: 'FactSet',
            facts: [
              notice.executionId === undefined
                ? { title: 'Plan', value: notice.planId }
                : { title: 'Execution', value: notice.executionId },
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

/** PagerDuty: Events API v2. One alert per execution, which its good end resolves, or per lapse of a plan's proof. */
export const renderPagerDuty = (notice: Notice, routingKey: string) => ({
  routing_key: routingKey,
  event_action: notice.isOver ? 'resolve' : 'trigger',
  dedup_key: placeOf(notice),
  payload: {
    summary: cut(`${notice.title}: ${notice.meaning}`, 1_024),
    source: `groundswell/${notice.planId || placeOf(notice)}`,
    severity: notice.severity,
    timestamp: notice.at,
    ...(notice.planId !== '' && { component: notice.planId }),
    class: notice.event,
    custom_details: {
      meaning: cut(notice.meaning, detailMax),
      next: cut(notice.next, detailMax),
      commands: commandsOf(notice).join('\n'),
    },
  },
  client: 'Groundswell',
  ...(notice.link !== undefined && {
    client_url: notice.link,
    links: [{ href: notice.link, text: 'Open the console' }],
  }),
});

/** A plain webhook gets the notice as it is. */
export const renderWebhook = (notice: Notice): Notice => notice;
