/** What people are told of an event. */
export interface Saying {
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
  readonly commands?: readonly string[];
}

export const command = (verb: string, ...subject: readonly string[]): string =>
  `groundswell ${[verb, ...subject].join(' ')} --reason "..."`;

/** At most so many instances are named; the report has all of them. */
export const leftMax = 5;
