import type { Plan, Target } from '../../../contracts/plan.ts';
import type { PlanServer, PlanServers } from '../domain/proof.ts';
import type { RecoveryService, SourceServer } from '../ports/recovery-service.ts';
import { chosenServers, targetOf } from './freeze.ts';
import { targetKey } from './target-facts.ts';

/**
 * Reads which servers plans would recover now. Each account and Region is asked once, whatever the number of plans;
 * one that does not answer leaves the servers that its waves name by id.
 */
export const createPlanServers = (recovery: Pick<RecoveryService, 'describeSourceServers'>, home: Target) => {
  const answers = new Map<string, Promise<readonly SourceServer[] | Error>>();
  const ask = (target: Target): Promise<readonly SourceServer[] | Error> => {
    const key = targetKey(target);
    const asked =
      answers.get(key) ??
      recovery
        .describeSourceServers(target)
        .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    answers.set(key, asked);
    return asked;
  };
  return async (plan: Plan): Promise<PlanServers> => {
    const servers = new Map<string, PlanServer>();
    const unread = new Set<string>();
    for (const wave of plan.waves) {
      const target = targetOf(plan, wave, home);
      const answer = await ask(target);
      if (answer instanceof Error) unread.add(`${targetKey(target)}: ${answer.message}`);
      const shown = answer instanceof Error ? [] : answer;
      const names = new Map(shown.map(({ sourceServerId, name }) => [sourceServerId, name]));
      for (const { sourceServerId } of chosenServers(wave, shown))
        servers.set(sourceServerId, { sourceServerId, name: names.get(sourceServerId) ?? sourceServerId });
    }
    return { servers: [...servers.values()], unread: [...unread] };
  };
};
