import { DescribeSourceServersCommand, StartRecoveryCommand } from '@aws-sdk/client-drs';
import { ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Runtime, startRuntime } from '../../../../infra/local/runtime.ts';
import { defaultScenario, scenarioSchema } from '../../../../infra/simulated-aws/scenario.ts';
import { clientsOf, home, other, virginia } from '../../simulated-aws/cloud/fixture.ts';

let runtime: Runtime;
beforeAll(async () => {
  const drs = { servers: [{ name: 'ledger' }] };
  const { targets } = scenarioSchema.parse({ targets: { [`${other}/${virginia}`]: { drs } } });
  runtime = await startRuntime({ speed: 100, scenario: { ...defaultScenario, targets } });
});
afterAll(() => runtime.close());

it('what DRS says in a target’s account and Region reaches the product’s bus by a rule there', async () => {
  const [hub, target] = [await clientsOf(runtime), await clientsOf(runtime, other, virginia)];
  const ear = await hub.queue('ear');
  await hub.rule('ear', { Arn: ear.arn }, { source: ['aws.drs'] }, 'groundswell');
  const { items = [] } = await target.drs.send(new DescribeSourceServersCommand({}));
  const sourceServers = items.map(({ sourceServerID }) => ({ sourceServerID }));
  await target.drs.send(new StartRecoveryCommand({ isDrill: true, sourceServers }));
  const heard = async () =>
    (await hub.received(ear.url)).map(({ Body = '' }) => {
      const { account, region } = JSON.parse(Body) as Readonly<Record<string, string>>;
      return `${account}/${region}`;
    });
  await expect.poll(heard, { timeout: 50_000 }).toContain(`${other}/${virginia}`);
});

it('the rule is one of the target’s own default bus, and home has none', async () => {
  const rulesOf = async (account: string, region?: string) => {
    const { events } = await clientsOf(runtime, account, region);
    const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix: 'groundswell-forward' }));
    return Promise.all(
      Rules.map(async ({ Name: Rule }) => {
        const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule }));
        return Targets.map(({ Arn }) => Arn);
      }),
    );
  };
  expect(await rulesOf(other, virginia)).toEqual([[(await clientsOf(runtime)).busArn('groundswell')]]);
  expect(await rulesOf(home)).toEqual([]);
});
