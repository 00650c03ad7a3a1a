import type { Target } from '../../../../contracts/plan.ts';
import type { Access, SignedCall } from './signed-call.ts';
import { readXml, type Tree, treesAt } from './xml.ts';

/** An operation of EC2 by its name, with its parameters as its Query protocol writes them; gives its response element. */
export type Ec2Query = (
  target: Target,
  action: string,
  fields: Readonly<Record<string, string>>,
) => Promise<Tree>;

const formOf = (action: string, fields: Readonly<Record<string, string>>): string =>
  new URLSearchParams({ Action: action, Version: '2016-11-15', ...fields }).toString();

export const createEc2Query =
  (call: SignedCall, access: (target: Target) => Promise<Access>): Ec2Query =>
  async (target, action, fields) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const body = formOf(action, fields);
    const answer = readXml(await call({ ...(await access(target)), service: 'ec2', headers, body }));
    const [response] = treesAt([answer], `${action}Response`);
    if (response === undefined) throw new Error(`EC2 answered ${action} in an unknown form.`);
    return response;
  };
