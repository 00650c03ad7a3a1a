import type { Verdict } from '../../core/domain/audit/discrepancy.ts';
import { counted } from '../../core/view/words.ts';
import { tableText } from './format.ts';

/** A verdict as people read it: first what it is, then why. */
export const verdictText = ({ sound, events, streams, doubled, ...verdict }: Verdict): readonly string[] => {
  const { discrepancies, effects, unfolded } = verdict;
  const head = `${counted(events, 'event')} in ${counted(streams, 'stream')}, ${doubled} delivered again`;
  const answer = sound
    ? 'VERIFIED: nothing is missing, changed, added or out of order, and the events reproduce the stored state.'
    : `NOT VERIFIED: ${counted(discrepancies.length, 'discrepancy', 'discrepancies')}.`;
  const found = tableText(
    discrepancies.map(({ kind, stream, version, message }) => [
      `  ${kind}`,
      version === undefined ? stream : `${stream}@${version}`,
      message,
    ]),
  );
  const causes = tableText([
    ['  at', 'effect', 'requested by', 'decided by', 'caused by'],
    ...effects.map(({ at, what, actor, decision, cause }) => [`  ${at}`, what, actor, decision, cause]),
  ]);
  return [
    head,
    answer,
    ...(sound ? [] : ['', ...found]),
    ...(unfolded.length === 0
      ? []
      : ['', `Too damaged to replay, so not compared with the stored state: ${unfolded.join(', ')}`]),
    ...(effects.length === 0 ? [] : ['', 'Effects, each with its reason:', ...causes]),
  ];
};
