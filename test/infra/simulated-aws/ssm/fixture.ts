import { SSMClient, StartAutomationExecutionCommand } from '@aws-sdk/client-ssm';
import type * as z from 'zod';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import { type Journal, openJournal } from '../../../../infra/simulated-aws/journal.ts';
import type { FindService } from '../../../../infra/simulated-aws/ssm/aws-api.ts';
import { createLocalSsm } from '../../../../infra/simulated-aws/ssm/local-ssm.ts';
import type { AwsEvent } from '../../../../infra/simulated-aws/ssm/notification.ts';
import { ssmScenario } from '../../../../infra/simulated-aws/ssm/scenario.ts';
import type { SsmRecord } from '../../../../infra/simulated-aws/ssm/store.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

export const startAt = Date.parse('2026-11-23T10:00:00Z');

type Scenario = z.input<typeof ssmScenario>;

/** An SSM on a clock of its own, with a client, and the events that it sends. Throttling is off unless asked for. */
export const ssmFixture = (
  scenario: Scenario = {},
  {
    journal = openJournal<SsmRecord>(undefined),
    now = startAt,
    find,
  }: { journal?: Journal<SsmRecord>; now?: number; find?: FindService } = {},
) => {
  const clock = createManualClock(now);
  const events: AwsEvent[] = [];
  const local = createLocalSsm({
    clock,
    journal,
    account: '111122223333',
    region: 'eu-west-1',
    scenario: ssmScenario.parse({ throttling: false, ...scenario }),
    random: seededRandom(7),
    emit: (event) => events.push(event),
    ...(find !== undefined && { find }),
  });
  const client = new SSMClient(clientOptions(local.service));
  const start = async (DocumentName: string, Parameters: Record<string, string[]> = {}): Promise<string> => {
    const { AutomationExecutionId } = await client.send(
      new StartAutomationExecutionCommand({ DocumentName, Parameters }),
    );
    return AutomationExecutionId ?? '';
  };
  return { clock, client, events, local, start };
};
