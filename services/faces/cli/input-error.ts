import { visible } from '../../../contracts/visible-text.ts';
import { counted } from '../../core/view/words.ts';
import type { FileFault } from './text-file.ts';

const faultLine = (file: string, { path, message, expected, line, column }: FileFault): string => {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const valid = expected === undefined ? '' : `\n      valid: ${visible(expected)}`;
  return `  ${visible(`${place}${path === '' ? '' : `  ${path}`}: ${message}`)}${valid}`;
};

/** Input that cannot be used, with everything that is wrong with it; the command ends with exit code 2. */
export class InputError extends Error {
  constructor(what: string, file: string, faults: readonly FileFault[]) {
    super(
      `${what}: ${counted(faults.length, 'fault')}\n${faults.map((fault) => faultLine(file, fault)).join('\n')}`,
    );
    this.name = 'InputError';
  }
}
