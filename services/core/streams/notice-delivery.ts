import type { Notice } from '../../../contracts/notice.ts';
import type { Delivery, Secrets } from '../ports/notifier.ts';
import {
  renderPagerDuty,
  renderSlack,
  renderSns,
  renderTeams,
  renderWebhook,
} from '../view/notice-messages.ts';
import type { Channel } from '../../../contracts/notify-rules.ts';

/** The notice in the channel's own form, with the secrets that its delivery needs. */
export const deliveryOf = async (secrets: Secrets, channel: Channel, notice: Notice): Promise<Delivery> => {
  switch (channel.kind) {
    case 'sns':
      return { by: 'sns', topicArn: channel.topicArn, ...renderSns(notice) };
    case 'slack':
      return { by: 'https', url: await secrets.read(channel.url), body: renderSlack(notice), headers: {} };
    case 'teams':
      return { by: 'https', url: await secrets.read(channel.url), body: renderTeams(notice), headers: {} };
    case 'pagerduty': {
      const body = renderPagerDuty(notice, await secrets.read(channel.routingKey));
      return { by: 'https', url: channel.endpoint, body, headers: {} };
    }
    case 'webhook': {
      const bearer = channel.bearer && (await secrets.read(channel.bearer));
      return {
        by: 'https',
        url: await secrets.read(channel.url),
        body: renderWebhook(notice),
        headers: {
          'idempotency-key': notice.eventId,
          ...(bearer && { authorization: `Bearer ${bearer}` }),
        },
      };
    }
  }
};
