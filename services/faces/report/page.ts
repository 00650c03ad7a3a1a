import { createHash } from 'node:crypto';
import { escapeHtml } from './markup.ts';
import { reportStyle } from './style.ts';

const styleHash = createHash('sha256').update(reportStyle).digest('base64');

/** A page that needs nothing and may do nothing: no script, no connection, one style of its own. */
export const pageHtml = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${reportStyle}</style>
</head>
<body><main>${body}</main></body>
</html>
`;
