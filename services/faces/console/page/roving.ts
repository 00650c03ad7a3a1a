interface Point {
  readonly x: number;
  readonly y: number;
}

const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

const middleOf = (element: Element): Point => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
};

/** How far away, in a direction; what lies aside counts double, what lies behind not at all. */
const distance = (from: Point, to: Point, { x, y }: Point): number => {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const ahead = dx * x + dy * y;
  return ahead <= 1 ? Infinity : ahead + 2 * Math.abs(dx * y + dy * x);
};

/** Arrow keys go from one button of a group to the nearest in their direction: the group is one stop for Tab. */
export const followArrows = (event: KeyboardEvent): void => {
  const direction = directions[event.key];
  const [group, here] = [event.currentTarget, document.activeElement];
  if (direction === undefined || !(group instanceof HTMLElement) || !(here instanceof HTMLButtonElement))
    return;
  event.preventDefault();
  const from = middleOf(here);
  const [nearest] = [...group.querySelectorAll('button')]
    .map((button) => ({ button, away: distance(from, middleOf(button), direction) }))
    .filter(({ away }) => away < Infinity)
    .sort((a, b) => a.away - b.away);
  nearest?.button.focus();
};

/** A browser leaves a focused button where it is as long as a part of it is in its frame; all of it has to be seen. */
export const showFocused = ({ target }: FocusEvent): void => {
  if (target instanceof Element) target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
};
