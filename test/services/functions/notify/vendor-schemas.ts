/** The parts that we send of what the vendors document, closed so that a misspelt member fails. */
const closed = (required: readonly string[], properties: object) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const plain = (maxLength: number) =>
  closed(['type', 'text'], { type: { const: 'plain_text' }, text: text(maxLength) });
const markdown = closed(['type', 'text'], { type: { const: 'mrkdwn' }, text: text(3_000) });

/**
 * Slack: "Sending messages using incoming webhooks"; "Reference: blocks": 50 blocks, a header of 150 characters,
 * a section of 3,000, 25 elements of actions, 10 of a context; "Block elements": a button of 75 characters with
 * a URL of 3,000.
 */
export const slackMessage = closed(['text', 'blocks'], {
  text: text(40_000),
  blocks: {
    type: 'array',
    maxItems: 50,
    items: {
      oneOf: [
        closed(['type', 'text'], { type: { const: 'header' }, text: plain(150) }),
        closed(['type', 'text'], { type: { const: 'section' }, text: markdown }),
        closed(['type', 'elements'], {
          type: { const: 'actions' },
          elements: {
            type: 'array',
            maxItems: 25,
            items: closed(['type', 'text', 'url'], {
              type: { const: 'button' },
              text: plain(75),
              url: text(3_000),
            }),
          },
        }),
        closed(['type', 'elements'], {
          type: { const: 'context' },
          elements: { type: 'array', maxItems: 10, items: markdown },
        }),
      ],
    },
  },
});

/**
 * Microsoft Teams, "Send messages to connectors and webhooks": a message with one card of this content type and,
 * of actions, Action.OpenUrl. Adaptive Cards, "Schema explorer", version 1.4. The 28 KB of "Create an Incoming
 * Webhook" are checked beside this.
 */
export const teamsMessage = closed(['type', 'attachments'], {
  type: { const: 'message' },
  attachments: {
    type: 'array',
    minItems: 1,
    maxItems: 1,
    items: closed(['contentType', 'content'], {
      contentType: { const: 'application/vnd.microsoft.card.adaptive' },
      contentUrl: { type: 'null' },
      content: closed(['type', 'version', 'body'], {
        $schema: { const: 'http://adaptivecards.io/schemas/adaptive-card.json' },
        type: { const: 'AdaptiveCard' },
        version: { enum: ['1.2', '1.3', '1.4'] },
        fallbackText: { type: 'string' },
        body: {
          type: 'array',
          items: {
            oneOf: [
              closed(['type', 'text'], {
                type: { const: 'TextBlock' },
                text: { type: 'string', minLength: 1 },
                wrap: { type: 'boolean' },
                weight: { enum: ['Default', 'Lighter', 'Bolder'] },
                size: { enum: ['Default', 'Small', 'Medium', 'Large', 'ExtraLarge'] },
                color: { enum: ['Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention'] },
                fontType: { enum: ['Default', 'Monospace'] },
                spacing: { enum: ['Default', 'None', 'Small', 'Medium', 'Large', 'ExtraLarge', 'Padding'] },
              }),
              closed(['type', 'facts'], {
                type: { const: 'FactSet' },
                facts: {
                  type: 'array',
                  items: closed(['title', 'value'], { title: { type: 'string' }, value: { type: 'string' } }),
                },
              }),
            ],
          },
        },
        actions: {
          type: 'array',
          items: closed(['type', 'url'], {
            type: { const: 'Action.OpenUrl' },
            title: { type: 'string' },
            url: { type: 'string', pattern: '^https?://' },
          }),
        },
      }),
    }),
  },
});

/**
 * PagerDuty: "Events API v2 Overview" (the Common Event Format, 512 KB) and "Send an alert event" (a routing key
 * of 32 characters, a summary of 1,024, a dedup_key of 255; a resolve needs the dedup_key).
 */
export const pagerDutyEvent = closed(['routing_key', 'event_action', 'payload'], {
  routing_key: { type: 'string', minLength: 32, maxLength: 32 },
  event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
  dedup_key: text(255),
  client: { type: 'string' },
  client_url: { type: 'string' },
  links: {
    type: 'array',
    items: closed(['href'], { href: { type: 'string' }, text: { type: 'string' } }),
  },
  payload: closed(['summary', 'source', 'severity'], {
    summary: text(1_024),
    source: { type: 'string', minLength: 1 },
    severity: { enum: ['critical', 'error', 'warning', 'info'] },
    timestamp: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT' },
    component: { type: 'string' },
    group: { type: 'string' },
    class: { type: 'string' },
    custom_details: { type: 'object' },
  }),
});

/** Amazon SNS API reference, "Publish": a subject of ASCII without line breaks and of less than 100 characters, 256 KB in all. */
export const snsMessage = closed(['subject', 'text'], {
  subject: { type: 'string', minLength: 1, maxLength: 99, pattern: '^[ -~]+$' },
  text: text(262_144),
});
