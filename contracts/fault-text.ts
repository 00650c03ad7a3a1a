import type { Fault } from './execution-events.ts';

/** A fault in one line. */
export const faultText = ({ path, message, expected }: Fault): string =>
  `${path === '' ? '' : `${path}: `}${message}${expected === undefined ? '' : ` (valid: ${expected})`}`;
