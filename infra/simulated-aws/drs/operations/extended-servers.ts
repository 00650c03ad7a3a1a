import * as z from 'zod';
import { notFoundError } from '../errors.ts';
import { additionOf } from '../launch-template.ts';
import { answered, listed, operation, refused } from '../outcome.ts';
import { renderServer } from '../render-server.ts';
import { serverScenario } from '../scenario-servers.ts';
import { sourceServerFrom, sourceServerIdOf } from '../source-server.ts';
import { evolve } from '../state.ts';
import type { World } from '../world.ts';
import { allServers } from '../world.ts';
import { paged, tags } from './fields.ts';

/** The query string carries numbers as text. */
export const listStagingAccounts = operation(
  z.object({ ...paged, maxResults: z.coerce.number().int().min(1).optional() }),
  (request, world) => {
    const keyOf = ({ accountID }: { readonly accountID: string }) => accountID;
    return listed(
      world,
      world.setting.scenario.stagingAccounts,
      request,
      keyOf,
      (account) => ({
        accountID: account.accountID,
      }),
      'accounts',
    );
  },
);

interface Extensible {
  readonly accountID: string;
  readonly hostname: string;
  readonly arn: string;
}

/** A staging account's servers live in this Region under its own account id. */
const extensibleOf = (world: World): readonly Extensible[] =>
  world.setting.scenario.stagingAccounts.flatMap(({ accountID, servers }) =>
    servers.map((hostname) => {
      const { region } = world.setting.place;
      const id = sourceServerIdOf({ account: accountID, region }, hostname);
      return { accountID, hostname, arn: `arn:aws:drs:${region}:${accountID}:source-server/${id}` };
    }),
  );

export const listExtensibleSourceServers = operation(
  z.object({ ...paged, stagingAccountID: z.string() }),
  ({ stagingAccountID, ...request }, world) =>
    listed(
      world,
      extensibleOf(world).filter((server) => server.accountID === stagingAccountID),
      request,
      (server) => server.arn,
      ({ hostname, arn }) => ({ hostname, arn, tags: {} }),
    ),
);

/** Makes a source server here that is replicated in the staging account. */
export const createExtendedSourceServer = operation(
  z.object({ sourceServerArn: z.string(), tags: tags.optional() }),
  ({ sourceServerArn, tags: serverTags = {} }, world) => {
    const extensible = extensibleOf(world).find((server) => server.arn === sourceServerArn);
    if (extensible === undefined) return refused(notFoundError(sourceServerArn, 'SOURCE_SERVER'));
    const entry = serverScenario.parse({
      name: extensible.hostname,
      tags: serverTags,
      stagingAccountID: extensible.accountID,
    });
    const made = sourceServerFrom(world.setting.place, entry, 1, allServers(world).length);
    const server = { ...made, addedAt: world.now, stagingSourceServerArn: sourceServerArn };
    const records = additionOf(world, server);
    const after = { ...world, state: records.reduce(evolve, world.state) };
    return answered({ sourceServer: renderServer(after, server) }, records, 201);
  },
);
