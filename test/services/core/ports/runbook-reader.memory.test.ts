import { describe } from 'vitest';
import { createMemoryRunbookReader } from '../../../memory/runbook-reader.ts';
import { runbookReaderSuite } from './runbook-reader.suite.ts';

describe('reader of runbooks in memory', () => {
  runbookReaderSuite(() =>
    createMemoryRunbookReader((_, document, version) => {
      const isKnown = ['Takes', 'Needs'].includes(document) && version !== '7';
      const parameters = { Names: { type: 'StringList', isRequired: document === 'Needs' } };
      return isKnown ? { parameters } : undefined;
    }),
  );
});
