import * as z from 'zod';
import { type FormTree, listOf } from '../protocols/form.ts';
import { parseInput } from '../protocols/operation.ts';
import { ServiceError } from '../protocols/service-error.ts';
import type { ContextValues } from './request-context.ts';

/** IAM's error of an input that says nothing. */
export const invalid = (message: string): ServiceError => new ServiceError('InvalidInput', message);

/** What the simulator of AWS takes beside these, for users and for policies of resources. */
const notSimulated = ['ResourcePolicy', 'ResourceOwner', 'CallerArn', 'ResourceHandlingOption'] as const;

const types = ['string', 'numeric', 'boolean', 'ip', 'binary', 'date'] as const;

const texts = (shortest: number, longest: number) => z.array(z.string().min(shortest).max(longest));

const input = z.object({
  PolicySourceArn: z.string().min(20).max(2_048),
  ActionNames: texts(3, 128).min(1),
  ResourceArns: texts(1, 2_048),
  PolicyInputList: texts(1, 131_072),
  PermissionsBoundaryPolicyInputList: texts(1, 131_072),
  ContextEntries: z.array(
    z.object({
      ContextKeyName: z.string().min(5).max(256),
      ContextKeyValues: z.array(z.string()),
      ContextKeyType: z.enum([...types, ...types.map((type) => `${type}List` as const)]),
    }),
  ),
  MaxItems: z.coerce.number().int().min(1).max(1_000).default(100),
  Marker: z.string().min(1).max(320).optional(),
});
export type SimulationInput = z.output<typeof input>;

/** The form with its lists as lists. */
const read = (form: FormTree): SimulationInput => {
  const list = (name: string) => listOf(form[name], 'member');
  return parseInput(input, {
    ...form,
    ...Object.fromEntries(
      ['ActionNames', 'ResourceArns', 'PolicyInputList', 'PermissionsBoundaryPolicyInputList'].map((name) => [
        name,
        list(name),
      ]),
    ),
    ContextEntries: list('ContextEntries').map((entry) =>
      typeof entry === 'string'
        ? entry
        : { ...entry, ContextKeyValues: listOf(entry['ContextKeyValues'], 'member') },
    ),
  });
};

const isOfType: Readonly<Record<(typeof types)[number], (value: string) => boolean>> = {
  string: () => true,
  binary: (value) => Buffer.from(value, 'base64').toString('base64') === value,
  boolean: (value) => value === 'true' || value === 'false',
  date: (value) => !Number.isNaN(Date.parse(value)) || /^\d+$/.test(value),
  ip: (value) => /^[\d.]+(?:\/\d+)?$|^[\da-f:]+(?:\/\d+)?$/i.test(value),
  numeric: (value) => value !== '' && !Number.isNaN(Number(value)),
};

/** The condition keys of a simulated request. */
export const contextIn = ({ ContextEntries }: SimulationInput): ContextValues =>
  Object.fromEntries(
    ContextEntries.map(({ ContextKeyName, ContextKeyValues, ContextKeyType }) => {
      const type = types.find((each) => ContextKeyType.replace(/List$/, '') === each) ?? 'string';
      if (!ContextKeyType.endsWith('List') && ContextKeyValues.length !== 1)
        throw invalid(`The context key ${ContextKeyName} of type ${ContextKeyType} has exactly one value.`);
      const wrong = ContextKeyValues.find((value) => !isOfType[type](value));
      if (wrong !== undefined)
        throw invalid(`The value ${wrong} of the context key ${ContextKeyName} is not of type ${type}.`);
      return [ContextKeyName, ContextKeyValues];
    }),
  );

const checkNames = ({ ActionNames, ResourceArns }: SimulationInput): void => {
  const action = ActionNames.find((name) => !/^[a-z\d-]+:\w+$/i.test(name));
  if (action !== undefined) throw invalid(`ActionNames are not in a valid format: ${action}.`);
  const resource = ResourceArns.find((name) => name !== '*' && !/^arn:(?:[^:]*:){4}.+$/.test(name));
  if (resource !== undefined) throw invalid(`ResourceNames are not in a valid ARN format: ${resource}.`);
};

/** Reads what a simulation is asked; throws the ServiceError of what it does not take. */
export const readSimulation = (form: FormTree): SimulationInput => {
  const asked = read(form);
  const unknown = notSimulated.find((name) => form[name] !== undefined);
  if (unknown !== undefined) throw invalid(`${unknown} is not simulated.`);
  checkNames(asked);
  return asked;
};
