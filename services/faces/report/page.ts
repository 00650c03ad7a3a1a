import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Html } from './markup.ts';
import { reportStyle } from './style.ts';

const styleHash = createHash('sha256').update(reportStyle).digest('base64');
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

/** A page that needs nothing and may do nothing: no script, no connection, one style of its own. */
export const pageHtml = (title: string, body: Html): string => {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(reportStyle)}</style>
</head>
<body><main>${body}</main></body>
</html>
`;
  if (page instanceof Promise) throw new Error('Nothing in a report is awaited');
  return page.toString();
};
