import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { automationActionSchema } from '../../contracts/actions/automation.ts';
import { planJsonSchema } from '../../services/faces/cli/plan.ts';
import { knownReferences } from '../../services/core/domain/parameter-reference.ts';

const plans = new URL('../../contracts/plans/', import.meta.url);
const texts = readdirSync(plans)
  .filter((name) => name.endsWith('.yaml') && !name.endsWith('.scenario.yaml'))
  .map((name) => readFileSync(new URL(name, plans), 'utf8'));

/** Actions look alike wherever they stand, and so do points in time; the keys of the last three are anybody's. */
const steps = new Set(['before', 'after', 'onFailureActions', 'onCancelActions', 'beforeCleanUp']);
const named = new Set(['targets', 'tags', 'parameters']);
const pathOf = (path: string, name: string): string =>
  steps.has(name) ? 'action' : name === 'pointInTime' ? name : `${path}.${name}`;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a schema lets one say: each field, and each word where the choice is between words. */
const sayable = (node: unknown, path: string): readonly string[] => {
  if (Array.isArray(node)) return node.flatMap((each) => sayable(each, path));
  if (!isObject(node)) return [];
  const words = [node['const'], ...(Array.isArray(node['enum']) ? (node['enum'] as unknown[]) : [])];
  return [
    ...words.filter((word) => typeof word === 'string').map((word) => `${path} = ${word}`),
    ...Object.entries(isObject(node['properties']) ? node['properties'] : {}).flatMap(([name, property]) => [
      `${path}.${name}`,
      ...sayable(property, pathOf(path, name)),
    ]),
    ...['items', 'anyOf', 'oneOf', 'additionalProperties'].flatMap((key) => sayable(node[key], path)),
  ];
};

const saidIn = (value: unknown, path: string): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((each) => saidIn(each, path));
  if (typeof value === 'string' || typeof value === 'boolean') return [`${path} = ${value}`];
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    const members = named.has(name) && isObject(each) ? Object.values(each) : [each];
    return [`${path}.${name}`, ...members.flatMap((member) => saidIn(member, pathOf(path, name)))];
  });
};

it('each thing that a plan can say is said by a sample plan', () => {
  const said = new Set(texts.flatMap((text) => saidIn(parse(text), 'plan')));
  expect([...new Set(sayable(planJsonSchema(), 'plan'))].filter((each) => !said.has(each))).toEqual([]);
  for (const flag of ['plan.recoveryNeedsApproval', 'plan.waves.pauseBefore', 'action.optional'])
    expect(said).toContain(`${flag} = true`);
});

it('each reference that an action can make is made by a sample plan, and described', () => {
  const { description = '' } = automationActionSchema.shape.parameters;
  for (const name of knownReferences) {
    expect(texts.join('\n')).toContain(`\${${name.replace('KEY', 'Tier')}}`);
    expect(description).toContain(`\${${name}}`);
  }
});
