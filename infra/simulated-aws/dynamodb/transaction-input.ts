import { type Input, type Store, type Types, type Validation, validationOf } from './store.ts';

/** The operations that a transaction is made of, and the operation whose input and conduct each has. */
export const writeKinds = {
  ConditionCheck: 'DeleteItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
} as const;

export type WriteKind = keyof typeof writeKinds;

/** What a write answers beside the error when its condition fails. */
export const onFailedCondition = {
  ReturnValuesOnConditionCheckFailure: { type: 'String', enum: ['ALL_OLD', 'NONE'] },
};

const shared = ['TableName', 'ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues'];

const members: Readonly<Record<WriteKind, readonly string[]>> = {
  ConditionCheck: [...shared, 'Key'],
  Put: [...shared, 'Item'],
  Update: [...shared, 'Key', 'UpdateExpression'],
  Delete: [...shared, 'Key'],
};

/** Members that their operation alone may leave out. */
const required: Readonly<Record<WriteKind, readonly string[]>> = {
  ConditionCheck: ['ConditionExpression'],
  Put: [],
  Update: ['UpdateExpression'],
  Delete: [],
};

const chosen = (operation: string, names: readonly string[], needed: readonly string[] = []): Types => {
  const { types } = validationOf(operation);
  return Object.fromEntries(
    names.map((name) => [name, needed.includes(name) ? { type: 'String', notNull: true } : types[name]]),
  );
};

const typesOf = (kind: WriteKind): Types => ({
  ...chosen(writeKinds[kind], members[kind], required[kind]),
  ...onFailedCondition,
});

const transactItems = (name: string, children: Types) => ({
  type: 'List',
  notNull: true,
  lengthGreaterThanOrEqual: 1,
  lengthLessThanOrEqual: 100,
  children: { type: `ValueStruct<${name}>`, children },
});

const returnConsumedCapacity = { type: 'String', enum: ['INDEXES', 'TOTAL', 'NONE'] };

const struct = (name: string, children: Types) => ({ type: `FieldStruct<${name}>`, children });

export interface TransactWrite {
  readonly kind: WriteKind;
  readonly data: Input;
}

/** The one operation of an entry of a transaction. */
export const writeOf = (entry: Input): TransactWrite | undefined => {
  const kinds = (Object.keys(writeKinds) as WriteKind[]).filter((kind) => entry[kind] !== undefined);
  const [kind] = kinds;
  return kind === undefined || kinds.length > 1 ? undefined : { kind, data: entry[kind] as Input };
};

export const entriesOf = (data: Input): readonly Input[] => data['TransactItems'] as readonly Input[];

const checkWrites = (data: Input, store: Store): string | undefined => {
  for (const entry of entriesOf(data)) {
    const write = writeOf(entry);
    if (write === undefined) return 'TransactItems can only contain one of Check, Put, Update or Delete';
    const fault = validationOf(writeKinds[write.kind]).custom?.(write.data, store);
    if (fault) return fault;
  }
  return undefined;
};

/** "TransactWriteItems", in Dynalite's vocabulary. */
export const transactWriteValidation: Validation = {
  types: {
    ReturnConsumedCapacity: returnConsumedCapacity,
    ReturnItemCollectionMetrics: { type: 'String', enum: ['SIZE', 'NONE'] },
    ClientRequestToken: { type: 'String', lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
    TransactItems: transactItems(
      'TransactWriteItem',
      Object.fromEntries(
        (Object.keys(writeKinds) as WriteKind[]).map((kind) => [kind, struct(kind, typesOf(kind))]),
      ),
    ),
  },
  custom: checkWrites,
};

const getMembers = ['TableName', 'Key', 'ProjectionExpression', 'ExpressionAttributeNames'];

/** "TransactGetItems". */
export const transactGetValidation: Validation = {
  types: {
    ReturnConsumedCapacity: returnConsumedCapacity,
    TransactItems: transactItems('TransactGetItem', {
      Get: { ...struct('Get', chosen('GetItem', getMembers)), notNull: true },
    }),
  },
  custom(data, store) {
    for (const entry of entriesOf(data)) {
      const fault = validationOf('GetItem').custom?.(entry['Get'] as Input, store);
      if (fault) return fault;
    }
    return undefined;
  },
};
