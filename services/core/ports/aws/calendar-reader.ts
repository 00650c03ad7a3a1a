import * as z from 'zod';
import type { CalendarReader } from '../calendar-reader.ts';
import { type Access, createSignedCall, type SignedCall } from './signed-call.ts';

/** SSM: GetCalendarState; instants in ISO 8601. */
const answerSchema = z.object({
  State: z.enum(['OPEN', 'CLOSED']),
  NextTransitionTime: z.iso.datetime({ offset: true }).optional(),
});

export interface CalendarReaderDeps {
  readonly access: () => Promise<Access>;
  readonly call?: SignedCall;
}

export const createAwsCalendarReader = ({
  access,
  call = createSignedCall(),
}: CalendarReaderDeps): CalendarReader => ({
  async read(names) {
    const answer = await call({
      ...(await access()),
      service: 'ssm',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonSSM.GetCalendarState',
      },
      body: JSON.stringify({ CalendarNames: names }),
    });
    const { State, NextTransitionTime } = answerSchema.parse(JSON.parse(answer));
    return {
      isOpen: State === 'OPEN',
      ...(NextTransitionTime !== undefined && { changesAt: Date.parse(NextTransitionTime) }),
    };
  },
});
