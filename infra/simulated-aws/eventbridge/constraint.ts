import * as z from 'zod';
import { ServiceError } from '../protocols/service-error.ts';
import { validation } from './errors.ts';

/** Lower camel case, and list members counted from one: `Targets[0].Id` is `targets.1.member.id`. */
const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) =>
      typeof step === 'number'
        ? `${step + 1}.member`
        : String(step).charAt(0).toLowerCase() + String(step).slice(1),
    )
    .join('.');

const boundOf = (issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string => {
  const measure = issue.origin === 'number' || issue.origin === 'int' ? 'value' : 'length';
  return issue.code === 'too_small'
    ? `Member must have ${measure} greater than or equal to ${issue.minimum}`
    : `Member must have ${measure} less than or equal to ${issue.maximum}`;
};

/** The constraint in AWS's words; nothing for a value of the wrong JSON type, which AWS cannot even read. */
const constraintOf = (issue: z.core.$ZodIssue): string | undefined => {
  if (issue.code === 'too_small' || issue.code === 'too_big') return boundOf(issue);
  if (issue.code === 'invalid_format')
    return `Member must satisfy regular expression pattern: ${String(issue['pattern']).slice(2, -2)}`;
  if (issue.code === 'invalid_value')
    return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
  return undefined;
};

const valueOf = (input: unknown): string => {
  if (input === undefined) return 'null';
  return `'${typeof input === 'string' ? input : JSON.stringify(input)}'`;
};

const sentenceOf = (issue: z.core.$ZodIssue): string => {
  const constraint = issue.input === undefined ? 'Member must not be null' : constraintOf(issue);
  if (constraint === undefined)
    throw new ServiceError('SerializationException', `Value at '${pathOf(issue.path)}' has the wrong type.`);
  return `Value ${valueOf(issue.input)} at '${pathOf(issue.path)}' failed to satisfy constraint: ${constraint}`;
};

/** Parses the input of an operation, or throws what AWS answers to a value outside its service model. */
export const validated = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const sentences = result.error.issues.map(sentenceOf);
  const noun = sentences.length === 1 ? 'error' : 'errors';
  throw validation(`${sentences.length} validation ${noun} detected: ${sentences.join('; ')}`);
};

const namePattern = /^[.\-_A-Za-z0-9]+$/;

/** Members that many operations share, as the service model "events 2015-10-07" bounds them. */
export const resourceName = (max = 64): z.ZodString => z.string().min(1).max(max).regex(namePattern);
export const arnText = z.string().min(1).max(1_600);
export const description = z.string().max(512).optional();
export const patternText = z.string().max(4_096);
export const busNameOrArn = z
  .string()
  .min(1)
  .max(1_600)
  .regex(/^(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/.\-_A-Za-z0-9]+$/)
  .optional();
export const pageMembers = {
  Limit: z.int().min(1).max(100).optional(),
  NextToken: z.string().min(1).max(2_048).optional(),
};
export const tagList = z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }));
