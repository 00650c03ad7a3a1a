import type { BusEvent } from './event.ts';
import { parseJson } from './json.ts';
import { parseJsonPath, valueAt } from './json-path.ts';

export interface InputTransformer {
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

/** What a target asks to be given in place of the event; at most one of the three. */
export interface TargetInput {
  readonly input?: string;
  readonly inputPath?: string;
  readonly inputTransformer?: InputTransformer;
}

export interface RenderContext {
  readonly event: BusEvent;
  /** The event as compact JSON, which is what a target without input settings gets. */
  readonly eventText: string;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestedAt: string;
}

const placeholder = /<([\w.-]+)>/g;

const builtIns: Readonly<Record<string, (context: RenderContext) => unknown>> = {
  'aws.events.rule-arn': ({ ruleArn }) => ruleArn,
  'aws.events.rule-name': ({ ruleName }) => ruleName,
  'aws.events.event.ingestion-time': ({ ingestedAt }) => ingestedAt,
  'aws.events.event.json': ({ event }) => event,
  // The event without its detail, and with this one name in camel case, is what AWS itself renders.
  'aws.events.event': ({ event: { 'detail-type': detailType, ...event } }) => ({
    ...event,
    detailType,
    detail: undefined,
  }),
};

/** The first placeholder of a template that neither the map nor EventBridge defines. */
export const undefinedPlaceholder = ({ paths, template }: InputTransformer): string | undefined =>
  [...template.matchAll(placeholder)]
    .map(([, name = '']) => name)
    .find((name) => !Object.hasOwn(paths, name) && !Object.hasOwn(builtIns, name));

const resolve = (name: string, paths: Readonly<Record<string, string>>, context: RenderContext): unknown => {
  const path = Object.hasOwn(paths, name) ? parseJsonPath(paths[name] ?? '') : undefined;
  return path === undefined ? builtIns[name]?.(context) : valueAt(path, context.event);
};

/** A value inside quotes: a string as its characters, anything else as JSON without its own quotes. */
const quoted = (value: unknown, inJsonTemplate: boolean): string => {
  if (value === undefined) return '';
  if (typeof value === 'string') return JSON.stringify(value).slice(1, -1);
  const text = JSON.stringify(value);
  // In a JSON template AWS does not strip them, so an object inside quotes makes the result invalid.
  return inJsonTemplate ? text : text.replaceAll('"', '');
};

const bare = (value: unknown): string => (value === undefined ? '""' : JSON.stringify(value));

/** Whether each position of a template lies within a JSON string, asked in ascending order. */
const quoteTracker = (template: string): ((index: number) => boolean) => {
  let [at, inside] = [0, false];
  return (index) => {
    for (; at < index; at++) {
      if (template[at] === '\\' && inside) at++;
      else if (template[at] === '"') inside = !inside;
    }
    return inside;
  };
};

const isJson = (text: string): boolean => parseJson(text) !== undefined;

/** A text template may have several lines, each a JSON string of its own. */
const isDeliverable = (text: string): boolean => isJson(text) || text.split('\n').every(isJson);

const renderTemplate = (
  { paths, template }: InputTransformer,
  context: RenderContext,
): string | undefined => {
  const isInside = quoteTracker(template);
  const inJsonTemplate = /^\s*[{[]/.test(template);
  const text = template.replace(placeholder, (_match, name: string, index: number) => {
    const value = resolve(name, paths, context);
    return isInside(index) ? quoted(value, inJsonTemplate) : bare(value);
  });
  return isDeliverable(text) ? text : undefined;
};

/**
 * What a target receives ("Amazon EventBridge input transformation", user guide). Nothing when the
 * template rendered to something that is not JSON, which AWS does not deliver.
 */
export const renderInput = (target: TargetInput, context: RenderContext): string | undefined => {
  if (target.input !== undefined) return target.input;
  if (target.inputPath !== undefined) {
    const path = parseJsonPath(target.inputPath);
    const value = path === undefined ? undefined : valueAt(path, context.event);
    return value === undefined ? undefined : JSON.stringify(value);
  }
  return target.inputTransformer === undefined
    ? context.eventText
    : renderTemplate(target.inputTransformer, context);
};

/** Whether a text is a path that EventBridge can follow. */
export const isInputPath = (text: string): boolean => parseJsonPath(text) !== undefined;

/** `Input` must be JSON. */
export const isInput = isJson;
