import {
  ConflictException,
  DeleteLaunchActionCommand,
  DescribeJobsCommand,
  GetLaunchConfigurationCommand,
  ListLaunchActionsCommand,
  PutLaunchActionCommand,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  UpdateLaunchConfigurationCommand,
  ValidationException,
  type PutLaunchActionCommandInput,
} from '@aws-sdk/client-drs';
import { describe, expect, it } from 'vitest';
import { drsFixture, web1, web2 } from './fixture.ts';

const minuteMs = 60_000;
const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const actionOf = (n: number, changes: Partial<PutLaunchActionCommandInput> = {}) =>
  new PutLaunchActionCommand({
    ...{ resourceId: web1, actionId: idOf(n), actionCode: 'Check-Web', name: `check-${n}`, order: n + 1 },
    ...{ actionVersion: '$DEFAULT', active: true, optional: false, category: 'VALIDATION', description: '' },
    ...changes,
  });

const actionsOf = async ({ client }: ReturnType<typeof drsFixture>, resourceId = web1) => {
  const { items = [] } = await client.send(new ListLaunchActionsCommand({ resourceId }));
  return items.map(({ name, order, optional }) => ({ name, order, optional }));
};

describe('launch actions', () => {
  it('that were put are listed by their order, of their server only', async () => {
    const fixture = drsFixture();
    const answer = await fixture.client.send(actionOf(2, { optional: true }));
    await fixture.client.send(actionOf(1));
    expect(answer).toMatchObject({
      resourceId: web1,
      actionId: idOf(2),
      type: 'SSM_AUTOMATION',
      parameters: {},
    });
    expect(await actionsOf(fixture)).toEqual([
      { name: 'check-1', order: 2, optional: false },
      { name: 'check-2', order: 3, optional: true },
    ]);
    expect(await actionsOf(fixture, web2)).toEqual([]);
  });

  it('are listed page by page, or by their ids', async () => {
    const { client } = drsFixture();
    for (const n of [1, 2, 3]) await client.send(actionOf(n));
    const first = await client.send(new ListLaunchActionsCommand({ resourceId: web1, maxResults: 2 }));
    const nextToken = first.nextToken!;
    const second = await client.send(
      new ListLaunchActionsCommand({ resourceId: web1, maxResults: 2, nextToken }),
    );
    expect([first, second].map(({ items = [] }) => items.map(({ name }) => name))).toEqual([
      ['check-1', 'check-2'],
      ['check-3'],
    ]);
    const filters = { actionIds: [idOf(3)] };
    const { items } = await client.send(new ListLaunchActionsCommand({ resourceId: web1, filters }));
    expect(items?.map(({ name }) => name)).toEqual(['check-3']);
  });

  it('replace one with the same id, and refuse another with the same order', async () => {
    const fixture = drsFixture();
    await fixture.client.send(actionOf(1));
    await fixture.client.send(actionOf(1, { name: 'renamed' }));
    expect(await actionsOf(fixture)).toEqual([{ name: 'renamed', order: 2, optional: false }]);
    await expect(fixture.client.send(actionOf(2, { order: 2 }))).rejects.toBeInstanceOf(ConflictException);
    expect(await actionsOf(fixture)).toHaveLength(1);
  });

  it('are gone once they are deleted, and cannot be deleted twice', async () => {
    const fixture = drsFixture();
    await fixture.client.send(actionOf(1));
    const remove = () =>
      fixture.client.send(new DeleteLaunchActionCommand({ resourceId: web1, actionId: idOf(1) }));
    await remove();
    expect(await actionsOf(fixture)).toEqual([]);
    await expect(remove()).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it('of a server that does not exist are refused by every call', async () => {
    const { client } = drsFixture();
    const resourceId = 's-99999999999999999';
    const calls = [
      client.send(actionOf(1, { resourceId })),
      client.send(new ListLaunchActionsCommand({ resourceId })),
      client.send(new DeleteLaunchActionCommand({ resourceId, actionId: idOf(1) })),
    ];
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it.each([
    ['order', { order: 1 }],
    ['order', { order: 10_001 }],
    ['actionId', { actionId: 'check' }],
    ['actionVersion', { actionVersion: 'newest' }],
    ['resourceId', { resourceId: 'web-1' }],
  ])('with a wrong %s are refused: %j', async (field, changes) => {
    const { client } = drsFixture();
    const refused = await client.send(actionOf(1, changes)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ValidationException);
    expect(JSON.stringify(refused)).toContain(field);
  });

  it('are 200 of a server at most', async () => {
    const { client } = drsFixture();
    for (let n = 1; n <= 200; n++) await client.send(actionOf(n));
    await expect(client.send(actionOf(201))).rejects.toBeInstanceOf(ServiceQuotaExceededException);
    await client.send(actionOf(200, { name: 'renamed' }));
  });

  it('run after the next launch where the launch configuration has them on', async () => {
    const { client, clock, drill } = drsFixture();
    await client.send(actionOf(1));
    await client.send(actionOf(2, { active: false }));
    const runs = async () => {
      const { jobID } = await drill(web1);
      await clock.advance(60 * minuteMs);
      const { items = [] } = await client.send(new DescribeJobsCommand({ filters: { jobIDs: [jobID] } }));
      const { launchActionsStatus } = items[0]?.participatingServers?.[0] ?? {};
      return launchActionsStatus?.runs?.map(({ action, status }) => `${action?.name} ${status}`);
    };
    const { postLaunchEnabled } = await client.send(
      new GetLaunchConfigurationCommand({ sourceServerID: web1 }),
    );
    expect(postLaunchEnabled).toBe(false);
    expect((await runs()) ?? []).toEqual([]);
    await client.send(
      new UpdateLaunchConfigurationCommand({ sourceServerID: web1, postLaunchEnabled: true }),
    );
    expect(await runs()).toEqual(['check-1 SUCCEEDED']);
  });
});
