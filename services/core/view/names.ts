import type { ServerView } from './execution-view.ts';

/** A text of DRS or of an event, in which servers are called by the names that people know. */
export const withNames = (text: string, servers: readonly ServerView[]): string =>
  servers.reduce(
    (said, { sourceServerId, name }) =>
      name === sourceServerId ? said : said.replaceAll(sourceServerId, `${name} (${sourceServerId})`),
    text,
  );
