/** `1 wave`, `2 waves`; the plural is the noun with an s unless it is given. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count} ${count === 1 ? noun : plural}`;
