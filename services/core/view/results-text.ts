import type { ServerResult } from '../../../contracts/wave-events.ts';

/** Failed optional launch actions, older points in time and the like, of servers that were launched. */
export const warningsOf = (servers: readonly ServerResult[]): readonly string[] =>
  servers.flatMap(({ name, launchResult, warnings = [] }) =>
    launchResult === 'LAUNCHED' ? warnings.map((text) => `${name}: ${text}`) : [],
  );

/** So many failures are named. */
const namedMax = 5;

/** How servers ended: how many were launched, and each that was not, with the reason. */
export const resultsText = (servers: readonly ServerResult[]): readonly string[] => {
  const failed = servers.filter(({ launchResult }) => launchResult === 'FAILED');
  const launched = servers.length - failed.length;
  return [
    ...(launched === 0 ? [] : [`${launched} launched`]),
    ...failed
      .slice(0, namedMax)
      .map(({ name, failure }) => `${name} failed${failure === undefined ? '' : ` (${failure})`}`),
    ...(failed.length <= namedMax ? [] : [`${failed.length - namedMax} more failed`]),
  ];
};

/** What went wrong with servers, a clause each; undefined when nothing did. */
export const problemsText = (servers: readonly ServerResult[]): string | undefined => {
  const wrong = servers.flatMap(
    ({ name, sourceServerId, launchResult, failure = 'launch failed', warnings = [] }) =>
      [...(launchResult === 'FAILED' ? [failure] : []), ...warnings].map(
        (text) => `${name || sourceServerId}: ${text}`,
      ),
  );
  return wrong.length === 0 ? undefined : wrong.join('; ');
};
