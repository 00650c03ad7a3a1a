import { beforeEach, expect, it } from 'vitest';
import type { RunbookReader } from '../../../../services/core/ports/runbook-reader.ts';
import { target } from './recovery-service.suite.ts';

/**
 * What every reader of runbooks promises. It knows `Takes`, in version 1 alone, with the list `Names`, and `Needs`,
 * which must be told it.
 */
export const runbookReaderSuite = (open: () => RunbookReader): void => {
  let reader: RunbookReader;
  beforeEach(() => {
    reader = open();
  });

  it.each([
    ['Takes', undefined, false],
    ['Takes', '1', false],
    ['Needs', '$DEFAULT', true],
  ])('reads %s in version %s with what it is to be told', async (document, version, isRequired) => {
    expect(await reader.read(target, document, version)).toEqual({
      status: 'found',
      runbook: { parameters: { Names: { type: 'StringList', isRequired } } },
    });
  });

  it.each([
    ['Missing', undefined],
    ['Takes', '7'],
  ])('says that %s in version %s is missing', async (document, version) => {
    expect(await reader.read(target, document, version)).toMatchObject({ status: 'missing' });
  });
};
