import { parseAccept } from 'hono/utils/accept';
/** In which a report is written over HTTP. */
export const reportFormats = ['html', 'md', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** RFC 9110, 12.5.1. What takes anything gets JSON, as from every other route. */
const formats: Readonly<Record<string, ReportFormat>> = {
  'text/html': 'html',
  'text/markdown': 'md',
  'application/json': 'json',
  'text/*': 'html',
  '*/*': 'json',
  'application/*': 'json',
};

/** The form that an `Accept` header likes best; undefined when it likes none of ours. */
export const acceptedFormat = (accept: string | undefined): ReportFormat | undefined => {
  if (accept === undefined || accept.trim() === '') return 'json';
  const liked = parseAccept(accept).filter(({ q, type }) => q > 0 && type.toLowerCase() in formats);
  return liked[0] && formats[liked[0].type.toLowerCase()];
};
