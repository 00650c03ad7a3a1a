import { createHash } from 'node:crypto';
import { DynamodbError } from './dynamodb-error.ts';
import type { Input, OpenStore, Write } from './store.ts';

/** "Idempotency": a client token is valid for 10 minutes after the request that used it has finished. */
const validMs = 600_000;

const prefix = 'transaction~';

interface Used {
  readonly digest: string;
  readonly at: number;
}

/** A token as its request came with it. */
export interface TokenUse {
  readonly token: string;
  readonly digest: string;
}

export interface Idempotency {
  /** Runs the work, refusing meanwhile whatever comes with its token. */
  during<T>(use: TokenUse, work: () => Promise<T>): Promise<T>;
  /** Whether the token's transaction has been done; throws when it was another one. */
  isRepeated(use: TokenUse): Promise<boolean>;
  /** What to write beside the transaction so that it is known as done. */
  mark(use: TokenUse): Promise<readonly Write[]>;
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
};

/**
 * The token of a request, if it has one, taken before Dynalite writes its own notes into the input. How much of its
 * own use a request wants to know makes no other request of it.
 */
export const tokenUseOf = (data: Input): TokenUse | undefined =>
  typeof data['ClientRequestToken'] === 'string'
    ? { token: data['ClientRequestToken'], digest: digestOf(data) }
    : undefined;

const digestOf = ({ TransactItems }: Input): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(TransactItems)))
    .digest('base64');

/** The client tokens of transactions, kept where the items are. */
export const createIdempotency = (store: OpenStore, now: () => number): Idempotency => {
  const ongoing = new Set<string>();
  let sweptAt = -Infinity;

  const used = async (token: string): Promise<Used | undefined> => {
    const found = (await store.db.get(prefix + token)) as Used | undefined;
    return found !== undefined && found.at + validMs > now() ? found : undefined;
  };
  /** Forgets tokens that are no longer valid, once for every time that one is. */
  const outdated = async (): Promise<readonly Write[]> => {
    if (now() < sweptAt + validMs) return [];
    sweptAt = now();
    const writes: Write[] = [];
    for await (const key of store.db.keys({ gte: prefix, lt: `${prefix}\u{ff}` }))
      if ((await used(key.slice(prefix.length))) === undefined) writes.push({ type: 'del', key });
    return writes;
  };

  return {
    async during({ token }, work) {
      if (ongoing.has(token))
        throw new DynamodbError('TransactionInProgressException', {
          Message: 'The transaction with the given request token is already in progress.',
        });
      ongoing.add(token);
      try {
        return await work();
      } finally {
        ongoing.delete(token);
      }
    },
    async isRepeated({ token, digest }) {
      const found = await used(token);
      if (found !== undefined && found.digest !== digest)
        throw new DynamodbError('IdempotentParameterMismatchException', {
          Message:
            'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.',
        });
      return found !== undefined;
    },
    async mark({ token, digest }) {
      const value: Used = { digest, at: now() };
      return [...(await outdated()), { type: 'put', key: prefix + token, value }];
    },
  };
};
