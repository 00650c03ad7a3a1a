import * as z from 'zod';
import type { Access, SignedCall } from './signed-call.ts';

/** Where a deployment publishes its allow-list, as the topology names it. */
const parameterName = '/groundswell/allowed-documents';

/** The runbooks that plans may start, a trailing `*` matching any ending; or why they are not known. */
export type AllowList =
  | { readonly isKnown: true; readonly documents: readonly string[] }
  | { readonly isKnown: false; readonly why: string };

const answerSchema = z.object({ Parameter: z.object({ Value: z.string() }) });
const listSchema = z.array(z.string());

/** AWS names an error of its JSON services by its type; a service may stand before it. */
const reasonOf = (error: unknown): string => {
  const text = String(error);
  const type = /"__type":"(?:[^"#]*#)?(\w+)"/.exec(text)?.[1] ?? text;
  return `the parameter ${parameterName} cannot be read (${type})`;
};

/** SSM: GetParameter, with the caller's own credentials. What cannot be read is no empty list. */
export const readAllowList = async (call: SignedCall, access: Access): Promise<AllowList> => {
  try {
    const text = await call({
      ...access,
      service: 'ssm',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AmazonSSM.GetParameter',
      },
      body: JSON.stringify({ Name: parameterName }),
    });
    const { Parameter } = answerSchema.parse(JSON.parse(text));
    return { isKnown: true, documents: listSchema.parse(JSON.parse(Parameter.Value)) };
  } catch (error) {
    return { isKnown: false, why: reasonOf(error) };
  }
};
