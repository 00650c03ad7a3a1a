/** Asks about each item, so many at a time, and gives the answers in the items' order. The first failure stops the rest. */
export const inParallel = async <Item, Answer>(
  items: readonly Item[],
  atOnce: number,
  ask: (item: Item) => Promise<Answer>,
): Promise<readonly Answer[]> => {
  const answers: Answer[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index] as Item;
      try {
        answers[index] = await ask(item);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await allSettled(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return answers;
};

/** Waits for all, whatever becomes of each, and only then fails with the first failure: nothing goes on unseen. */
export const allSettled = async <const Asked extends readonly Promise<unknown>[]>(
  asked: Asked,
): Promise<{ readonly [Index in keyof Asked]: Awaited<Asked[Index]> }> => {
  await Promise.allSettled(asked);
  return Promise.all(asked);
};
