import { expect, it } from 'vitest';
import { archiveOf } from '../support/archive-of.ts';
import { replayArchive } from '../bench/model/replayed-archive.ts';

const { events } = archiveOf(50);

it.each([
  ['towards the audit rule alone', true],
  ['over all rules', false],
])('a replay of 50 executions %s reaches the audit and nothing that acts', async (_way, filtered) => {
  const { audited, acted, written } = await replayArchive(events, { filtered });
  expect({ audited, acted, written }).toEqual({ audited: events.length, acted: 0, written: 0 });
});
