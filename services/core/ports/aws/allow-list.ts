import * as z from 'zod';
import { type AllowedThing, allowListParameters } from '../../../../contracts/allow-lists.ts';
import { readParameter } from './parameter-reader.ts';
import type { Access, SignedCall } from './signed-call.ts';

/** What plans may use, a trailing `*` matching any ending; or why that is not known. */
export type AllowList =
  | { readonly isKnown: true; readonly names: readonly string[] }
  | { readonly isKnown: false; readonly why: string };

const listSchema = z.array(z.string());

/** AWS names an error of its JSON services by its type; a service may stand before it. */
const reasonOf = (error: unknown, parameterName: string): string => {
  const text = String(error);
  const type = /"__type":"(?:[^"#]*#)?(\w+)"/.exec(text)?.[1] ?? text;
  return `the parameter ${parameterName} cannot be read (${type})`;
};

/** SSM: GetParameter, with the caller's own credentials. What cannot be read is no empty list. */
export const readAllowList = async (
  call: SignedCall,
  access: Access,
  what: AllowedThing,
): Promise<AllowList> => {
  const Name = allowListParameters[what];
  try {
    const value = await readParameter(call, access, Name);
    return { isKnown: true, names: listSchema.parse(JSON.parse(value)) };
  } catch (error) {
    return { isKnown: false, why: reasonOf(error, Name) };
  }
};
