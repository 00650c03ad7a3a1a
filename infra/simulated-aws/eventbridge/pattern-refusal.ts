/** Why a pattern is not valid; the message is AWS's reason without its preamble. */
export class PatternRefusal extends Error {}

/** A pattern whose `$or`s multiply to more alternatives than AWS accepts. */
export class PatternTooLarge extends Error {}

/** Ends the parsing of a pattern with AWS's reason. */
export const refuse = (reason: string): never => {
  throw new PatternRefusal(reason);
};
