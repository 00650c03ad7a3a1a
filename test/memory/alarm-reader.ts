import type { AlarmFact, AlarmReader } from '../../services/core/ports/alarm-reader.ts';

/** Alarms of a model, the same in every place. */
export const createMemoryAlarmReader = (alarms: () => readonly AlarmFact[] = () => []): AlarmReader => ({
  read: async (_target, names) => alarms().filter(({ name }) => names.includes(name)),
});
