/** The text of a Change Calendar without events, which is always open or always closed. */
export const changeCalendar = (type: 'DEFAULT_OPEN' | 'DEFAULT_CLOSED'): string =>
  [
    ...['BEGIN:VCALENDAR', 'PRODID:-//AWS//Change Calendar 1.0//EN', 'VERSION:2.0'],
    ...[`X-CALENDAR-TYPE:${type}`, 'X-WR-CALDESC:', 'BEGIN:VTODO', 'UID:holder', 'END:VTODO'],
    'END:VCALENDAR',
  ].join('\r\n');
