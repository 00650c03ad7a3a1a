import * as z from 'zod';
import { type Access, createSignedCall, type SignedCall } from './signed-call.ts';

const answerSchema = z.object({ Parameter: z.object({ Value: z.string() }) });

/** SSM: GetParameter of a parameter that is no secret. Throws a SignedCallError named as SSM names the fault. */
export const readParameter = async (call: SignedCall, access: Access, name: string): Promise<string> => {
  const text = await call({
    ...access,
    service: 'ssm',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonSSM.GetParameter',
    },
    body: JSON.stringify({ Name: name }),
  });
  return answerSchema.parse(JSON.parse(text)).Parameter.Value;
};

export interface ParameterReaderDeps {
  readonly access: () => Promise<Access>;
  readonly call?: SignedCall;
}

/** SSM's client would add 45 KB to a handler that reads one parameter: one signed call does. */
export const createAwsParameterReader =
  ({ access, call = createSignedCall() }: ParameterReaderDeps) =>
  async (name: string): Promise<string> =>
    readParameter(call, await access(), name);
