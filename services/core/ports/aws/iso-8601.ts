/** AWS's answer lacks or misspells what nothing can be decided without. */
export class UnreadableAnswerError extends Error {
  constructor(what: string, value: string | undefined) {
    super(`AWS's answer has no readable ${what}: ${value ?? 'absent'}`);
    this.name = 'UnreadableAnswerError';
  }
}

/** Epoch ms. DRS writes microseconds and `+00:00` where its own model demands a `Z`, so no pattern is checked. */
export const instantOf = (what: string, text: string | undefined): number => {
  const at = Date.parse(text ?? '');
  if (Number.isNaN(at)) throw new UnreadableAnswerError(what, text);
  return at;
};

const durationPattern =
  /^P(?:(?<weeks>[\d.]+)W)?(?:(?<days>[\d.]+)D)?(?:T(?:(?<hours>[\d.]+)H)?(?:(?<minutes>[\d.]+)M)?(?:(?<seconds>[\d.]+)S)?)?$/;

const secondsPer = { weeks: 604_800, days: 86_400, hours: 3_600, minutes: 60, seconds: 1 };

/** Seconds of a duration such as `P0D` or `P2DT1H32M12.136909S`; undefined for what is none. */
export const durationSeconds = (text: string): number | undefined => {
  const groups = durationPattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  return Object.entries(secondsPer).reduce((sum, [unit, each]) => sum + Number(groups[unit] ?? 0) * each, 0);
};
