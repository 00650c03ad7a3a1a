/** The time that a timeline shows, epoch ms. */
export interface Scale {
  readonly from: number;
  readonly to: number;
}

export const percent = (at: number, { from, to }: Scale): string =>
  `${Math.min(100, Math.max(0, (100 * (at - from)) / Math.max(1, to - from)))}%`;

/** How wide something is that lasts; never too narrow to be seen. */
export const widthOf = (from: number, to: number, scale: Scale): string =>
  `${Math.max(0.25, (100 * (Math.min(to, scale.to) - from)) / Math.max(1, scale.to - scale.from))}%`;

const stepsMinutes = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1_440];

/** Of the width: less does not hold a tick's words on a phone. */
const tickShare = 0.14;

/** Minutes since the start, as far apart as `most` of them need to be; none so late that its words would be cut. */
export const ticksOf = ({ from, to }: Scale, most: number): readonly number[] => {
  const minutes = (to - from) / 60_000;
  const step = stepsMinutes.find((each) => minutes / each <= most) ?? 1_440;
  return Array.from(
    { length: Math.floor((minutes * (1 - tickShare)) / step) + 1 },
    (_, index) => index * step,
  );
};

interface Limits {
  readonly from: number;
  readonly end: number;
  readonly target: number | undefined;
}

/** A target far behind the end would press everything else together, so it is left out of the picture. */
export const scaleOf = ({ from, end, target = 0 }: Limits): Scale & { readonly isTargetShown: boolean } => {
  const length = Math.max(60_000, end - from);
  const isTargetShown = target > 0 && target - from < 2.5 * length;
  const to = Math.max(from + length, isTargetShown ? target : 0);
  return { from, to: to + (to - from) * 0.06, isTargetShown };
};
