/** SSM Change Calendars of the deployment's account and Region, or shared with it. */
export interface CalendarReader {
  /** The state of all of them together now. Throws when SSM does not answer, may not be asked, or knows no such calendar. */
  read(names: readonly string[]): Promise<{ readonly isOpen: boolean; readonly changesAt?: number }>;
}
