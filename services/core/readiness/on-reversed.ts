import { serverTags } from '../domain/launched-instances.ts';
import type { Wave } from '../domain/wave/wave.ts';
import type { RecoveryService } from '../ports/recovery-service.ts';

interface Names {
  readonly there: (id: string) => string;
  readonly here: (id: string) => string;
}

const namesOf = (reversed: Readonly<Record<string, string>>): Names => {
  const back = new Map(Object.entries(reversed).map(([id, reversedId]) => [reversedId, id]));
  return { there: (id) => reversed[id] ?? id, here: (id) => back.get(id) ?? id };
};

/**
 * DRS as a wave sees it that launches at home: the wave, its claims and its results name the servers of the plan, and
 * DRS is told of, and tells of, the reversed ones that stand for them. Of any other wave DRS as it is.
 */
export const onReversed = (
  recovery: RecoveryService,
  { definition, state }: Pick<Wave, 'definition' | 'state'>,
): RecoveryService => {
  if (definition.homeward?.phase !== 'launch') return recovery;
  const { there, here } = namesOf(state.reversed ?? {});
  const named = <T extends { readonly sourceServerId: string }>(each: T): T => ({
    ...each,
    sourceServerId: here(each.sourceServerId),
  });
  const inJob = <T extends { readonly servers: readonly { readonly sourceServerId: string }[] }>(
    job: T,
  ): T => ({
    ...job,
    servers: job.servers.map(named),
  });
  const tagged = (tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [
        key,
        serverTags.some((tag) => tag === key) ? here(value) : value,
      ]),
    );
  return {
    ...recovery,
    startRecovery: (target, request) =>
      recovery.startRecovery(target, {
        ...request,
        servers: request.servers.map((server) => ({
          ...server,
          sourceServerId: there(server.sourceServerId),
        })),
      }),
    describeJobs: async (target, ids) => (await recovery.describeJobs(target, ids)).map(inJob),
    describeJobsSince: async (target, since) => (await recovery.describeJobsSince(target, since)).map(inJob),
    describeJobLog: async (target, jobId) =>
      (await recovery.describeJobLog(target, jobId)).map((entry) => ({
        ...entry,
        ...(entry.sourceServerId !== undefined && { sourceServerId: here(entry.sourceServerId) }),
      })),
    describeSourceServers: async (target) => (await recovery.describeSourceServers(target)).map(named),
    describeRecoveryInstances: async (target, ids) =>
      (await recovery.describeRecoveryInstances(target, ids?.map(there))).map(named),
    describeLaunchConfiguration: (target, id) => recovery.describeLaunchConfiguration(target, there(id)),
    launchActions: (target, id) => recovery.launchActions(target, there(id)),
    describeMachinesOf: async (target, ids) =>
      (await recovery.describeMachinesOf(target, ids.map(there))).map((machine) => ({
        ...machine,
        tags: tagged(machine.tags),
      })),
  };
};
