import type { RecordStore } from '../../../../services/core/ports/record-store.ts';

export const deepFreeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
};

/** A store whose bodies throw when somebody changes them after they were handed in. */
export const freezing = (store: RecordStore): RecordStore => ({
  ...store,
  write: (key, body, expected, index) => store.write(key, deepFreeze(body), expected, index),
});
