import { createHash } from 'node:crypto';

/** The names by which one account's EventBridge in one Region knows its resources. */
export interface Arns {
  bus(name: string): string;
  /** Rules of the default bus carry no bus name. */
  rule(bus: string, name: string): string;
  archive(name: string): string;
  replay(name: string): string;
  connection(name: string, id: string): string;
  /** The secret in which EventBridge keeps what a connection authorizes with. */
  connectionSecret(name: string, id: string): string;
  apiDestination(name: string, id: string): string;
}

export const defaultBus = 'default';

export const createArns = (account: string, region: string): Arns => {
  const prefix = `arn:aws:events:${region}:${account}:`;
  return {
    bus: (name) => `${prefix}event-bus/${name}`,
    rule: (bus, name) => `${prefix}rule/${bus === defaultBus ? '' : `${bus}/`}${name}`,
    archive: (name) => `${prefix}archive/${name}`,
    replay: (name) => `${prefix}replay/${name}`,
    connection: (name, id) => `${prefix}connection/${name}/${id}`,
    connectionSecret: (name, id) =>
      `arn:aws:secretsmanager:${region}:${account}:secret:events!connection/${name}/${id}-${suffixOf(id)}`,
    apiDestination: (name, id) => `${prefix}api-destination/${name}/${id}`,
  };
};

/** Six characters that Secrets Manager sets behind every name. */
const suffixOf = (id: string): string =>
  createHash('sha256')
    .update(id)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 6);

/** What stands after the first slash of an ARN: `arn:…:event-bus/orders` gives `orders`. */
export const resourceNameOf = (arn: string): string => arn.slice(arn.indexOf('/') + 1);

/** The bus that a request names; an ARN of another account or Region stays whole, and so names none here. */
export const busNameOf = (nameOrArn: string | undefined, arns: Arns): string => {
  if (nameOrArn === undefined) return defaultBus;
  const own = arns.bus('');
  return nameOrArn.startsWith(own) ? nameOrArn.slice(own.length) : nameOrArn;
};
