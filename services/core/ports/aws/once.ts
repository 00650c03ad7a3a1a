import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import type { Once } from '../notifier.ts';

export interface OnceDeps {
  readonly client: DynamoDBClient;
  /** The state table: its records of this kind have keys that no other record has. */
  readonly tableName: string;
  readonly keptSeconds?: number;
  /** No handler works on one key for longer: after this, a run that crashed is no longer waited for. Default: 30 s. */
  readonly aliveMs?: number;
}

const weekSeconds = 7 * 86_400;

/**
 * Powertools' idempotency. Its record expires and is deleted on a throw, so it saves a repeated message and
 * guards nothing else.
 */
export const createAwsOnce = ({
  client,
  tableName,
  keptSeconds = weekSeconds,
  aliveMs = 30_000,
}: OnceDeps): Once => ({
  async run(key, work) {
    const config = new IdempotencyConfig({ expiresAfterSeconds: keptSeconds, useLocalCache: false });
    // Of Lambda's context, Powertools reads only the time that is left.
    config.registerLambdaContext({ getRemainingTimeInMillis: () => aliveMs } as Context);
    const once = makeIdempotent(
      async (_payload: { readonly key: string }): Promise<boolean> => {
        await work();
        return true;
      },
      {
        persistenceStore: new DynamoDBPersistenceLayer({ tableName, keyAttr: 'pk', awsSdkV3Client: client }),
        config,
        keyPrefix: 'once#notify',
      },
    );
    await once({ key });
  },
});
