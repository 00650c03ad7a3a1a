import { randomUUID } from 'node:crypto';
import { refusal } from '../gateway/refusal.ts';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import { answerTo, DynamodbError } from './dynamodb-error.ts';
import { createEngine, type DynamodbOperation } from './engine.ts';
import { openStore } from './store.ts';

export interface LocalDynamodbOptions {
  /** Folder of the database; undefined: in memory only. */
  readonly folder: string | undefined;
  readonly account: string;
  readonly region: string;
  /** Simulated time, epoch ms: by it items expire, and idempotency tokens do. */
  readonly now: () => number;
}

export interface LocalDynamodb {
  readonly service: LocalService;
  /** Closes the database, so that another process or a successor can open its folder. */
  close(): Promise<void>;
}

const targetPrefix = 'DynamoDB_20120810';

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const bodyOf = ({ body }: WireRequest): object => {
  const input = parsed(body);
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input;
  throw new DynamodbError('SerializationException', {});
};

const operationOf = (
  operations: Readonly<Record<string, DynamodbOperation>>,
  request: WireRequest,
): DynamodbOperation => {
  const [prefix, name = ''] = (request.headers['x-amz-target'] ?? '').split('.');
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (prefix !== targetPrefix || operation === undefined)
    throw new DynamodbError('UnknownOperationException', { message: `${name} is not simulated.` });
  return operation;
};

const answered = (statusCode: number, output: unknown): WireResponse => ({
  statusCode,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() },
  body: JSON.stringify(output),
});

const closed = (request: WireRequest): WireResponse =>
  refusal(request, 503, 'ServiceUnavailable', 'The database is closed.');

/** DynamoDB, played by Dynalite. Every acknowledged write is in LevelDB's log and outlives `kill -9`. */
export const createLocalDynamodb = ({ folder, now, ...place }: LocalDynamodbOptions): LocalDynamodb => {
  const inFlight = new Set<Promise<WireResponse>>();
  const store = openStore(folder, place);
  const operations = createEngine(store, now);
  let isOpen = true;
  const answer = async (request: WireRequest): Promise<WireResponse> => {
    try {
      return answered(200, await operationOf(operations, request)(bodyOf(request)));
    } catch (error) {
      const { statusCode, body } = answerTo(error);
      return answered(statusCode, body);
    }
  };
  return {
    service: {
      signingName: 'dynamodb',
      operations: Object.keys(operations),
      async handle(request) {
        if (!isOpen) return closed(request);
        const work = answer(request);
        inFlight.add(work);
        return work.finally(() => inFlight.delete(work));
      },
    },
    async close() {
      isOpen = false;
      await Promise.all(inFlight);
      await store.db.close();
    },
  };
};
