import { isRecord } from '../access.ts';
import { type Names, namesOf } from './names.ts';
import { type StackPlace, type Template, TemplateError } from './place.ts';

/** Gives values of a template as CloudFormation would deploy them. Throws a TemplateError. */
export type Resolve = (value: unknown) => unknown;

type Intrinsic = (argument: unknown) => unknown;

const asList = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [value];

const noValue = Symbol('AWS::NoValue');

const pseudoParameters = (place: StackPlace): Readonly<Record<string, unknown>> => ({
  'AWS::AccountId': place.account,
  'AWS::Region': place.region,
  'AWS::Partition': place.partition,
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': place.stackName,
  'AWS::StackId': `arn:${place.partition}:cloudformation:${place.region}:${place.account}:stack/${place.stackName}/0`,
  'AWS::NoValue': noValue,
  'AWS::NotificationARNs': [],
});

const createReferences = (template: Template, place: StackPlace, resolve: Resolve) => {
  const known = new Map<string, Names>();
  const pseudo = pseudoParameters(place);
  const fail = (message: string): never => {
    throw new TemplateError(place.stackName, message);
  };
  const named = (logicalId: string): Names => {
    const found = known.get(logicalId);
    if (found !== undefined) return found;
    const resource = template.Resources[logicalId] ?? fail(`there is no resource ${logicalId}`);
    const text = (name: string): string | undefined => {
      const value = resolve(resource.Properties[name]);
      return typeof value === 'string' ? value : undefined;
    };
    const names = namesOf({ ...resource, logicalId, text }, place);
    known.set(logicalId, names);
    return names;
  };
  const ref = (name: string): unknown => {
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    const parameter = template.Parameters[name];
    return parameter === undefined ? named(name).ref : (parameter.Default ?? `parameter ${name}`);
  };
  const attribute = (logicalId: string, name: string): string =>
    // What is not known here is of no weight in a permission; it must only not be mistaken for something else.
    named(logicalId).attributes[name] ?? `unknown-${logicalId}.${name}`;
  return { ref, attribute };
};

const substitute = (
  argument: unknown,
  resolve: Resolve,
  { ref, attribute }: ReturnType<typeof createReferences>,
): string => {
  const [text, own] = Array.isArray(argument) ? (argument as readonly unknown[]) : [argument, {}];
  const variables = isRecord(own) ? own : {};
  return String(text).replace(/\$\{(!?)([^}]+)\}/g, (whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return String(resolve(variables[name]));
    const [logicalId = '', ...rest] = name.split('.');
    if (rest.length > 0) return attribute(logicalId, rest.join('.'));
    return String(ref(name)) || whole;
  });
};

/** The intrinsic functions of one stack. What another stack or Region says is told by a name of its own. */
export const createResolve = (template: Template, place: StackPlace): Resolve => {
  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve).filter((each) => each !== noValue);
    if (!isRecord(value)) return value;
    const [[name, argument] = ['', undefined], ...others] = Object.entries(value);
    const intrinsic = others.length === 0 && Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
    if (intrinsic !== undefined) return intrinsic(argument);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, each]) => [key, resolve(each)] as const)
        .filter(([, each]) => each !== noValue),
    );
  };
  const references = createReferences(template, place, resolve);
  const isTrue = (condition: unknown): boolean => {
    const named = typeof condition === 'string' ? template.Conditions[condition] : condition;
    return resolve(named) === true;
  };
  const foreign =
    (kind: string): Intrinsic =>
    (argument) =>
      `${kind}-${JSON.stringify(resolve(argument))}`;
  const intrinsics: Readonly<Record<string, Intrinsic>> = {
    Ref: (argument) => references.ref(String(argument)),
    'Fn::GetAtt': (argument) => {
      const [logicalId = '', ...name] = (
        typeof argument === 'string' ? argument.split('.') : asList(argument)
      ).map(String);
      return references.attribute(logicalId, name.join('.'));
    },
    'Fn::Sub': (argument) => substitute(argument, resolve, references),
    'Fn::Join': (argument) => {
      const [separator, parts] = asList(argument);
      return asList(resolve(parts)).map(String).join(String(separator));
    },
    'Fn::Select': (argument) => {
      const [at, list] = asList(argument);
      return asList(resolve(list))[Number(resolve(at))];
    },
    'Fn::Split': (argument) => {
      const [separator, text] = asList(argument);
      return String(resolve(text)).split(String(separator));
    },
    'Fn::If': (argument) => {
      const [condition, yes, no] = asList(argument);
      return resolve(isTrue(condition) ? yes : no);
    },
    'Fn::Equals': (argument) => {
      const [one, other] = asList(resolve(argument));
      return one === other;
    },
    'Fn::Not': (argument) => !isTrue(asList(argument)[0]),
    'Fn::And': (argument) => asList(argument).every(isTrue),
    'Fn::Or': (argument) => asList(argument).some(isTrue),
    Condition: (argument) =>
      typeof argument === 'string' ? isTrue(argument) : { Condition: resolve(argument) },
    'Fn::ImportValue': foreign('import'),
    'Fn::GetStackOutput': foreign('output'),
    'Fn::FindInMap': foreign('map'),
    'Fn::GetAZs': foreign('zones'),
    'Fn::Base64': (argument) => Buffer.from(String(resolve(argument))).toString('base64'),
    'Fn::ToJsonString': (argument) => JSON.stringify(resolve(argument)),
  };
  return resolve;
};
