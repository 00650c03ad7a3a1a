import type { AutomationAction } from '../../../contracts/actions/automation.ts';
import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';
import { foreseenParameters } from './parameter-reference.ts';
import type { Runbook, RunbookParameter } from './runbook.ts';

export interface RunbookQuestion {
  readonly action: AutomationAction;
  readonly wave: FrozenWave;
  readonly planId: string;
  readonly mode: Mode;
  /** The action's place in its plan. */
  readonly at: string;
}

/** StartAutomationExecution: values of a parameter, characters of a value, parameters of a start. */
const valuesMax = 50;
const charsMax = 512;
const parametersMax = 200;

const takesList = (type: string): boolean => /^(StringList|MapList|List<.*>)$/.test(type);

const isJson = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
};

/** What a value of a type looks like; a type that is not listed takes any text. */
const forms: Readonly<Record<string, { readonly is: (text: string) => boolean; readonly expected: string }>> =
  {
    Boolean: { is: (text) => /^(true|false)$/i.test(text), expected: 'true or false' },
    Integer: { is: (text) => /^-?\d+$/.test(text), expected: 'a whole number' },
    StringMap: { is: isJson, expected: 'an object in JSON' },
    MapList: { is: isJson, expected: 'an object in JSON' },
    'AWS::EC2::Instance::Id': {
      is: (text) => /^m?i-[0-9a-f]{8,17}$/.test(text),
      expected: 'an instance id such as i-0123456789abcdef0',
    },
    'AWS::IAM::Role::Arn': {
      is: (text) => /^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(text),
      expected: "a role's ARN",
    },
  };

const formOf = (type: string) => {
  const bare = /^List<(.*)>$/.exec(type)?.[1] ?? type;
  return Object.hasOwn(forms, bare) ? forms[bare] : undefined;
};

/** Patterns are Java's; one that JavaScript does not know is left to SSM. */
const matches = (pattern: string, text: string): boolean => {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return true;
  }
};

const countFaults = (
  name: string,
  { type, minItems = 0, maxItems = valuesMax }: RunbookParameter,
  count: number,
  path: string,
): readonly Fault[] => {
  if (!takesList(type))
    return count === 1
      ? []
      : [
          {
            path,
            message: `${name} is of type ${type} and would be given ${count} values`,
            expected: 'exactly one value, or a parameter of the runbook that is a list',
          },
        ];
  const most = Math.min(maxItems, valuesMax);
  if (count > most)
    return [
      {
        path,
        message:
          most === valuesMax
            ? `${name} would be given ${count} values, and SSM takes at most ${valuesMax}`
            : `${name} would be given ${count} values, and the runbook takes at most ${most}`,
        expected: `at most ${most}: smaller waves, or a runbook that is given a tag and finds its servers by it`,
      },
    ];
  return count >= minItems
    ? []
    : [{ path, message: `${name} would be given ${count} values`, expected: `at least ${minItems}` }];
};

const valueFaults = (
  name: string,
  { type, allowedValues, allowedPattern, minChars = 1, maxChars = charsMax }: RunbookParameter,
  value: string,
  path: string,
): readonly Fault[] => {
  const form = formOf(type);
  const fault = (expected: string): Fault => ({
    path,
    message: `${name} would be given "${value}"`,
    expected,
  });
  const [least, most] = [Math.max(minChars, 1), Math.min(maxChars, charsMax)];
  if (value.length < least || value.length > most) return [fault(`${least} to ${most} characters`)];
  if (allowedValues !== undefined && !allowedValues.includes(value))
    return [fault(`one of ${allowedValues.join(', ')}`)];
  if (allowedPattern !== undefined && !matches(allowedPattern, value))
    return [fault(`text that matches ${allowedPattern}`)];
  return form === undefined || form.is(value) ? [] : [fault(form.expected)];
};

const declaredNames = ({ parameters }: Runbook): string => {
  const names = Object.keys(parameters);
  return names.length === 0 ? 'no parameters, since it has none' : `one of ${names.join(', ')}`;
};

/**
 * Why SSM would refuse to start an action's runbook as its plan has it: found before anything is recovered, since
 * at the start itself the machines are up already.
 */
export const runbookFaults = (
  runbook: Runbook,
  { action, wave, planId, mode, at }: RunbookQuestion,
): readonly Fault[] => {
  const { document, parameters, assumeRole } = action;
  const servers = wave.servers.map(({ sourceServerId, name, tags = {} }) => ({ sourceServerId, name, tags }));
  const told = foreseenParameters(parameters, { mode, planId, wave, servers });
  const role = 'AutomationAssumeRole';
  const given = assumeRole === undefined ? Object.keys(told) : [...Object.keys(told), role];
  const pathOf = (name: string): string =>
    name === role && assumeRole !== undefined ? `${at}.assumeRole` : `${at}.parameters.${name}`;
  const declared = (name: string): RunbookParameter | undefined =>
    Object.hasOwn(runbook.parameters, name) ? runbook.parameters[name] : undefined;
  return [
    ...given
      .filter((name) => declared(name) === undefined)
      .map((name) => ({
        path: pathOf(name),
        message: `the runbook ${document} has no parameter ${name}`,
        expected: declaredNames(runbook),
      })),
    ...Object.entries(runbook.parameters)
      .filter(([name, { isRequired }]) => isRequired && !given.includes(name))
      .map(([name, { type }]) => ({
        path: `${at}.parameters`,
        message: `the runbook ${document} needs the parameter ${name}`,
        expected: `${name}: a list of ${takesList(type) ? 'values' : 'one value'} (${type})`,
      })),
    ...(given.length > parametersMax
      ? [
          {
            path: `${at}.parameters`,
            message: `${given.length} parameters are given`,
            expected: `at most ${parametersMax}`,
          },
        ]
      : []),
    ...Object.entries(told).flatMap(([name, values]) => {
      const parameter = declared(name);
      if (parameter === undefined) return [];
      return [
        ...countFaults(name, parameter, values.length, pathOf(name)),
        ...[...new Set(values)].flatMap((value) =>
          value === undefined ? [] : valueFaults(name, parameter, value, pathOf(name)),
        ),
      ];
    }),
  ];
};
