/** What a notice of an event says. */
export interface Saying {
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
  readonly commands?: readonly string[];
}

export const command = (verb: string, ...subject: readonly string[]): string =>
  `groundswell ${[verb, ...subject].join(' ')} --reason "..."`;

/** Where the console shows what a notice is about; without a console there is no link. */
export const linkTo = (consoleUrl: string | undefined, page: string): { readonly link?: string } =>
  consoleUrl ? { link: `${consoleUrl.replace(/\/$/, '')}/#/${page}` } : {};

/** At most so many instances are named; the report has all of them. */
export const leftMax = 5;
