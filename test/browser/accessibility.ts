import type { Page } from 'playwright-core';

/** What a page does that somebody cannot see, hear or reach (WCAG 2.2, AA); empty when nothing. */
export const barriersOf = async (page: Page): Promise<readonly string[]> => {
  // A page shows where the focus is to those who have used the keyboard.
  await page.keyboard.press('Shift');
  return page.evaluate(findBarriers);
};

/** Runs in the page: what still moves, of elements and what stands before and after them, for longer than 0.01 s. */
const findMotion = (): readonly string[] => {
  const seconds = (text: string): number => Math.max(...text.split(', ').map(Number.parseFloat));
  const isMoving = (style: CSSStyleDeclaration): boolean =>
    seconds(style.transitionDuration) > 0.01 ||
    (style.animationName !== 'none' && seconds(style.animationDuration) > 0.01) ||
    style.scrollBehavior === 'smooth';
  return [...document.querySelectorAll('*')]
    .filter((element) =>
      [undefined, '::before', '::after'].some((part) => isMoving(getComputedStyle(element, part))),
    )
    .map((element) => `moves: ${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`);
};

/** What moves; asked for with and without `prefers-reduced-motion`. */
export const motionOf = (page: Page): Promise<readonly string[]> => page.evaluate(findMotion);

/** Runs in the page, so it may refer to nothing outside itself. */
const findBarriers = (): readonly string[] => {
  type Colour = readonly [number, number, number, number];
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const colourOf = (text: string): Colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = text;
    canvas.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a]: Colour, under: Colour): Colour => [
    r * a + under[0] * (1 - a),
    g * a + under[1] * (1 - a),
    b * a + under[2] * (1 - a),
    1,
  ];
  type Tree = Document | ShadowRoot;
  const treesIn = (tree: Tree): readonly Tree[] => [
    tree,
    ...[...tree.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? treesIn(shadowRoot) : [])),
  ];
  /** Also within elements that have trees of their own. */
  const trees = treesIn(document);
  const all = (selector: string): readonly Element[] =>
    trees.flatMap((tree) => [...tree.querySelectorAll(selector)]);
  const parentOf = (element: Element): Element | null => {
    const root = element.getRootNode();
    return element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  };
  const focused = (): Element | null => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element;
  };
  const hitAt = (x: number, y: number): Element | null => {
    let hit = document.elementFromPoint(x, y);
    for (;;) {
      const inner = hit?.shadowRoot?.elementFromPoint(x, y) ?? null;
      if (inner === null || inner === hit) return hit;
      hit = inner;
    }
  };
  const groundOf = (element: Element | null): Colour => {
    if (element === null) return [255, 255, 255, 1];
    const own = colourOf(getComputedStyle(element).backgroundColor);
    return own[3] >= 0.999 ? own : over(own, groundOf(parentOf(element)));
  };
  const light = (colour: Colour): number => {
    const [r = 0, g = 0, b = 0] = colour
      .slice(0, 3)
      .map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: Colour, b: Colour): number => {
    const [x, y] = [light(a), light(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };
  const isSeen = (element: Element): boolean => {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && getComputedStyle(element).visibility === 'visible';
  };
  const nameOf = (element: Element): string => {
    const labels =
      element instanceof HTMLInputElement ||
      element instanceof HTMLTextAreaElement ||
      element instanceof HTMLSelectElement
        ? [...(element.labels ?? [])]
        : [];
    return [
      element.getAttribute('aria-label'),
      element.textContent,
      ...labels.map((label) => label.textContent),
    ]
      .filter(Boolean)
      .join(' ')
      .trim();
  };
  /** One of its buttons is reached with Tab and the others with the arrow keys, which its name says. */
  const isInRovingGroup = (element: Element): boolean => {
    const group = element.closest('[role="group"][aria-label*="arrow keys"]');
    return group !== null && group.querySelectorAll('button[tabindex="0"]').length === 1;
  };
  const path = (element: Element): string =>
    `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${element.textContent.slice(0, 30)}"`;
  /** What is pressed: a box's words press it too. */
  const targetOf = (control: Element): DOMRect =>
    (control.closest('label') ?? control).getBoundingClientRect();
  const isInSentence = (control: Element): boolean =>
    getComputedStyle(control).display === 'inline' &&
    (control.parentElement?.textContent ?? '').trim() !== control.textContent.trim();
  /** Smaller than 24 by 24 pixels, and so near another that a circle of 24 around its middle meets that one (2.5.8). */
  const isTooSmall = (control: Element): boolean => {
    const target = targetOf(control);
    const isSmall = ({ width, height }: DOMRect): boolean => Math.min(width, height) < 23.99;
    if (!isSmall(target) || isInSentence(control)) return false;
    const middle = ({ left, right, top, bottom }: DOMRect) =>
      [(left + right) / 2, (top + bottom) / 2] as const;
    const [x, y] = middle(target);
    return controls.some((other) => {
      if (other === control || other.closest('label') === control.closest('label, body')) return false;
      const room = targetOf(other);
      const [a, b] = middle(room);
      const toRoom = Math.hypot(
        Math.max(room.left - x, 0, x - room.right),
        Math.max(room.top - y, 0, y - room.bottom),
      );
      return toRoom < 12 || (isSmall(room) && Math.hypot(a - x, b - y) < 24);
    });
  };
  /** Whether an ancestor cuts the ring around a focused element. */
  const isCut = (element: Element, reach: number): boolean => {
    const ring = element.getBoundingClientRect();
    for (let at = parentOf(element); at !== null && at !== document.body; at = parentOf(at)) {
      const { overflowX, contentVisibility, position } = getComputedStyle(at);
      if (overflowX === 'visible' && contentVisibility === 'visible') {
        if (position === 'fixed') return false;
        continue;
      }
      const frame = at.getBoundingClientRect();
      const isWider = ring.width > frame.width || ring.height > frame.height;
      if (isWider) continue;
      if (ring.left - reach < frame.left - 0.5 || ring.right + reach > frame.right + 0.5) return true;
      if (ring.top - reach < frame.top - 0.5 || ring.bottom + reach > frame.bottom + 0.5) return true;
    }
    return false;
  };
  /** Whether something else, like a bar that stays, lies over all of it (2.4.11). */
  const isHidden = (element: Element): boolean => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const isOver = (x: number, y: number): boolean => {
      const hit = hitAt(x, y);
      return (
        hit !== null && (element.contains(hit) || hit.contains(element) || hit.closest('label') !== null)
      );
    };
    const [upper, lower] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
    return ![upper + 2, (upper + lower) / 2, lower - 2].some((y) => isOver((left + right) / 2, y));
  };
  /** The text of an editor shows its focus by a ring around all of the editor. */
  const ringed = (element: HTMLElement): HTMLElement => {
    const editor = element.isContentEditable ? element.closest('.cm-editor') : null;
    return editor instanceof HTMLElement ? editor : element;
  };
  const focusFaults = (inner: HTMLElement): readonly string[] => {
    const element = ringed(inner);
    const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(element);
    const [width, offset] = [Number.parseFloat(outlineWidth), Number.parseFloat(outlineOffset)];
    // A browser draws its own ring, `auto`, wider than it says.
    const isSeenRing = outlineStyle === 'auto' || (outlineStyle !== 'none' && width >= 2);
    if (!isSeenRing) return [`focus not seen: ${path(element)}`];
    const ground = groundOf(offset < 0 ? element : parentOf(element));
    return [
      ...(contrast(over(colourOf(outlineColor), ground), ground) < 3
        ? [`focus faint: ${path(element)}`]
        : []),
      ...(isCut(element, width + offset) ? [`focus cut: ${path(element)}`] : []),
      ...(isHidden(element) ? [`focus hidden: ${path(element)}`] : []),
    ];
  };
  const barriers: string[] = [];

  const controls = all('a[href], button, input, select, textarea, summary, [contenteditable=true]').filter(
    isSeen,
  );
  for (const control of controls) {
    if (nameOf(control) === '') barriers.push(`no name: ${path(control)}`);
    const isReached = control instanceof HTMLElement && (control.tabIndex >= 0 || control.isContentEditable);
    if (control instanceof HTMLElement && !isReached && !isInRovingGroup(control))
      barriers.push(`not reached by keyboard: ${path(control)}`);
  }
  for (const control of controls.filter(isTooSmall)) barriers.push(`too small a target: ${path(control)}`);
  const before = focused();
  const leave = (): void => {
    const element = focused();
    if (element instanceof HTMLElement) element.blur();
  };
  // What has the focus already is not brought into sight by getting it.
  leave();
  const focusable = [...controls, ...all('[tabindex="0"]')];
  // From the last to the first, so that what sticks to the top gets its chance to hide what is focused.
  for (const element of new Set(focusable.reverse())) {
    if (!(element instanceof HTMLElement)) continue;
    element.focus();
    // Nothing behind a dialog takes the focus.
    if (focused() === element) barriers.push(...focusFaults(element));
  }
  leave();
  if (before instanceof HTMLElement) before.focus();
  scrollTo(0, 0);
  for (const element of all('[tabindex]'))
    if (element instanceof HTMLElement && element.tabIndex > 0)
      barriers.push(`order of focus changed: ${path(element)}`);
  const namedIn = (element: Element, id: string): Element | null =>
    (element.getRootNode() as Tree).getElementById(id);
  for (const element of all('[aria-labelledby], [aria-describedby]'))
    for (const id of `${element.getAttribute('aria-labelledby') ?? ''} ${element.getAttribute('aria-describedby') ?? ''}`.split(
      ' ',
    ))
      if (id !== '' && namedIn(element, id) === null) barriers.push(`refers to nothing: ${id}`);

  const textsIn = (tree: Tree): readonly Node[] => {
    const found: Node[] = [];
    const root = tree instanceof Document ? tree.body : tree;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) found.push(node);
    return found;
  };
  for (const node of trees.flatMap(textsIn)) {
    const element = node.parentElement;
    if (element === null || (node.textContent ?? '').trim() === '' || !isSeen(element)) continue;
    if (element.closest(':disabled, .unseen, noscript, option') !== null) continue;
    const style = getComputedStyle(element);
    const isStriped = [element, element.parentElement].some(
      (each) => each !== null && getComputedStyle(each).backgroundImage !== 'none',
    );
    if (isStriped) continue;
    const size = Number.parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.6 && Number(style.fontWeight) >= 700);
    const ground = groundOf(element);
    const reached = contrast(over(colourOf(style.color), ground), ground);
    if (reached < (isLarge ? 3 : 4.5)) barriers.push(`contrast ${reached.toFixed(2)}: ${path(element)}`);
  }

  if (document.documentElement.lang === '') barriers.push('no language');
  if (document.querySelectorAll('main').length !== 1) barriers.push('not exactly one main');
  if (document.querySelectorAll('h1').length !== 1) barriers.push('not exactly one h1');
  return [...new Set(barriers)];
};
