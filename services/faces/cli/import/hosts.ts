import { nearest } from '../../../core/view/nearest.ts';

/** A source server of DRS with the names that its machine gives itself. */
export interface Host {
  readonly sourceServerId: string;
  readonly hostname?: string;
  readonly fqdn?: string;
}

/** The source servers of one place, among which machines are looked up by name. */
export interface Hosts {
  /** `account/Region`. */
  readonly place: string;
  readonly all: readonly Host[];
}

const namesOf = ({ hostname, fqdn }: Host): readonly string[] =>
  [hostname, fqdn].flatMap((name) => name?.toLowerCase() ?? []);

export const shownHost = ({ sourceServerId, hostname, fqdn }: Host): string =>
  `${sourceServerId} (${fqdn ?? hostname ?? 'without a name'})`;

/** Those that bear exactly this name; upper and lower case are alike in names of hosts. */
export const hostsNamed = ({ all }: Hosts, name: string): readonly Host[] =>
  all.filter((host) => namesOf(host).includes(name.toLowerCase()));

/** Those that may be meant where none bears the name. */
export const hostsLike = ({ all }: Hosts, name: string): readonly Host[] => {
  const near = nearest(name.toLowerCase(), [...new Set(all.flatMap(namesOf))]);
  return all.filter((host) => namesOf(host).some((each) => near.includes(each)));
};
