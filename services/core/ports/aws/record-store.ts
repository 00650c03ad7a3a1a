import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import {
  isListed,
  RecordTooLargeError,
  type ExecutionIndex,
  type RecordKey,
  type RecordStore,
  type StoredRecord,
  type WriteResult,
} from '../record-store.ts';
import { pagedRecords } from '../paged-records.ts';
import { packBody, unpackBody } from './packed-body.ts';

export interface RecordStoreDeps {
  readonly client: DynamoDBClient;
  /** Key `pk`; indexes KindIndex (kind, id), StatusIndex (status, startedAt) and OpenIndex (open, startedAt). */
  readonly tableName: string;
}

/** DynamoDB takes 400 KB an item ("Service, account, and table quotas"); the rest is for keys and indexes. */
const bodyBytesMax = 380 * 1_024;

const pkOf = ({ kind, id }: RecordKey): string => `${kind}#${id}`;

const checkSize = (key: RecordKey, text: string): void => {
  const bytes = Buffer.byteLength(text);
  if (bytes > bodyBytesMax) throw new RecordTooLargeError(pkOf(key), bytes, bodyBytesMax);
};

const onRevision = (expected: number) =>
  expected === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: 'revision = :expected',
        ExpressionAttributeValues: { ':expected': expected },
      };

/** An attribute that is absent keeps the item out of an index. */
const indexed = ({ open, ...index }: ExecutionIndex) => ({ ...index, ...(open && { open: 'open' }) });

const indexOf = (item: Readonly<Record<string, unknown>>): ExecutionIndex => ({
  executionId: String(item['executionId']),
  planId: String(item['planId']),
  status: String(item['status']),
  startedAt: String(item['startedAt']),
  open: item['open'] === 'open',
});

/**
 * A conditional write that succeeded while its answer was lost is repeated by the SDK and then fails on
 * its own success: it is reported as a conflict, and the caller reads again as for any other.
 */
const conflictOrThrow = (error: unknown): WriteResult => {
  if (error instanceof ConditionalCheckFailedException) return 'conflict';
  throw error;
};

type Query = Omit<QueryCommandInput, 'TableName'>;

/** All pages of a query, or as many as hold `itemsMax` items. */
const createQuery =
  (documents: DynamoDBDocumentClient, TableName: string) =>
  async (
    input: Query,
    itemsMax = Number.POSITIVE_INFINITY,
  ): Promise<readonly Readonly<Record<string, unknown>>[]> => {
    const items: Record<string, unknown>[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    while (items.length < itemsMax) {
      const limit = Number.isFinite(itemsMax) && { Limit: itemsMax - items.length };
      const page = await documents.send(
        new QueryCommand({ TableName, ...input, ...limit, ExclusiveStartKey }),
      );
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
      if (ExclusiveStartKey === undefined) break;
    }
    return items;
  };

/** Records in one DynamoDB table: single-item conditional writes and consistent reads, no transactions. */
export const createAwsRecordStore = (deps: RecordStoreDeps): RecordStore => pagedRecords(createItems(deps));

/** One item for each record. */
const createItems = ({ client, tableName }: RecordStoreDeps): RecordStore => {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

  const query = createQuery(documents, tableName);
  return {
    async read<Body>(key: RecordKey): Promise<StoredRecord<Body> | undefined> {
      const { Item } = await documents.send(
        new GetCommand({ TableName: tableName, Key: { pk: pkOf(key) }, ConsistentRead: true }),
      );
      if (Item === undefined) return undefined;
      // Nobody but `write` puts bodies there, and it is typed by the same caller.
      return { revision: Number(Item['revision']), body: unpackBody(Item['body']) as Body };
    },
    async write(key, body, expected, index) {
      const text = JSON.stringify(body);
      checkSize(key, text);
      const { kind, id } = key;
      const record = {
        pk: pkOf(key),
        ...(isListed(kind) && { kind }),
        id,
        revision: expected + 1,
        body: packBody(body, text),
      };
      const Item = index === undefined ? record : { ...record, ...indexed(index) };
      return documents
        .send(new PutCommand({ TableName: tableName, Item, ...onRevision(expected) }))
        .then((): WriteResult => 'written', conflictOrThrow);
    },
    async remove(key, expected) {
      if (expected === 0) return 'conflict';
      return documents
        .send(new DeleteCommand({ TableName: tableName, Key: { pk: pkOf(key) }, ...onRevision(expected) }))
        .then((): WriteResult => 'written', conflictOrThrow);
    },
    async list(kind, prefix) {
      const items = await query({
        IndexName: 'KindIndex',
        KeyConditionExpression:
          prefix === '' ? '#kind = :kind' : '#kind = :kind AND begins_with(id, :prefix)',
        ExpressionAttributeNames: { '#kind': 'kind' },
        ExpressionAttributeValues: { ':kind': kind, ...(prefix !== '' && { ':prefix': prefix }) },
      });
      return items.map((item) => String(item['id']));
    },
    async openExecutions() {
      const items = await query({
        IndexName: 'OpenIndex',
        KeyConditionExpression: '#open = :open',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: { ':open': 'open' },
      });
      return items.map(indexOf);
    },
    async executionsByStatus(status, limit) {
      const input = {
        IndexName: 'StatusIndex',
        KeyConditionExpression: '#status = :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status },
        ScanIndexForward: false,
      };
      return (await query(input, limit)).map(indexOf);
    },
  };
};
