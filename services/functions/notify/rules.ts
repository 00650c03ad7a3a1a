import type { NotifyRules } from '../../../contracts/notify-rules.ts';
import { severities, type Severity } from '../../../contracts/notice.ts';

/** The channels that are notified of this, each once. */
export const channelsFor = (
  { rules }: NotifyRules,
  about: { readonly event: string; readonly planId: string; readonly severity: Severity },
): readonly string[] => [
  ...new Set(
    rules
      .filter(
        ({ events, plans, severity }) =>
          (events?.includes(about.event) ?? true) &&
          (plans?.includes(about.planId) ?? true) &&
          severities.indexOf(about.severity) >= severities.indexOf(severity),
      )
      .flatMap(({ channels }) => channels),
  ),
];
