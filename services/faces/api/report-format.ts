import { parseAccept } from 'hono/utils/accept';
/** In which a report is written over HTTP. */
export const reportFormats = ['html', 'md', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** In which the evidence of a programme is. */
export const evidenceFormats = ['html', 'csv', 'json'] as const;
export type EvidenceFormat = (typeof evidenceFormats)[number];

/** RFC 9110, 12.5.1: the form that the header likes best. What takes anything gets JSON, as from every other route. */
const preferred = <Format>(
  accept: string | undefined,
  formats: Readonly<Record<string, Format>>,
): Format | undefined => {
  const taken = accept === undefined || accept.trim() === '' ? '*/*' : accept;
  const liked = parseAccept(taken).filter(({ q, type }) => q > 0 && type.toLowerCase() in formats);
  return liked[0] && formats[liked[0].type.toLowerCase()];
};

const common = {
  'text/html': 'html',
  'application/json': 'json',
  'text/*': 'html',
  '*/*': 'json',
  'application/*': 'json',
} as const;

/** The form of a report that an `Accept` header likes best; undefined when it likes none of ours. */
export const acceptedFormat = (accept: string | undefined): ReportFormat | undefined =>
  preferred<ReportFormat>(accept, { ...common, 'text/markdown': 'md' });

/** The same of evidence. */
export const acceptedEvidence = (accept: string | undefined): EvidenceFormat | undefined =>
  preferred<EvidenceFormat>(accept, { ...common, 'text/csv': 'csv' });
