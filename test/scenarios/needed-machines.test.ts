import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteRecoveryInstanceCommand,
  DescribeRecoveryInstancesCommand,
  DescribeSourceServersCommand,
  DisconnectRecoveryInstanceCommand,
  DrsClient,
  ReverseReplicationCommand,
} from '@aws-sdk/client-drs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import { createSignedCall } from '../../services/core/ports/aws/signed-call.ts';
import {
  type OperatedRuntime,
  operateRuntime,
  patienceMs,
  type WrittenPlan,
} from '../support/operated-runtime.ts';
import { runCommand } from '../support/terminal.ts';

const home = { account: '111122223333', region: 'eu-west-1' };
const standby = 'i-000000000000000aa';
const shared = 'i-000000000000000bb';
const origin = { ...home, availabilityZone: 'eu-west-1a' };
const server = (name: string, more: object = {}) => ({
  ...{ name, tags: { Tier: name }, windowSeconds: 60, ...more },
});
const scenario = scenarioSchema.parse({
  drs: {
    servers: [
      server('stays'),
      server('standby', { launchIntoInstance: standby, copyTags: false }),
      server('shares-1', { launchIntoInstance: shared, copyTags: false }),
      server('shares-2', { launchIntoInstance: shared, copyTags: false }),
      server('pair', { origin }),
      server('kept'),
    ],
  },
  ec2: {
    instances: [
      { id: standby, tags: { AWSDRS: 'AllowLaunchingIntoThisInstance' } },
      { id: shared, state: 'running' },
    ],
  },
});

let operated: OperatedRuntime;
let drs: DrsClient;
const ids = new Map<string, string>();
const credentials = { accessKeyId: accessKeyFor(home.account, () => 0), secretAccessKey: 'local' };

beforeAll(async () => {
  operated = await operateRuntime({ speed: 300, scenario });
  drs = new DrsClient({ endpoint: operated.runtime.endpoint, region: home.region, credentials });
  const { items = [] } = await drs.send(new DescribeSourceServersCommand({ filters: {} }));
  for (const { tags, sourceServerID } of items) ids.set(tags?.['Name'] ?? '', sourceServerID ?? '');
}, patienceMs);
afterAll(() => operated.close());

const idOf = (name: string): string => ids.get(name) ?? expect.fail(`there is no ${name}`);
/** As people read it: the name, and the id beside it. */
const named = (name: string): string => `${name} (${idOf(name)})`;
const planOf = (planId: string, names: readonly string[], more: object = {}) => ({
  planId,
  waves: names.map((name) => ({
    ...{ waveId: name, servers: [{ sourceServerId: idOf(name) }], ...more },
  })),
});

/** A command line that may fail, with what it prints. */
const run = async (...args: string[]): Promise<{ readonly code: number; readonly out: string }> => {
  const { code, text } = await runCommand(...args, '--endpoint', operated.runtime.endpoint);
  return { code, out: text };
};
const request = (planId: string, requestId: string, ...more: string[]): Promise<string> =>
  operated.groundswell('request', planId, '--request-id', requestId, ...more);

const instanceOf = async (name: string): Promise<string> => {
  const filters = { sourceServerIDs: [idOf(name)] };
  const { items = [] } = await drs.send(new DescribeRecoveryInstancesCommand({ filters }));
  const live = items.find(({ ec2InstanceState }) => ec2InstanceState === 'RUNNING');
  return live?.recoveryInstanceID ?? expect.fail(`nothing runs of ${name}`);
};
const ec2 = (fields: Readonly<Record<string, string>>): Promise<string> =>
  createSignedCall(operated.runtime.endpoint)({
    ...{ region: home.region, credentials, service: 'ec2' },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Version: '2016-11-15', ...fields }).toString(),
  });
const shown = (instanceId: string) => ec2({ Action: 'DescribeInstances', 'InstanceId.1': instanceId });

/** Stores a plan. */
const store = async (plan: WrittenPlan): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'plan-'));
  const file = join(folder, 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  await operated.groundswell('plan', 'put', file);
  rmSync(folder, { recursive: true });
};

describe('a machine that people need', () => {
  let kept: string;
  let stays: string;
  let pair: string;
  beforeAll(async () => {
    const drilled = await operated.drill(planOf('kept', ['kept']));
    await store(planOf('both', ['stays', 'pair']));
    const sure = ['--confirm', 'both', '--reason', 'the Region is down'];
    const recovered = await request('both', 'recovery-of-both', '--mode', 'recovery', ...sure);
    await operated.said(drilled, 'ExecutionCompleted');
    await operated.said(recovered, 'ExecutionCompleted');
    [kept, stays, pair] = [await instanceOf('kept'), await instanceOf('stays'), await instanceOf('pair')];
    await drs.send(new DisconnectRecoveryInstanceCommand({ recoveryInstanceID: stays }));
    await drs.send(new DeleteRecoveryInstanceCommand({ recoveryInstanceID: stays }));
    const { reversedDirectionSourceServerArn = '' } = await drs.send(
      new ReverseReplicationCommand({ recoveryInstanceID: pair }),
    );
    ids.set('reversed', reversedDirectionSourceServerArn.split('/').at(-1) ?? '');
    await ec2({
      ...{ Action: 'ModifyInstanceAttribute', InstanceId: kept },
      'DisableApiTermination.Value': 'true',
    });
  }, patienceMs);

  it(
    'is named with all others by one check, with what to do',
    async () => {
      const names = ['stays', 'standby', 'shares-1', 'shares-2', 'pair', 'kept', 'reversed'];
      await store(planOf('all', names));
      const { code, out } = await run('check', 'all');
      expect(code).toBe(1);
      for (const text of [
        `runs as ${stays} since a real recovery, and DRS has no record of it any more`,
        `allow it by name: ${stays}`,
        `would overwrite ${standby}, into which it is launched; allow it in the wave's drillsInto`,
        `${named('shares-1')} is launched into ${shared}: it is RUNNING; stop it`,
        `it lacks the tag AWSDRS=AllowLaunchingIntoThisInstance`,
        `so is ${named('shares-2')}; give each a machine of its own`,
        `runs as ${pair} since a real recovery`,
        `${kept} of ${named('kept')} is protected against termination`,
        `pair (${idOf('reversed')}) replicates back (FAILBACK)`,
      ])
        expect(out).toContain(text);
      expect(out).toMatch(
        new RegExp(`${stays} +ended +stays .* of a real recovery .*DRS record was deleted`),
      );
      expect(out).toMatch(new RegExp(`${kept} +ended +kept .* of a drill +RUNNING since .*termination`));
      expect(out).toMatch(new RegExp(`${pair} +ended +pair .*failing back`));
      expect(out).toMatch(new RegExp(`${standby} +overwritten +standby .*an existing machine`));
    },
    patienceMs,
  );

  it(
    'is kept from a drill although DRS has no record of it, until somebody names it',
    async () => {
      const refused = await operated.drill(planOf('stay', ['stays']));
      const { faults } = await operated.said(refused, 'ExecutionRejected');
      expect(faults).toMatchObject([{ message: expect.stringContaining(stays) }]);
      expect(await shown(stays)).toContain('<name>running</name>');
      const allowed = await request('stay', 'named', '--mode', 'drill', '--allow-replacing', stays);
      const { allowReplacing } = await operated.said(allowed, 'ExecutionStarted');
      expect(allowReplacing).toEqual([stays]);
      await operated.said(allowed, 'ExecutionCompleted');
      // The harm that the refusal prevents.
      expect(await shown(stays)).toContain('<name>terminated</name>');
    },
    patienceMs,
  );

  it(
    'is not overwritten by a drill whose plan does not name it',
    async () => {
      const volume = `<volumeId>vol-${standby.slice(2)}</volumeId>`;
      const refused = await operated.drill(planOf('into', ['standby']));
      const { faults } = await operated.said(refused, 'ExecutionRejected');
      expect(faults).toMatchObject([{ message: expect.stringContaining(`would overwrite ${standby}`) }]);
      expect(await shown(standby)).toContain(volume);
      const allowed = await operated.drill(planOf('into-by-name', ['standby'], { drillsInto: [standby] }));
      await operated.said(allowed, 'ExecutionCompleted');
      // The harm that the refusal prevents.
      expect(await shown(standby)).not.toContain(volume);
    },
    patienceMs,
  );

  it(
    'is not taken for a server to drill because its tags are the same',
    async () => {
      await store({
        planId: 'by-tag',
        waves: [{ waveId: 'pair', servers: { tags: { Tier: 'pair' }, minimum: 2 } }],
      });
      expect((await run('check', 'by-tag')).out).toContain('1 source server carries these tags');
      await store({
        planId: 'one-by-tag',
        waves: [{ waveId: 'pair', servers: { tags: { Tier: 'pair' }, minimum: 1 } }],
      });
      const options = ['--mode', 'drill', '--allow-drill-over-recovery'];
      const tagged = await request('one-by-tag', 'one-by-tag', ...options);
      const { servers } = await operated.said(tagged, 'DRSJobClaimed');
      expect(servers).toEqual([idOf('pair')]);
      await operated.said(tagged, 'ExecutionCompleted');
      const reversed = await operated.drill(planOf('by-id', ['reversed']));
      const { faults } = await operated.said(reversed, 'ExecutionRejected');
      const message = expect.stringContaining(`pair (${idOf('reversed')}) replicates back (FAILBACK)`);
      // The standby may have no recovery point yet, which the faults say too.
      expect(faults).toContainEqual(expect.objectContaining({ message }));
    },
    patienceMs,
  );
});
