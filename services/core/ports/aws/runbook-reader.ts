import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Target } from '../../../../contracts/plan.ts';
import type { RunbookReader, RunbookReading } from '../runbook-reader.ts';
import { type Access, createSignedCall, type SignedCall, SignedCallError } from './signed-call.ts';

export interface RunbookReaderDeps {
  readonly access: (target: Target) => Promise<Access>;
  readonly call?: SignedCall;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const bound = z.coerce.number().optional().catch(undefined);

const parameterSchema = z
  .object({
    type: z.string(),
    default: z.unknown().optional(),
    allowedValues: z.array(scalar).optional().catch(undefined),
    allowedPattern: z.string().optional().catch(undefined),
    minItems: bound,
    maxItems: bound,
    minChars: bound,
    maxChars: bound,
  })
  .transform(({ default: value, ...rest }) => ({ ...rest, isRequired: value === undefined }));

const contentSchema = z.object({ parameters: z.record(z.string(), parameterSchema).default({}) });

const answerSchema = z.object({
  Content: z.string(),
  DocumentType: z.string().default('Automation'),
  Status: z.string().default('Active'),
});

/** SSM: GetDocument, whose content is JSON also where a runbook was written in YAML. */
const readingOf = (document: string, answer: string): RunbookReading => {
  try {
    const { Content, DocumentType, Status } = answerSchema.parse(JSON.parse(answer));
    if (DocumentType !== 'Automation')
      return { status: 'missing', message: `${document} is of type ${DocumentType}, not a runbook` };
    if (Status !== 'Active' && Status !== 'Updating')
      return { status: 'missing', message: `${document} is ${Status}` };
    return { status: 'found', runbook: contentSchema.parse(JSON.parse(Content)) };
  } catch {
    return { status: 'unknown', message: `what ${document} declares cannot be read from its content` };
  }
};

const missing = new Set(['InvalidDocument', 'InvalidDocumentVersion']);

const failureOf = (error: unknown): RunbookReading => {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  return missing.has(name)
    ? { status: 'missing', message: `SSM answers ${name}` }
    : { status: 'unknown', message: `${name}: ${message}` };
};

const triesMax = 3;
const pauseMs = 300;

/** A call that failed on the way, or that SSM was too busy for. */
const mayPass = (error: unknown): boolean =>
  error instanceof SignedCallError
    ? error.$metadata.httpStatusCode >= 500 || /Throttl|TooManyRequests/.test(error.name)
    : error instanceof TypeError;

/** SSM's client would add 45 KB to each handler that checks plans: one signed call does. */
export const createAwsRunbookReader = ({
  access,
  call = createSignedCall(),
}: RunbookReaderDeps): RunbookReader => ({
  async read(target, document, documentVersion) {
    const body = JSON.stringify({
      Name: document,
      DocumentFormat: 'JSON',
      ...(documentVersion !== undefined && { DocumentVersion: documentVersion }),
    });
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetDocument',
    };
    for (let tryNumber = 1; ; tryNumber++)
      try {
        const request = { ...(await access(target)), service: 'ssm', headers, body };
        return readingOf(document, await call(request));
      } catch (error) {
        if (tryNumber === triesMax || !mayPass(error)) return failureOf(error);
        await sleep(tryNumber * pauseMs);
      }
  },
});
