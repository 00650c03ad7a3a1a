/** What EventBridge Scheduler is to do for a schedule. */
export interface WantedSchedule {
  readonly scheduleId: string;
  /** Six fields. */
  readonly cron: string;
  readonly zone: string;
  readonly flexibleMinutes?: number | undefined;
  /** Beyond it a delivery is no longer tried. */
  readonly startWindowMinutes: number;
  readonly isPaused: boolean;
}

/** The schedules of the deployment in EventBridge Scheduler. */
export interface Scheduler {
  /** Makes the schedule, or brings it in step. The same again changes nothing. */
  put(wanted: WantedSchedule): Promise<void>;
  /** What is not there is as good as removed. */
  remove(scheduleId: string): Promise<void>;
}
