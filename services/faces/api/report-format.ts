import { parseAccept } from 'hono/utils/accept';
import { lockedIn, problem } from './problem.ts';
import type { Answer } from './route.ts';

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

/** Answers in the form that was asked for, or in the one that the header likes best; says which there are where it likes none. */
export const inForm = async <Format>(
  format: Format | undefined,
  offer: string,
  answer: (format: Format) => Promise<Answer>,
): Promise<Answer> => (format === undefined ? problem(406, offer) : answer(format));

/** A page is locked in: nothing that stands in it runs or loads anything. */
export const asText = (type: 'text/html' | 'text/markdown' | 'text/csv', content: string): Answer => ({
  ...{ status: 200, text: { type, content } },
  ...(type === 'text/html' && { headers: lockedIn }),
});

/** The form of a report that an `Accept` header likes best; undefined when it likes none of ours. */
export const acceptedFormat = (accept: string | undefined): ReportFormat | undefined =>
  preferred<ReportFormat>(accept, { ...common, 'text/markdown': 'md' });

/** The same of evidence. */
export const acceptedEvidence = (accept: string | undefined): EvidenceFormat | undefined =>
  preferred<EvidenceFormat>(accept, { ...common, 'text/csv': 'csv' });
