import { ServiceError } from '../protocols/service-error.ts';
import type { AutomationDocument, DocumentParameter } from './document.ts';
import type { Parameters } from './execution.ts';

const takesList = ({ type }: DocumentParameter): boolean => /^(StringList|MapList|List<.*>)$/.test(type);

const valueFaults = (
  name: string,
  declared: DocumentParameter,
  values: readonly string[],
): readonly string[] => [
  ...(!takesList(declared) && values.length !== 1
    ? [`Parameter ${name} is of type ${declared.type} and takes exactly one value`]
    : []),
  ...(values.length < (declared.minItems ?? 0) || values.length > (declared.maxItems ?? Infinity)
    ? [`Parameter ${name} has ${values.length} values, which is fewer or more than the document allows`]
    : []),
  ...values
    .filter(({ length }) => length < (declared.minChars ?? 0) || length > (declared.maxChars ?? Infinity))
    .map((value) => `Parameter ${name} has the value ${value}, which is shorter or longer than allowed`),
  ...values
    .filter((value) => declared.allowedValues?.includes(value) === false)
    .map((value) => `Parameter ${name} has the value ${value}, which is not an allowed value`),
  ...values
    .filter(
      (value) => declared.allowedPattern !== undefined && !new RegExp(declared.allowedPattern).test(value),
    )
    .map(
      (value) => `Parameter ${name} has the value ${value}, which does not match ${declared.allowedPattern}`,
    ),
];

const faultsOf = (document: AutomationDocument, given: Parameters): readonly string[] => [
  ...Object.keys(given)
    .filter((name) => document.parameters[name] === undefined)
    .map((name) => `Parameter ${name} is not defined in the document`),
  ...Object.entries(document.parameters)
    .filter(([name, declared]) => declared.default === undefined && given[name] === undefined)
    .map(([name]) => `Parameter ${name} is required`),
  ...Object.entries(document.parameters).flatMap(([name, declared]) => {
    const values = given[name];
    return values === undefined ? [] : valueFaults(name, declared, values);
  }),
];

const defaultsOf = (document: AutomationDocument): Parameters =>
  Object.fromEntries(
    Object.entries(document.parameters).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? [value] : value]],
    ),
  );

/** The parameters of a run, defaults filled in; refuses what the document does not declare. */
export const completeParameters = (document: AutomationDocument, given: Parameters): Parameters => {
  const faults = faultsOf(document, given);
  if (faults.length > 0)
    throw new ServiceError('InvalidAutomationExecutionParametersException', `${faults.join('; ')}.`);
  return { ...defaultsOf(document), ...given };
};
