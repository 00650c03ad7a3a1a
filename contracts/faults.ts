import * as z from 'zod';
import type { Fault } from './execution-events.ts';
import { formsOf, isKindOf, memberOf, membersOf } from './schema-forms.ts';

type Path = readonly PropertyKey[];
type Schema = z.core.$ZodType;

interface Place {
  readonly schema: Schema;
  readonly input: unknown;
}

/** A path as people write it: `waves[0].servers`; the whole document is the empty path. */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');

const valueAt = (value: unknown, path: Path): unknown => path.reduce(memberOf, value);

const formsAt = (schema: Schema, path: Path): readonly Schema[] =>
  path.reduce<readonly Schema[]>(
    (found, part) => found.flatMap((form) => membersOf(form, part)),
    formsOf(schema),
  );

/** The names of the fields that an object at this place may have. */
const fieldsAt = ({ schema, input }: Place, path: Path): readonly string[] => {
  const objects = formsAt(schema, path).filter((form) => form instanceof z.ZodObject);
  const fitting = objects.filter((form) => isKindOf(form, valueAt(input, path)));
  return [...new Set(fitting.flatMap((form) => Object.keys(form.shape)))];
};

const formText = (form: Schema): string => {
  if (form instanceof z.ZodLiteral)
    return [...form.values].map((value) => JSON.stringify(value)).join(' or ');
  if (form instanceof z.ZodObject) return `{${Object.keys(form.shape).join(', ')}}`;
  return form instanceof z.ZodArray ? 'a list' : form._zod.def.type;
};

/** JSON, but for what is nested so deep that writing it would exhaust the stack. */
const jsonOf = (value: unknown): string => {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return 'nested too deep';
  }
};

const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : jsonOf(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

const list = (values: readonly unknown[]): string => values.map(String).join(', ');

/** An object of another shape, or of another kind, is not what the author meant: such a form's faults are noise. */
const isMeant = (issues: readonly z.core.$ZodIssue[]): boolean =>
  !issues.some(
    ({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
  );

const hasUnknownField = (issues: readonly z.core.$ZodIssue[]): boolean =>
  issues.some(({ code, path }) => path.length === 0 && code === 'unrecognized_keys');

const unionFaults = (place: Place, issue: z.core.$ZodIssueInvalidUnion, path: Path): readonly Fault[] => {
  const meant = issue.errors.filter(isMeant);
  const closest = meant.length > 1 ? meant.filter((issues) => !hasUnknownField(issues)) : meant;
  const [form] = closest;
  if (closest.length === 1 && form !== undefined)
    return form.flatMap((inner) => issueFaults(place, inner, [...path, ...inner.path]));
  const options =
    'options' in issue && Array.isArray(issue.options) ? `one of ${list(issue.options)}` : undefined;
  const expected = options ?? [...new Set(formsAt(place.schema, path).map(formText))].join(' or ');
  const message = `${shown(valueAt(place.input, path))} has none of the valid forms`;
  return [{ path: pathText(path), message, expected }];
};

const formatText = (message: string): string =>
  message.replace(/^Invalid string: must match pattern /, 'text that matches ');

/** An account number without quotes is a number, and may have lost its first digit. */
const typeText = (expected: string, value: unknown): string =>
  expected === 'string' && typeof value === 'number' ? `a text; quote it: "${value}"` : expected;

const issueFaults = (place: Place, issue: z.core.$ZodIssue, path: Path): readonly Fault[] => {
  const at = pathText(path);
  const value = valueAt(place.input, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const fields = fieldsAt(place, path);
      return issue.keys.map((key) => ({
        path: pathText([...path, key]),
        message: `unknown field ${key}`,
        expected: `one of ${list(fields)}`,
      }));
    }
    case 'invalid_union':
      return unionFaults(place, issue, path);
    case 'invalid_type':
      return [
        value === undefined
          ? { path: at, message: 'is missing', expected: issue.expected }
          : { path: at, message: `is ${shown(value)}`, expected: typeText(issue.expected, value) },
      ];
    case 'invalid_value':
      return [{ path: at, message: `is ${shown(value)}`, expected: `one of ${list(issue.values)}` }];
    case 'invalid_format':
    case 'custom':
      return [{ path: at, message: `${shown(value)} is not valid`, expected: formatText(issue.message) }];
    case 'invalid_key':
      return [
        {
          path: at,
          message: 'has a name that is not valid',
          expected: list(issue.issues.map((inner) => inner.message)),
        },
      ];
    case 'too_small':
    case 'too_big':
    case 'not_multiple_of':
    case 'invalid_element':
      return [{ path: at, message: issue.message }];
  }
};

/** Everything that is wrong with an input, with its place and what would be valid there. */
export const faultsOf = (schema: Schema, input: unknown, error: z.core.$ZodError): readonly Fault[] =>
  error.issues.flatMap((issue) => issueFaults({ schema, input }, issue, issue.path));
