import type { PlanAnswer } from './plan-resource.ts';

/** An address whose server says nothing must not use up the function's time. */
const timeoutMs = 10_000;

/** Puts an answer where CloudFormation waits for it, a presigned address of S3; throws unless it was taken. */
export const putAnswer = async (url: string, answer: PlanAnswer): Promise<void> => {
  const { status } = await fetch(url, {
    method: 'PUT',
    // The address is signed for no type of content; fetch would add one to a text.
    headers: { 'content-type': '' },
    body: Buffer.from(JSON.stringify(answer)),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (status !== 200) throw new Error(`CloudFormation's address has answered ${status}.`);
};
