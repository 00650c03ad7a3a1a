import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sampleScenario } from '../../../../infra/simulated-aws/drs/sample-scenario.ts';
import { drsScenario, parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import { parseTimestamp } from '../../../../infra/simulated-aws/drs/timestamp.ts';
import { createSetting } from '../../../../infra/simulated-aws/drs/world.ts';
import { DescribeJobsCommand, DescribeSourceServersCommand } from '@aws-sdk/client-drs';
import { drsFixture, place, secondMs } from './fixture.ts';

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
}

/** Paths of all fields that say nothing of themselves. */
const undescribed = (schema: JsonSchema, path = ''): readonly string[] => [
  ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    ...(field.description === undefined ? [`${path}${name}`] : []),
    ...undescribed(field, `${path}${name}.`),
  ]),
  ...(schema.items ? undescribed(schema.items, path) : []),
];

describe('a scenario', () => {
  it('may be empty', () => {
    expect(parseDrsScenario({}).quotas).toStrictEqual({
      jobsInProgress: 20,
      serversPerJob: 100,
      serversInJobs: 500,
    });
  });

  it('describes every field', () => {
    expect(undescribed(z.toJSONSchema(drsScenario, { io: 'input' }) as JsonSchema)).toStrictEqual([]);
  });

  it('refuses an unknown field and lists the fields that are valid there', () => {
    const parse = () => parseDrsScenario({ quotas: { jobs: 3 }, servers: [{ name: 'a', lag: 'P0D' }] });
    expect(parse).toThrow(
      /unknown field jobs: the fields here are jobsInProgress, serversPerJob, serversInJobs\s+→ at quotas/,
    );
    expect(parse).toThrow(
      /unknown field lag: the fields here are name, count, id, tags[^→]*→ at servers\[0\]/,
    );
  });

  it('refuses a misspelt timing', () => {
    expect(() => parseDrsScenario({ timings: { launch: 3 } })).toThrow(
      /unknown field launch: .*launchSeconds/,
    );
  });

  it('refuses two servers of one name or id, and names the first', () => {
    const [id, other] = ['s-11111111111111111', 's-22222222222222222'];
    const twice = (first: object, second: object) => () => parseDrsScenario({ servers: [first, second] });
    expect(twice({ id, name: 'a' }, { id: other, name: 'a' })).toThrow(
      'a name of its own; servers[0] has it too',
    );
    expect(twice({ name: 'a-{n}', count: 3 }, { name: 'a-2' })).toThrow(
      'a name of its own; servers[0] has it too',
    );
    expect(twice({ id, name: 'a' }, { id, name: 'b' })).toThrow('an id of its own; servers[0] has it too');
    expect(() => parseDrsScenario({ servers: [{ name: 'a', count: 2 }] })).toThrow(
      'a name with {n} where count is above 1',
    );
    expect(() => parseDrsScenario({ servers: [{ id, name: 'a-{n}', count: 2 }] })).toThrow(
      'an id only where count is 1',
    );
  });

  it('gives a named server the same id in the same place, and another one elsewhere', () => {
    const scenario = parseDrsScenario({ servers: [{ name: 'a' }] });
    const idIn = (region: string) => Object.keys(createSetting({ ...place, region }, scenario).servers)[0];
    expect(idIn('eu-west-1')).toMatch(/^s-[0-9a-f]{17}$/);
    expect(idIn('eu-west-1')).toBe(idIn('eu-west-1'));
    expect(idIn('eu-west-1')).not.toBe(idIn('us-east-1'));
  });
});

describe('the sample scenario', () => {
  it('has three tiers of two servers of the shop', async () => {
    const { client } = drsFixture(sampleScenario);
    const { items = [] } = await client.send(new DescribeSourceServersCommand({}));
    expect(items.map(({ tags }) => [tags?.['Name'], tags?.['Tier'], tags?.['Application']])).toStrictEqual([
      ['database-1', 'database', 'shop'],
      ['database-2', 'database', 'shop'],
      ['application-1', 'application', 'shop'],
      ['application-2', 'application', 'shop'],
      ['web-1', 'web', 'shop'],
      ['web-2', 'web', 'shop'],
    ]);
  });

  it('recovers them tier by tier in 300, 300 and 397 seconds, a second time as well', async () => {
    const { client, clock, drill } = drsFixture(sampleScenario);
    const { items = [] } = await client.send(new DescribeSourceServersCommand({}));
    const lengths: number[] = [];
    for (const tier of ['database', 'application', 'web', 'database']) {
      const ids = items
        .filter(({ tags }) => tags?.['Tier'] === tier)
        .map((server) => server.sourceServerID ?? '');
      await drill(...ids);
      await clock.advance(400 * secondMs);
      const { items: [job] = [] } = await client.send(new DescribeJobsCommand({}));
      const lengthMs =
        (parseTimestamp(job?.endDateTime ?? '') ?? NaN) -
        (parseTimestamp(job?.creationDateTime ?? '') ?? NaN);
      lengths.push(Math.round(lengthMs / 100) / 10);
    }
    expect(lengths).toStrictEqual([300, 300, 397, 300]);
  });
});
