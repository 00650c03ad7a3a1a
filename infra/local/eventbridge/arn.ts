/** The names by which one account's EventBridge in one Region knows its resources. */
export interface Arns {
  bus(name: string): string;
  /** Rules of the default bus carry no bus name. */
  rule(bus: string, name: string): string;
  archive(name: string): string;
  replay(name: string): string;
  connection(name: string, id: string): string;
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
    apiDestination: (name, id) => `${prefix}api-destination/${name}/${id}`,
  };
};

/** What stands after the first slash of an ARN: `arn:…:event-bus/orders` gives `orders`. */
export const resourceNameOf = (arn: string): string => arn.slice(arn.indexOf('/') + 1);

/** The bus that a request names; an ARN of another account or Region stays whole, and so names none here. */
export const busNameOf = (nameOrArn: string | undefined, arns: Arns): string => {
  if (nameOrArn === undefined) return defaultBus;
  const own = arns.bus('');
  return nameOrArn.startsWith(own) ? nameOrArn.slice(own.length) : nameOrArn;
};
