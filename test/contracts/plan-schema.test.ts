import { expect, it } from 'vitest';
import { planJsonSchema } from '../../services/faces/cli/plan.ts';

/** Every property of the schema that has neither a description nor a fixed value. */
const undescribed = (node: unknown, path: string): readonly string[] => {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    const own =
      key === 'properties' && typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, property]: [string, unknown]) =>
            typeof property === 'object' && property !== null && 'description' in property
              ? []
              : [`${path}.${name}`],
          )
        : [];
    return [...own, ...undescribed(value, key === 'properties' ? path : `${path}.${key}`)];
  });
};

it('every field of a plan has a description in its JSON Schema', () => {
  expect(undescribed(planJsonSchema(), 'plan')).toEqual([]);
});
