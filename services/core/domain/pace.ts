/** When whoever holds the token may call. */
export interface Turn {
  readonly token: string;
  readonly at: number;
  /** How often the service was too busy when the turn had come. */
  readonly putOff: number;
}

/** The calls of one kind in one account and Region, one after the other. Instants in epoch ms. */
export interface Pace {
  readonly nextAt: number;
  readonly turns: readonly Turn[];
}

export const noPace: Pace = { nextAt: 0, turns: [] };

/** A turn that nobody has taken for so long is not kept. */
const keptMs = 10 * 60_000;

/** The turn of a token: the one that it has, or the next that is free. Asking again changes nothing. */
export const takeTurn = (
  pace: Pace,
  token: string,
  now: number,
  everyMs: number,
): { readonly pace: Pace; readonly turn: Turn } => {
  const known = pace.turns.find((turn) => turn.token === token);
  if (known !== undefined) return { pace, turn: known };
  const turn: Turn = { token, at: Math.max(now, pace.nextAt), putOff: 0 };
  const turns = pace.turns.filter(({ at }) => at > now - keptMs);
  return { pace: { nextAt: turn.at + everyMs, turns: [...turns, turn] }, turn };
};

/** The turn of a token that met a busy service comes again later, and others keep theirs. */
export const putOffTurn = (
  pace: Pace,
  token: string,
  again: (putOff: number) => number,
): { readonly pace: Pace; readonly turn: Turn } => {
  const known = pace.turns.find((turn) => turn.token === token);
  const putOff = (known?.putOff ?? 0) + 1;
  const turn: Turn = { token, at: again(putOff), putOff };
  return { pace: { ...pace, turns: [...pace.turns.filter((other) => other !== known), turn] }, turn };
};
