import { judgeRules } from '../../core/domain/notify-rules.ts';
import { counted } from '../../core/view/words.ts';
import type { Console } from './console.ts';
import { InputError } from './input-error.ts';
import { exitCodes } from './help.ts';
import { readText } from './text-file.ts';

/** Says what is wrong with a file of rules, as the notifier would read it; throws an InputError with all faults. */
export const checkRules = (file: string, console: Console): number => {
  const read = readText(file);
  const judged = 'fault' in read ? { faults: [read.fault] } : judgeRules(read.text);
  if ('faults' in judged) throw new InputError('Invalid rules', file, judged.faults);
  const { rules, channels } = judged.rules;
  const names = counted(Object.keys(channels).length, 'channel');
  console.print(`${file} is valid: ${counted(rules.length, 'rule')}, ${names}.`);
  return exitCodes.done;
};
